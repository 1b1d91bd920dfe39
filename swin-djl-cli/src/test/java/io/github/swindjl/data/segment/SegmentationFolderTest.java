// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.zoo.ClassPalette;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentationFolderTest {

    private static final int WIDTH = 6;
    private static final int HEIGHT = 4;

    @TempDir private Path root;

    /** Writes a set of one picture, whose mask has the type and the values given. */
    private void write(int type, int... values) throws IOException {
        write("a", image(BufferedImage.TYPE_3BYTE_BGR, WIDTH, HEIGHT), mask(type, values));
    }

    private void write(String stem, BufferedImage picture, BufferedImage mask) throws IOException {
        Path images = Files.createDirectories(root.resolve("images/validation"));
        Path masks = Files.createDirectories(root.resolve("annotations/validation"));
        ImageIO.write(picture, "png", images.resolve(stem + ".png").toFile());
        ImageIO.write(mask, "png", masks.resolve(stem + ".png").toFile());
    }

    private static BufferedImage image(int type, int width, int height) {
        if (type == BufferedImage.TYPE_BYTE_INDEXED) {
            byte[] colours = new byte[256];
            Arrays.fill(colours, (byte) 9); // all alike: only the indices tell pixels apart
            return new BufferedImage(
                    width, height, type, new IndexColorModel(8, 256, colours, colours, colours));
        }
        return new BufferedImage(width, height, type);
    }

    private static BufferedImage mask(int type, int... values) {
        BufferedImage mask = image(type, WIDTH, HEIGHT);
        for (int i = 0; i < values.length; i++) {
            mask.getRaster().setSample(i % WIDTH, i / WIDTH, 0, values[i]);
        }
        return mask;
    }

    private void rules(String json) throws IOException {
        Files.writeString(root.resolve(MaskRules.FILE), json);
    }

    private LabelMap labels() throws IOException {
        return SegmentationFolder.open(root, "validation").read(0).labels();
    }

    private String failure() {
        DataException failure = assertThrows(DataException.class, this::labels);
        return failure.getMessage();
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "no '" + part + "' in: " + message);
        }
    }

    private static int[] firstRow(LabelMap labels) {
        int[] row = new int[WIDTH];
        Arrays.setAll(row, x -> labels.at(x, 0));
        return row;
    }

    @Test
    void greyAndPaletteMasksGiveTheirStoredNumbersWithoutGamma() throws IOException {
        int[] expected = {LabelMap.IGNORED, 0, 1, 76, 149, LabelMap.IGNORED};
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_BYTE_INDEXED}) {
            write(type, 0, 1, 2, 77, 150, 255);
            assertArrayEquals(expected, firstRow(labels()), "type " + type);
        }
    }

    @Test
    void aDescriptionReplacesTheClassesAndRules() throws IOException {
        rules(
                "{\"classes\": [{\"name\": \"road\", \"color\": [1, 2, 3]},"
                        + " {\"name\": \"sky\", \"color\": [255, 0, 16]}],"
                        + " \"ignore_index\": 7}");
        write(BufferedImage.TYPE_BYTE_GRAY, 0, 1, 7);
        assertArrayEquals(new int[] {0, 1, LabelMap.IGNORED, 0, 0, 0}, firstRow(labels()));
        MaskRules rules = SegmentationFolder.open(root, "validation").rules();
        assertEquals(
                new ClassPalette(List.of("road", "sky"), List.of(0x010203, 0xFF0010)),
                rules.palette());
        write(BufferedImage.TYPE_BYTE_GRAY, 0, 255);
        assertSays(failure(), "a.png has the label 255", "column 1, row 0", "expected 0 to 1");
    }

    @Test
    void sixteenBitsAreRefusedUnlessTheDescriptionAllowsThem() throws IOException {
        write(BufferedImage.TYPE_USHORT_GRAY, 0, 1, 150);
        assertSays(failure(), "annotations", "a.png", "16 bits", "mask_bits");
        String classes = "{\"classes\": [{\"name\": \"x\", \"color\": [1, 2, 3]}], ";
        rules(classes + "\"mask_bits\": 16, \"ignore_index\": 40000}");
        write(BufferedImage.TYPE_USHORT_GRAY, 0, 40000);
        assertArrayEquals(new int[] {0, LabelMap.IGNORED, 0, 0, 0, 0}, firstRow(labels()));
        write(BufferedImage.TYPE_USHORT_GRAY, 0, 256);
        assertSays(failure(), "a.png has the label 256");
    }

    @Test
    void whatAMaskMayNotBeIsNamedWithTheFileAndTheRule() throws IOException {
        write(BufferedImage.TYPE_BYTE_GRAY, 1, 151);
        assertSays(failure(), "a.png has the label 151", "column 1, row 0", "expected 1 to 150");
        write(BufferedImage.TYPE_3BYTE_BGR, 1);
        assertSays(failure(), "annotations", "a.png", "RGB colours", "one class index");
        write("a", image(BufferedImage.TYPE_3BYTE_BGR, 7, 4), mask(BufferedImage.TYPE_BYTE_GRAY));
        assertSays(failure(), "a.png is a mask of 6x4", "expected 7x4", "images");
        Path mask = root.resolve("annotations/validation/a.png");
        Files.write(mask, "GIF89a....".getBytes());
        assertSays(failure(), "a.png", "GIF", "expected a mask as PNG");
        Files.delete(mask);
        assertSays(failure(), "a.png has no mask", mask.toString());
    }

    @Test
    void missingFoldersAndDoubleNamesAreNamed() throws IOException {
        assertSays(failure(), root.resolve("images/validation").toString(), "no folder");
        write(BufferedImage.TYPE_BYTE_GRAY, 1);
        DataException other =
                assertThrows(DataException.class, () -> SegmentationFolder.open(root, "test"));
        assertSays(other.getMessage(), "its splits are validation");
        Files.copy(
                root.resolve("images/validation/a.png"), root.resolve("images/validation/a.bmp"));
        assertSays(failure(), "a.bmp", "a.png", "share a mask");
    }

    @Test
    void faultyDescriptionsAreNamed() throws IOException {
        write(BufferedImage.TYPE_BYTE_GRAY, 1);
        String classes = "\"classes\": [{\"name\": \"x\", \"color\": [1, 2, 3]}]";
        String[][] faults = {
            {"{", "no valid JSON"},
            {"{}", "no 'classes'"},
            {"{" + classes + ", \"ignore_indx\": 3}", "ignore_indx", "did you mean ignore_index"},
            {"{" + classes + ", \"ignore_index\": 0}", "ignore_index is 0", "class 'x'"},
            {"{" + classes + ", \"mask_bits\": 12}", "mask_bits is 12"},
            {"{\"classes\": [{\"name\": \"x\", \"color\": [1, 2]}]}", "classes[0].color"},
        };
        for (String[] fault : faults) {
            rules(fault[0]);
            assertSays(failure(), MaskRules.FILE);
            assertSays(failure(), Arrays.copyOfRange(fault, 1, fault.length));
        }
        Files.delete(root.resolve(MaskRules.FILE));
        Files.writeString(root.resolve(MaskRules.TABLE), "index,name,r,g,b\n1,x,0,0,0\n");
        assertSays(failure(), MaskRules.TABLE, "line 2");
    }

    @Test
    void theSampleSetIsReadByItsTable() throws IOException {
        Path sample = root.resolve("sample");
        SampleSet.create(sample, new SampleSet.Options(SampleSet.Layout.ADE20K, 64, 1, 1, 0));
        SegmentationFolder.TrainVal data = SegmentationFolder.openTrainAndVal(sample);
        assertEquals(12, data.train().size());
        assertEquals(13, data.train().rules().palette().size());
        assertEquals("backdrop", data.val().rules().palette().names().get(12));
        for (int i = 0; i < data.val().size(); i++) {
            assertTrue(data.val().read(i).labels().histogram()[12] > 0, "backdrop in " + i);
        }
        assertNotEquals(data.train().fingerprint(), data.val().fingerprint());
    }

    @Test
    void theBuiltInClassesAreThoseOfAde20k() {
        ClassPalette palette = MaskRules.ade20k().palette();
        assertEquals(150, palette.size());
        assertEquals("wall", palette.names().get(0));
        assertEquals(0x787878, palette.colors().get(0));
        assertEquals("flag", palette.names().get(149));
    }
}
