// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.zoo.image.Picture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleSetTest {

    private static final SampleSet.Options FOLDERS =
            new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 7);
    private static final SampleSet.Options MASKS =
            new SampleSet.Options(SampleSet.Layout.ADE20K, 48, 3, 1, 7);

    @TempDir Path root;

    @Test
    void drawsTheSameBytesWhateverTheNumberOfThreads() throws IOException {
        for (SampleSet.Options options : List.of(FOLDERS, MASKS)) {
            Path one = root.resolve("one-" + options.layout());
            Path many = root.resolve("many-" + options.layout());
            assertTrue(SampleSet.create(one, options, 1));
            assertTrue(SampleSet.create(many, options, 5));
            assertEquals(digest(one), digest(many));
        }
    }

    @Test
    void everySeedDrawsOtherPictures() throws IOException {
        SampleSet.create(root.resolve("a"), FOLDERS);
        SampleSet.create(
                root.resolve("b"), new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 8));
        Set<String> pictures = new TreeSet<>();
        for (String set : List.of("a", "b")) {
            for (String split : List.of("train", "val")) {
                PictureSource data = PictureSets.open(root.resolve(set), split);
                for (int i = 0; i < data.size(); i++) {
                    pictures.add(Arrays.toString(data.read(i).rgb()));
                }
            }
        }
        assertEquals(2 * 12 * 6, pictures.size());
    }

    @Test
    void imagenetLayoutIsBalancedReadableAndMixed() throws IOException {
        SampleSet.create(root.resolve("set"), FOLDERS);
        TrainVal both = PictureSets.openTrainAndVal(root.resolve("set"));
        assertEquals(SampleSet.classes(), both.train().classes());
        assertEquals(12, SampleSet.classes().size());
        for (int label = 0; label < 12; label++) {
            assertEquals(4, both.train().count(label));
            assertEquals(2, both.val().count(label));
        }
        int jpeg = 0;
        for (int i = 0; i < both.train().size(); i++) {
            Picture picture = both.train().read(i);
            assertEquals(32, picture.width());
            assertEquals(32, picture.height());
            jpeg += both.train().name(i).endsWith(".jpg") ? 1 : 0;
        }
        assertTrue(jpeg > 20 && jpeg < 44, "JPEG files: " + jpeg);
    }

    @Test
    void adeLayoutPairsPicturesWithMasks() throws IOException {
        Path set = root.resolve("set");
        SampleSet.create(set, MASKS);
        for (String split : List.of("training", "validation")) {
            List<String> pictures = names(set.resolve("images").resolve(split));
            List<String> masks = names(set.resolve("annotations").resolve(split));
            assertEquals(split.equals("training") ? 36 : 12, pictures.size());
            assertEquals(
                    pictures, masks.stream().map(name -> name.replace(".png", ".jpg")).toList());
        }
        Set<Integer> labels = new TreeSet<>();
        for (String name : names(set.resolve("annotations/training"))) {
            var raster =
                    ImageIO.read(set.resolve("annotations/training/" + name).toFile()).getRaster();
            assertEquals(1, raster.getNumBands());
            assertEquals(48, raster.getWidth());
            int[] values = raster.getSamples(0, 0, 48, 48, 0, (int[]) null);
            Arrays.stream(values).forEach(labels::add);
        }
        assertEquals(14, labels.size(), labels.toString());
        List<String> table = Files.readAllLines(set.resolve("classes.csv"));
        assertEquals("index,name,r,g,b", table.get(0));
        assertEquals(14, table.size());
        assertTrue(table.get(1).startsWith("0,arrow,"), table.get(1));
        assertTrue(table.get(13).startsWith("12,backdrop,"), table.get(13));
        assertEquals(13, table.stream().skip(1).map(SampleSetTest::color).distinct().count());
    }

    @Test
    void storedMasksAreTheDrawnOnes() throws IOException {
        Path set = root.resolve("set");
        SampleSet.create(set, MASKS);
        SampleScene scene =
                SampleScene.several(
                        Motif.CROSS,
                        48,
                        Seeds.random(
                                MASKS.seed(),
                                MASKS.layout().ordinal(),
                                0,
                                Motif.CROSS.ordinal(),
                                2));
        int number = 2 * 12 + Motif.CROSS.ordinal() + 1;
        Path file = set.resolve("annotations/training/sample_train_%08d.png".formatted(number));
        assertArrayEquals(
                scene.mask().getRaster().getSamples(0, 0, 48, 48, 0, (int[]) null),
                ImageIO.read(file.toFile()).getRaster().getSamples(0, 0, 48, 48, 0, (int[]) null));
    }

    /** A linear rule on pixels, the nearest class mean, must not get far. */
    @Test
    void classMeansDoNotTellTheClasses() throws IOException {
        SampleSet.create(
                root.resolve("set"),
                new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 60, 20, 0));
        TrainVal both = PictureSets.openTrainAndVal(root.resolve("set"));
        double[][] means = new double[12][3 * 32 * 32];
        for (int i = 0; i < both.train().size(); i++) {
            byte[] rgb = both.train().read(i).rgb();
            for (int at = 0; at < rgb.length; at++) {
                means[both.train().label(i)][at] += (rgb[at] & 0xFF) / 60.0;
            }
        }
        int right = 0;
        for (int i = 0; i < both.val().size(); i++) {
            right += nearest(means, both.val().read(i).rgb()) == both.val().label(i) ? 1 : 0;
        }
        double accuracy = (double) right / both.val().size();
        assertTrue(accuracy < 0.35, "nearest class mean reaches " + accuracy);
    }

    @Test
    void reusesACompleteSet() throws IOException {
        Path set = root.resolve("deep/down/set");
        assertTrue(SampleSet.create(set, FOLDERS));
        String before = digest(set);
        Path marker = Files.writeString(set.resolve("marker"), "still here");
        assertFalse(SampleSet.create(set, FOLDERS));
        assertTrue(Files.exists(marker));
        Files.delete(marker);
        assertEquals(before, digest(set));
        assertEquals(List.of("set"), names(set.getParent()));
    }

    @Test
    void drawsIntoAnEmptyFolder() throws IOException {
        assertTrue(SampleSet.create(root, FOLDERS));
        assertEquals(12, PictureSets.open(root, "train").classes().size());
    }

    @Test
    void refusesAFolderWithOtherOptions() throws IOException {
        Path set = root.resolve("set");
        SampleSet.create(set, FOLDERS);
        assertMessage(set, MASKS, set + "", "other options", "delete it");
    }

    @Test
    void refusesAFolderOfSomethingElse() throws IOException {
        Path file = Files.createDirectories(root.resolve("set")).resolve("thesis.txt");
        Files.writeString(file, "mine");
        assertMessage(root.resolve("set"), FOLDERS, "not empty", SampleSet.MANIFEST);
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void refusesAFile() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "mine");
        assertMessage(file, FOLDERS, "not a folder");
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void saysThatTheTargetCannotBeWritten() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "mine");
        Path set = file.resolve("set");
        assertMessage(set, FOLDERS, "Cannot write", set + "", "can be written");
        assertEquals(List.of("file"), names(root));
    }

    @Test
    void removesWhatAKilledRunLeftAndNothingElse() throws IOException {
        // No process can have this number on any system that Java runs on.
        Path dead = Files.createDirectories(root.resolve(".set.partial-999999999999-x/train"));
        long living = ProcessHandle.current().pid();
        Path alive = Files.createDirectories(root.resolve(".set.partial-" + living + "-y"));
        Path other = Files.createDirectories(root.resolve(".other.partial-999999999999-x"));
        SampleSet.create(root.resolve("set"), FOLDERS);
        assertFalse(Files.exists(dead.getParent()));
        assertTrue(Files.exists(alive));
        assertTrue(Files.exists(other));
    }

    @Test
    void anInterruptedRunLeavesNothing() throws IOException {
        Thread.currentThread().interrupt();
        assertThrows(
                InterruptedIOException.class, () -> SampleSet.create(root.resolve("set"), FOLDERS));
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), names(root));
    }

    @Test
    void refusesOptionsOutOfRange() {
        for (int[] bad : new int[][] {{15, 1, 1}, {1025, 1, 1}, {64, 0, 1}, {64, 1, 100_000}}) {
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () ->
                                            new SampleSet.Options(
                                                    SampleSet.Layout.IMAGENET,
                                                    bad[0],
                                                    bad[1],
                                                    bad[2],
                                                    0))
                            .getMessage();
            assertTrue(message.contains("expected a value from"), message);
        }
    }

    @Test
    void defaultsDifferByLayout() {
        assertNotEquals(
                SampleSet.Options.of(SampleSet.Layout.IMAGENET).side(),
                SampleSet.Options.of(SampleSet.Layout.ADE20K).side());
    }

    private static void assertMessage(Path target, SampleSet.Options options, String... words) {
        IOException e = assertThrows(IOException.class, () -> SampleSet.create(target, options));
        assertInstanceOf(DataException.class, e);
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), word + " in: " + e.getMessage());
        }
    }

    private static int nearest(double[][] means, byte[] rgb) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int label = 0; label < means.length; label++) {
            double distance = 0;
            for (int at = 0; at < rgb.length; at++) {
                double difference = means[label][at] - (rgb[at] & 0xFF);
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = label;
            }
        }
        return best;
    }

    private static String color(String row) {
        return row.split(",", 3)[2];
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** All files of a folder with their bytes. */
    private static String digest(Path folder) throws IOException {
        TreeMap<String, List<Byte>> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                List<Byte> bytes = new ArrayList<>();
                for (byte b : Files.readAllBytes(path)) {
                    bytes.add(b);
                }
                files.put(folder.relativize(path).toString(), bytes);
            }
        }
        return files.toString();
    }
}
