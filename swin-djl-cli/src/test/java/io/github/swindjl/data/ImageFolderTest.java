// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.swindjl.data.source.PictureSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir Path root;

    @Test
    void listsInByteOrderWhateverTheCaseOfTheExtension() throws IOException {
        for (String name :
                List.of("b.PNG", "a.jpeg", "Z.Jpg", "d.gif", "c.bmp", "10.png", "9.png")) {
            file("train/dog/" + name);
        }
        file("train/Cat/x.jpg");
        file("train/dog-house/y.jpg");
        PictureSource data = PictureSets.open(root, "train");
        assertEquals(List.of("Cat", "dog", "dog-house"), data.classes());
        assertEquals(
                List.of(
                        "Cat/x.jpg",
                        "dog/10.png",
                        "dog/9.png",
                        "dog/Z.Jpg",
                        "dog/a.jpeg",
                        "dog/b.PNG",
                        "dog/c.bmp",
                        "dog/d.gif",
                        "dog-house/y.jpg"),
                names(data));
        assertEquals(List.of(0, 1, 1, 1, 1, 1, 1, 1, 2), labels(data));
        assertEquals(7, data.count(1));
        assertEquals(root.resolve("train/dog/a.jpeg").toString(), data.place(4));
        assertFalse(data.onlySplit());
    }

    @Test
    void ignoresHiddenAndOtherFiles() throws IOException {
        file("train/a/x.jpg");
        file("train/a/.hidden.jpg");
        file("train/a/._x.jpg");
        file("train/a/notes.txt");
        file("train/a/jpg");
        file("train/.cache/y.jpg");
        file("train/readme.md");
        PictureSource data = PictureSets.open(root, "train");
        assertEquals(List.of("a/x.jpg"), names(data));
    }

    @Test
    void followsLinks() throws IOException {
        file("elsewhere/a/x.jpg");
        file("elsewhere/y.jpg");
        Files.createDirectories(root.resolve("train/b"));
        Files.createSymbolicLink(root.resolve("train/a"), root.resolve("elsewhere/a"));
        Files.createSymbolicLink(root.resolve("train/b/y.jpg"), root.resolve("elsewhere/y.jpg"));
        assertEquals(List.of("a/x.jpg", "b/y.jpg"), names(PictureSets.open(root, "train")));
    }

    @Test
    void sortsNamesBeyondAsciiByTheirBytes() throws IOException {
        assumeUnicodeNames();
        file("train/\u00e9t\u00e9/x.jpg");
        file("train/zoo/\u732b.jpg");
        file("train/zoo/\u00fc.jpg");
        PictureSource data = PictureSets.open(root, "train");
        assertEquals(
                List.of("zoo/\u00fc.jpg", "zoo/\u732b.jpg", "\u00e9t\u00e9/x.jpg"), names(data));
        assertTrue(Files.exists(Path.of(data.place(1))));
    }

    @Test
    void saysThatTheLocaleCannotExpressAName() throws Exception {
        assumeUnicodeNames();
        file("train/zoo/\u732b.jpg");
        ProcessBuilder ascii =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Listing.class.getName(),
                        root.toString());
        ascii.environment().put("LC_ALL", "C");
        Process process = ascii.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
        assertEquals(0, process.waitFor(), output);
        assumeTrue(!output.startsWith("listed"), "this system's names are Unicode in any locale");
        assertTrue(output.contains("LC_ALL=C.UTF-8"), output);
        assertTrue(output.contains("cannot be expressed"), output);
    }

    /** Lists the split of a root, in a process of its own. */
    static final class Listing {

        private Listing() {}

        /** Prints what became of it. */
        public static void main(String[] arguments) {
            try {
                PictureSets.open(Path.of(arguments[0]), "train");
                System.out.println("listed");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static void assumeUnicodeNames() {
        assumeTrue(
                "UTF-8".equals(System.getProperty("sun.jnu.encoding")),
                "this process cannot make such file names");
    }

    @Test
    void readsPictures() throws IOException {
        Pictures.writeSplit(root.resolve("val"), 2, "a", "b");
        PictureSource data = PictureSets.open(root, "val");
        assertEquals(3, data.read(3).rgb()[1]);
        assertEquals(8, data.read(3).width());
    }

    @Test
    void takesARootWithoutSplitsAsTheOnlySplit() throws IOException {
        file("a/x.jpg");
        PictureSource data = PictureSets.open(root, "val");
        assertTrue(data.onlySplit());
        assertEquals(root, data.root());
        assertEquals(List.of("a"), data.classes());
    }

    @Test
    void opensBothSplitsForTraining() throws IOException {
        file("train/a/x.jpg");
        file("train/b/x.jpg");
        file("val/a/y.jpg");
        file("val/b/z.jpg");
        TrainVal both = PictureSets.openTrainAndVal(root);
        assertEquals(List.of("a/x.jpg", "b/x.jpg"), names(both.train()));
        assertEquals(List.of("a/y.jpg", "b/z.jpg"), names(both.val()));
    }

    @Test
    void fingerprintTellsNamesAndSizesApart() throws IOException {
        Path file = file("train/a/x.jpg");
        file("train/b/y.jpg");
        String before = fingerprint();
        assertEquals(64, before.length());
        assertEquals(before, fingerprint());
        Files.writeString(file, "longer than it was");
        String longer = fingerprint();
        assertNotEquals(before, longer);
        Files.move(file, file.resolveSibling("z.jpg"));
        assertNotEquals(longer, fingerprint());
    }

    @Test
    void namesAFileThatIsGone() throws IOException {
        Path file = file("train/a/x.jpg");
        PictureSource data = PictureSets.open(root, "train");
        Files.delete(file);
        IOException e = assertThrows(IOException.class, () -> data.open(0));
        assertTrue(e.getMessage().contains("x.jpg: no such file"), e.getMessage());
    }

    @Test
    void refusesAMissingRoot() {
        Path missing = root.resolve("missing");
        assertMessage(
                () -> PictureSets.open(missing, "train"),
                missing + "",
                "no such folder",
                "<class>");
        assertMessage(() -> PictureSets.openTrainAndVal(missing), "no such folder");
    }

    @Test
    void refusesAFileAsRoot() throws IOException {
        Path file = file("archive.tar");
        assertMessage(() -> PictureSets.open(file, "train"), "archive.tar", "is a file", "Unpack");
    }

    @Test
    void refusesAnEmptyRoot() {
        assertMessage(
                () -> PictureSets.open(root, "train"),
                root + "",
                "no class folders",
                "found nothing",
                "<class>");
    }

    @Test
    void refusesPicturesWithoutClassFolders() throws IOException {
        file("train/x.jpg");
        assertMessage(
                () -> PictureSets.open(root, "train"),
                "no class folders",
                "found x.jpg",
                "folder of its own");
    }

    @Test
    void namesTheClassFolderWithoutPictures() throws IOException {
        file("train/a/x.jpg");
        file("train/b/x.webp");
        assertMessage(
                () -> PictureSets.open(root, "train"),
                root.resolve("train/b") + "",
                "no picture",
                "found x.webp",
                "jpg, jpeg, png, bmp, gif",
                "remove the folder");
    }

    @Test
    void namesTheSplitsThatThereAre() throws IOException {
        file("train/a/x.jpg");
        file("test/a/x.jpg");
        assertMessage(() -> PictureSets.open(root, "val"), "no split 'val'", "found test, train");
    }

    @Test
    void trainingNeedsBothSplits() throws IOException {
        file("train/a/x.jpg");
        assertMessage(() -> PictureSets.openTrainAndVal(root), "'train' and 'val'", "found train");
    }

    @Test
    void refusesSplitsWithDifferentClasses() throws IOException {
        file("train/a/x.jpg");
        file("train/b/x.jpg");
        file("val/a/x.jpg");
        file("val/c/x.jpg");
        assertMessage(
                () -> PictureSets.openTrainAndVal(root),
                "different classes",
                "lacks b",
                "has beyond",
                "train c");
    }

    @Test
    void namesAFolderThatCannotBeRead() throws IOException {
        Path locked = file("train/a/x.jpg").getParent();
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(locked), "this user may read everything");
            assertMessage(
                    () -> PictureSets.open(root, "train"),
                    "Cannot read",
                    locked + "",
                    "permissions");
        } finally {
            Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static void assertMessage(Executable call, String... words) {
        IOException e = assertThrows(IOException.class, call);
        assertInstanceOf(DataException.class, e);
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), word + " in: " + e.getMessage());
        }
    }

    private Path file(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private String fingerprint() throws IOException {
        return PictureSets.open(root, "train").fingerprint();
    }

    private static List<String> names(PictureSource data) {
        return IntStream.range(0, data.size()).mapToObj(data::name).toList();
    }

    private static List<Integer> labels(PictureSource data) {
        return IntStream.range(0, data.size()).mapToObj(data::label).toList();
    }
}
