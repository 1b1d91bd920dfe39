// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.TestData;
import io.github.swindjl.data.DataException;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.Label;
import io.github.swindjl.zoo.image.PictureReader;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceLayoutsTest {

    private static final PictureSets.Options SKIP = new PictureSets.Options(true, Optional.empty());

    @TempDir Path root;

    @Test
    void numberedFoldersAreOrderedByNumber() throws IOException {
        for (int i = 0; i < 12; i++) {
            put("val/" + i + "/x.png", png(i));
        }
        IndexedSource data = PictureSets.open(root, "val");
        assertEquals("10", data.classes().get(10));
        assertEquals(10, data.read(10).rgb()[0]);
        assertEquals("class folders by number, 0 to 11", data.facts().classOrder());
        Files.move(root.resolve("val/11"), root.resolve("val/12"));
        assertEquals("10", PictureSets.open(root, "val").classes().get(2));
    }

    @Test
    void officialZipAndListGiveThePicturesTheLabelsOfTheList() throws IOException {
        for (int method : new int[] {ZipEntry.STORED, ZipEntry.DEFLATED}) {
            Map<String, byte[]> members = new LinkedHashMap<>();
            members.put("b/2.png", png(2));
            members.put("a/1.png", png(1));
            put("train.zip", zip(members, method));
            put("train_map.txt", "a/1.png\t0\nb/2.png\t1\n".getBytes(UTF_8));
            IndexedSource data = PictureSets.open(root, "train");
            assertEquals(Layout.LISTED_ZIP, data.facts().layout());
            assertEquals(List.of("a/1.png", "b/2.png"), names(data));
            assertEquals(List.of("a", "b"), data.classes());
            assertColours(data, 1, 2);
            assertLabels(data, 0, 1);
        }
        put("train_map.txt", "a/1.png\t0\nb/9.png\t1\n".getBytes(UTF_8));
        refused("b/9.png (is not in train.zip)", "train");
        assertEquals(1, PictureSets.open(root, "train", SKIP).size());
        put("train_map.txt", "a/1.png 0\n".getBytes(UTF_8));
        refused("line 1: found 'a/1.png 0', expected a path, a tab", "train");
    }

    @Test
    void zipOfClassFoldersNeedsNoList() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("set/b/2.png", png(2));
        members.put("set/a/1.png", png(1));
        members.put("set/readme.txt", new byte[3]);
        byte[] zip = zip(members, ZipEntry.DEFLATED);
        Path file = put("any.zip", zip);
        IndexedSource data = PictureSets.open(file, "val");
        assertTrue(data.onlySplit());
        assertEquals(file.toAbsolutePath(), data.root());
        assertLabels(data, 1, 0);
        assertColours(data, 2, 1);
        assertEquals(List.of("set/readme.txt"), data.facts().ignoredNames());
        Files.write(file, Arrays.copyOf(zip, zip.length - 5));
        IOException e = assertThrows(DataException.class, () -> PictureSets.open(file, "val"));
        assertTrue(e.getMessage().contains("its end is missing"), e.getMessage());
    }

    @Test
    void tarPerClassAndTarOfTarsAreTheSameSet() throws IOException {
        byte[] a = tar(Map.of("a_1.png", png(1)));
        byte[] b = tar(Map.of("b_2.png", png(2)));
        put("train/a.tar", a);
        put("train/b.tar", b);
        IndexedSource perClass = PictureSets.open(root, "train");
        assertEquals(Layout.TAR_PER_CLASS, perClass.facts().layout());
        Map<String, byte[]> outer = new LinkedHashMap<>();
        outer.put("b.tar", b);
        outer.put("a.tar", a);
        put("other/ILSVRC2012_img_train.tar", tar(outer));
        IndexedSource nested = PictureSets.open(root.resolve("other"), "train");
        assertEquals(Layout.TAR_OF_TARS, nested.facts().layout());
        assertEquals(List.of("a", "b"), perClass.classes());
        assertEquals(List.of("a", "b"), nested.classes());
        assertLabels(perClass, 0, 1);
        assertLabels(nested, 1, 0);
        assertColours(perClass, 1, 2);
        assertColours(nested, 2, 1);
        assertTrue(nested.place(0).endsWith("ILSVRC2012_img_train.tar, member b/b_2.png"));
    }

    @Test
    void shardsTakeTheirLabelsFromClsOrJson() throws IOException {
        Map<String, byte[]> first = new LinkedHashMap<>();
        first.put("0001.png", png(1));
        first.put("0001.cls", "1".getBytes(UTF_8));
        first.put("0002.cls", "0\n".getBytes(UTF_8));
        first.put("0002.png", png(2));
        Map<String, byte[]> second = new LinkedHashMap<>();
        second.put("0003.json", "{\"label\": 2}".getBytes(UTF_8));
        second.put("0003.png", png(3));
        put("imagenet-train-000000.tar", tar(first));
        put("imagenet-train-000001.tar", tar(second));
        IndexedSource data = PictureSets.open(root, "train");
        assertEquals(Layout.WEBDATASET, data.facts().layout());
        assertEquals(List.of("0", "1", "2"), data.classes());
        assertLabels(data, 1, 0, 2);
        assertColours(data, 1, 2, 3);
        second.put("0004.png", png(4));
        put("imagenet-train-000001.tar", tar(second));
        refused("0004.png (has no label", "train");
    }

    @Test
    void aShardThatEndsInTheMiddleIsNamedAndKeepsItsWholePicturesOnlyWhenAsked()
            throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int i = 0; i < 3; i++) {
            members.put(i + ".cls", "0".getBytes(UTF_8));
            members.put(i + ".png", png(i));
        }
        byte[] whole = tar(members);
        // Without the end mark; with a cut header; within the last picture.
        int[] cuts = {whole.length - 1024, whole.length - 1024 - 600, whole.length - 1024 - 500};
        for (int cut : cuts) {
            put("val-0.tar", Arrays.copyOf(whole, cut));
            refused("val-0.tar (it ends with", "val");
            IndexedSource data = PictureSets.open(root, "val", SKIP);
            assertEquals(cut == cuts[0] ? 3 : 2, data.size());
            assertColours(data, IntStream.range(0, data.size()).toArray());
            assertEquals("val-0.tar", data.facts().unreadable().get(0).name());
        }
    }

    @Test
    void splitFilesOfTheLargeImageNetAreJsonAndMapTwoLabels() throws IOException {
        List<String> ids = Label.of(ClassSet.IMAGENET_22K).stream().map(Label::id).toList();
        put("fall11_whole/" + ids.get(21840) + "/x.png", png(1));
        put("fall11_whole/n99999999/y.png", png(2));
        String list =
                "[[\"" + ids.get(21840) + "/x.png\", 21840, \"more\"],[\"n99999999/y.png\",21842]]";
        put("ILSVRC2011fall_whole_map_train.txt", list.getBytes(UTF_8));
        IndexedSource data = PictureSets.open(root, "train");
        assertEquals(ids, data.classes());
        assertLabels(data, 21840, 15027);
        assertColours(data, 1, 2);
        put("ILSVRC2011fall_whole_map_train.txt", list.replace("21840,", "21839,").getBytes(UTF_8));
        refused("the label 21839, which in ImageNet's order is", "train");
        put("ILSVRC2011fall_whole_map_train.txt", "[[1]]".getBytes(UTF_8));
        refused("$[0]", "train");
    }

    @Test
    void flatFolderTakesBothOrdersOfLabelsAndChecksThem() throws IOException {
        for (int i = 1; i <= 5; i++) {
            put(String.format("val/ILSVRC2012_val_%08d.png", i), png(i));
        }
        text("val.txt", "65", "970", "230", "809", "516");
        IndexedSource sorted = PictureSets.open(root, "val");
        assertEquals(1000, sorted.classes().size());
        assertLabels(sorted, 65, 970, 230, 809, 516);
        assertTrue(sorted.facts().classOrder().contains("from 0, checked"), sorted.facts() + "");
        text("val.txt", "970", "65", "230", "809", "516");
        refused("expected [65, 970, 230, 809, 516]", "val");
        text("val.txt", "65", "970", "230", "809");
        refused("4 labels for the 5 pictures", "val");

        Files.delete(root.resolve("val.txt"));
        text("ILSVRC2012_validation_ground_truth.txt", "490", "361", "171", "822", "297");
        refused("map_clsloc.txt", "val");
        List<String> ids = Label.of(ClassSet.IMAGENET_1K).stream().map(Label::id).toList();
        int[] order = IntStream.rangeClosed(0, 1000).toArray();
        int[][] known = {{490, 65}, {361, 970}, {171, 230}, {822, 809}, {297, 516}};
        for (int[] pair : known) {
            int at =
                    IntStream.rangeClosed(1, 1000)
                            .filter(i -> order[i] == pair[1] + 1)
                            .findFirst()
                            .orElseThrow();
            int before = order[pair[0]];
            order[pair[0]] = pair[1] + 1;
            order[at] = before;
        }
        String[] lines =
                IntStream.rangeClosed(1, 1000)
                        .mapToObj(i -> ids.get(order[i] - 1) + " " + i + " name")
                        .toArray(String[]::new);
        text("map_clsloc.txt", lines);
        IndexedSource ilsvrc = PictureSets.open(root, "val");
        assertLabels(ilsvrc, 65, 970, 230, 809, 516);
        assertEquals(ids, ilsvrc.classes());
        assertTrue(ilsvrc.facts().classOrder().contains("ILSVRC ids"), ilsvrc.facts() + "");
        assertThrows(
                DataException.class,
                () ->
                        PictureSets.open(
                                root,
                                "val",
                                new PictureSets.Options(false, Optional.of(LabelOrder.SORTED))));
        lines[489] = "n00000001 490 name";
        text("map_clsloc.txt", lines);
        refused("calls class 490 n00000001", "val");
    }

    @Test
    void theKitsOwnFileTellsWhatItsNumbersMean() throws IOException {
        for (int i = 0; i < 6; i++) {
            put("val/" + i + ".png", png(i));
        }
        text("ILSVRC2012_validation_ground_truth.txt", "1", "2", "3", "4", "700", "200");
        Path meta = root.resolve("ILSVRC2012_devkit_t12/data/meta.mat");
        Files.createDirectories(meta.getParent());
        Files.copy(TestData.file("goldens/labels/meta.mat"), meta);
        IndexedSource data = PictureSets.open(root, "val");
        assertEquals(
                List.of(
                        "n00000010",
                        "n00000020",
                        "n00000030",
                        "n00000040",
                        "n00000050",
                        "n00000060"),
                data.classes());
        assertLabels(data, 4, 3, 2, 1, 0, 5);
        assertTrue(data.facts().classOrder().endsWith("classes from meta.mat"), data.facts() + "");
        byte[] whole = Files.readAllBytes(meta);
        for (int length : new int[] {0, 100, 130, whole.length / 2}) {
            Files.write(meta, Arrays.copyOf(whole, length));
            refused("is no meta.mat", "val");
        }
    }

    @Test
    void flatFolderTakesNamesWithLabels() throws IOException {
        put("val/x.png", png(1));
        put("val/y.png", png(2));
        text("LOC_val_solution.csv", "ImageId,PredictionString", "y,dog 1 2 3 4", "x,cat 5 6 7 8");
        IndexedSource data = PictureSets.open(root, "val");
        assertEquals(List.of("cat", "dog"), data.classes());
        assertLabels(data, 0, 1);
        text("LOC_val_solution.csv", "ImageId,PredictionString", "y,dog 1 2 3 4");
        refused("no label for x.png", "val");
        Files.delete(root.resolve("LOC_val_solution.csv"));
        refused("put a file with the labels beside the pictures", "val");
    }

    @Test
    void linksThatGoInCirclesAndLinksToNothingAreListed() throws IOException {
        put("train/a/x.png", png(1));
        put("train/a/below/y.png", png(2));
        put("train/a/notes.txt", new byte[1]);
        assertEquals(2, PictureSets.open(root, "train").size());
        Files.createSymbolicLink(root.resolve("train/a/below/up"), root.resolve("train/a"));
        Files.createSymbolicLink(root.resolve("train/a/z.png"), root.resolve("nothing"));
        Files.createSymbolicLink(root.resolve("train/a/me.png"), Path.of("me.png"));
        refused("Cannot read 3 things", "train");
        IndexedSource data = PictureSets.open(root, "train", SKIP);
        assertEquals(List.of("a/x.png", "a/below/y.png"), names(data));
        assertEquals(
                List.of("train/a/me.png", "train/a/z.png", "train/a/below/up"),
                data.facts().unreadable().stream().map(Unreadable::name).toList());
        assertEquals(1, data.facts().ignored());
    }

    @Test
    void aFileThatIsReplacedWhileInUseIsRefused() throws IOException {
        Path file = put("train/a/x.png", png(1));
        IndexedSource data = PictureSets.open(root, "train");
        assertColours(data, 1);
        put("train/a/new", png(2));
        Files.move(root.resolve("train/a/new"), file, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        IOException e = assertThrows(DataException.class, () -> data.open(0));
        assertTrue(e.getMessage().contains("changed or replaced"), e.getMessage());
        assertThrows(DataException.class, () -> data.dimensions(0));
        assertColours(PictureSets.open(root, "train"), 2);
    }

    @Test
    void anArchiveThatIsReplacedWhileInUseIsRefused() throws IOException {
        put("train/a.tar", tar(Map.of("x.png", png(1))));
        put("train/b.tar", tar(Map.of("x.png", png(1))));
        IndexedSource data = PictureSets.open(root, "train");
        put("train/a.tar", tar(Map.of("longer-name.png", png(2), "y.png", png(3))));
        IOException e = assertThrows(DataException.class, () -> data.open(0));
        assertTrue(e.getMessage().contains("changed or replaced"), e.getMessage());
        assertColours(PictureSets.open(root, "train"), 2, 3, 1);
    }

    @Test
    void tarsWithLongNamesOfBothKindsAndGlobalHeaders() throws IOException {
        String deep = "d/".repeat(60);
        String pax = deep + "klasse-ä/" + "p".repeat(150) + ".png";
        String gnu = deep + "other/" + "g".repeat(200) + ".png";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(member('g', "global", record("comment", "x").getBytes(UTF_8)));
        // The stated size in the header itself is wrong on purpose: the attribute's holds.
        byte[] picture = png(1);
        bytes.write(
                member(
                        'x',
                        "attributes",
                        (record("mtime", "1.5")
                                        + record("path", pax)
                                        + record("size", picture.length + ""))
                                .getBytes(UTF_8)));
        byte[] wrong = member('0', "short.png", picture);
        field(wrong, 124, "00000000000");
        bytes.write(signed(wrong));
        bytes.write(member('L', "././@LongLink", (gnu + "\0").getBytes(UTF_8)));
        bytes.write(member('0', "cut.png", png(2)));
        bytes.write(member('0', "last/short.png", png(3)));
        bytes.write(new byte[1024]);
        put("train.tar", bytes.toByteArray());
        IndexedSource data = PictureSets.open(root, "train");
        assertEquals(List.of(pax, gnu, "last/short.png"), names(data));
        assertColours(data, 1, 2, 3);
        assertEquals(List.of("klasse-ä", "last", "other"), data.classes());
        assertLabels(data, 0, 2, 1);
    }

    /** A line of attributes begins with its own length. */
    private static String record(String key, String value) {
        int rest = (" " + key + "=" + value + "\n").getBytes(UTF_8).length;
        int length = rest + 1;
        while (String.valueOf(length).length() + rest != length) {
            length++;
        }
        return length + " " + key + "=" + value + "\n";
    }

    @Test
    void archivesBeyondFourGigabytes() throws IOException {
        long far = 5L << 30;
        byte[] picture = png(9);
        Path tar = root.resolve("train.tar");
        try (FileChannel channel = sparse(tar)) {
            byte[] hole = new byte[512];
            System.arraycopy(member('0', "a/notes.txt", new byte[0]), 0, hole, 0, 512);
            // A size beyond eight octal gigabytes is a number of base 256.
            long size = far + (4L << 30);
            hole[124] = (byte) 0x80;
            ByteBuffer.wrap(hole).putLong(128, size);
            channel.write(ByteBuffer.wrap(signed(hole)), 0);
            ByteArrayOutputStream end = new ByteArrayOutputStream();
            end.write(member('0', "a/x.png", picture));
            end.write(new byte[1024]);
            channel.write(ByteBuffer.wrap(end.toByteArray()), 512 + size);
        }
        IndexedSource inTar = PictureSets.open(root, "train");
        assertEquals(List.of("a/x.png"), names(inTar));
        assertColours(inTar, 9);
        assertEquals(List.of("a/notes.txt"), inTar.facts().ignoredNames());

        try (FileChannel channel = sparse(root.resolve("val.zip"))) {
            byte[] name = "b/y.png".getBytes(UTF_8);
            ByteBuffer local = little(30 + name.length + picture.length);
            local.putInt(0x04034b50).position(18);
            local.putInt(picture.length).putInt(picture.length).putShort((short) name.length);
            local.position(30);
            channel.write(local.put(name).put(picture).flip(), far);
            long directory = far + local.limit();
            ByteBuffer entry = little(46 + name.length + 12);
            entry.putInt(0x02014b50).position(20);
            entry.putInt(picture.length).putInt(picture.length).putShort((short) name.length);
            entry.putShort((short) 12).position(42);
            entry.putInt(-1).put(name).putShort((short) 1).putShort((short) 8).putLong(far);
            channel.write(entry.flip(), directory);
            long end = directory + entry.limit();
            ByteBuffer ends = little(56 + 20 + 22);
            ends.putInt(0x06064b50).putLong(44).position(24);
            ends.putLong(1).putLong(1).putLong(entry.limit()).putLong(directory);
            ends.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
            ends.putInt(0x06054b50).putInt(0).putShort((short) -1).putShort((short) -1);
            ends.putInt(-1).putInt(-1).putShort((short) 0);
            channel.write(ends.flip(), end);
        }
        IndexedSource inZip = PictureSets.open(root, "val");
        assertEquals(List.of("b/y.png"), names(inZip));
        assertColours(inZip, 9);
    }

    private static FileChannel sparse(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void aZipOfMoreThan65535Members() throws IOException {
        int count = 70_000;
        Path file = root.resolve("train.zip");
        try (ZipOutputStream zip =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            zip.setLevel(0);
            byte[] picture = png(4);
            for (int i = 0; i < count; i++) {
                zip.putNextEntry(new ZipEntry((i < 7 ? "b/" : "a/") + i + ".png"));
                if (i == count - 1) {
                    zip.write(picture);
                }
            }
        }
        IndexedSource data = PictureSets.open(root, "train");
        assertEquals(count, data.size());
        assertEquals(7, data.count(1));
        int last = IntStream.range(0, count).filter(i -> data.name(i).endsWith("69999.png")).sum();
        assertEquals(4, data.read(last).rgb()[0]);
    }

    private void refused(String says, String split) {
        IOException e = assertThrows(IOException.class, () -> PictureSets.open(root, split));
        assertInstanceOf(DataException.class, e);
        assertTrue(e.getMessage().contains(says), e.getMessage());
    }

    private Path put(String name, byte[] content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private void text(String name, String... lines) throws IOException {
        Files.write(root.resolve(name), List.of(lines));
    }

    private static List<String> names(PictureSource data) {
        return IntStream.range(0, data.size()).mapToObj(data::name).toList();
    }

    private static void assertLabels(PictureSource data, int... labels) {
        assertArrayEquals(labels, IntStream.range(0, data.size()).map(data::label).toArray());
    }

    private static void assertColours(PictureSource data, int... red) throws IOException {
        int[] found = new int[data.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = data.read(i).rgb()[0];
        }
        Arrays.sort(found);
        int[] sorted = red.clone();
        Arrays.sort(sorted);
        assertArrayEquals(sorted, found);
        assertEquals(3, data.dimensions(0).width());
    }

    /** A PNG whose colour tells it from others. */
    static byte[] png(int red) throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 6; i++) {
            image.setRGB(i % 3, i / 3, red << 16);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        assertEquals(red, PictureReader.read(bytes.toByteArray(), "made").rgb()[0]);
        return bytes.toByteArray();
    }

    private static byte[] zip(Map<String, byte[]> members, int method) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(method);
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                ZipEntry entry = new ZipEntry(member.getKey());
                if (method == ZipEntry.STORED) {
                    CRC32 sum = new CRC32();
                    sum.update(member.getValue());
                    entry.setCrc(sum.getValue());
                    entry.setSize(member.getValue().length);
                }
                zip.putNextEntry(entry);
                zip.write(member.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** A plain archive of POSIX's first form. */
    static byte[] tar(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
            bytes.write(member('0', member.getKey(), member.getValue()));
        }
        bytes.write(new byte[1024]);
        return bytes.toByteArray();
    }

    /** A member with its header, filled up to whole blocks. */
    private static byte[] member(char type, String name, byte[] content) {
        byte[] all = new byte[512 + content.length + Math.floorMod(-content.length, 512)];
        field(all, 0, name);
        field(all, 124, String.format("%011o", content.length));
        all[156] = (byte) type;
        field(all, 257, "ustar");
        System.arraycopy(content, 0, all, 512, content.length);
        return signed(all);
    }

    /** Writes the sum of the header's bytes into it. */
    private static byte[] signed(byte[] member) {
        field(member, 148, "        ");
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += member[i] & 0xff;
        }
        field(member, 148, String.format("%06o", sum) + "\0 ");
        return member;
    }

    private static void field(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
