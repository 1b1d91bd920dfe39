// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureReaderTest {

    private static final byte[] SEQUENTIAL_FRAME = {(byte) 0xFF, (byte) 0xC0};

    @TempDir Path folder;

    static List<ImageGoldens.Case> goldens() {
        return ImageGoldens.read("decode.json");
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void equalsPillow(ImageGoldens.Case golden) throws IOException {
        Path file = ImageGoldens.image(golden.file());
        Picture picture = PictureReader.read(file);
        golden.check(picture);
        byte[] data = Files.readAllBytes(file);
        assertEquals(picture, PictureReader.read(data, "bytes"));
        assertEquals(picture, PictureReader.read(new ByteArrayInputStream(data), "stream"));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void readsTheSizeFromTheHeader(ImageGoldens.Case golden) throws IOException {
        Path file = ImageGoldens.image(golden.file());
        PictureSize expected = new PictureSize(golden.width(), golden.height());
        assertEquals(expected, PictureReader.size(file));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void aPartEqualsTheWholesCrop(ImageGoldens.Case golden) throws IOException {
        PictureFile file = PictureReader.open(ImageGoldens.image(golden.file()));
        Picture whole = file.whole();
        assertEquals(new PictureSize(whole.width(), whole.height()), file.size());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 8; i++) {
            int width = 1 + random.nextInt(whole.width());
            int height = 1 + random.nextInt(whole.height());
            int x = random.nextInt(whole.width() - width + 1);
            int y = random.nextInt(whole.height() - height + 1);
            assertEquals(whole.crop(x, y, width, height), file.part(x, y, width, height));
        }
        assertEquals(whole, file.part(0, 0, whole.width(), whole.height()));
        for (int[] outside :
                new int[][] {{-1, 0, 1, 1}, {0, 0, 0, 1}, {0, 1, 1, whole.height()}}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> file.part(outside[0], outside[1], outside[2], outside[3]));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"photo.jpg", "baseline.jpg", "37x29-420.jpg", "rgb.png"})
    void aPartOfATruncatedFileIsRefused(String name) throws IOException {
        byte[] data = Files.readAllBytes(ImageGoldens.image(name));
        PictureFile cut = PictureReader.open(Arrays.copyOf(data, data.length * 9 / 10), name);
        String message =
                assertThrows(PictureException.class, () -> cut.part(0, 0, 2, 2)).getMessage();
        assertTrue(message.contains("truncated"), message);
    }

    @Test
    void findsTheSizeBehindMuchMetadata() throws IOException {
        byte[] jpeg = Files.readAllBytes(ImageGoldens.image("baseline.jpg"));
        ByteBuffer padded = ByteBuffer.allocate(jpeg.length + 3 * 65537);
        padded.put(jpeg, 0, 2);
        for (int i = 0; i < 3; i++) {
            padded.put(new byte[] {(byte) 0xFF, (byte) 0xE1, (byte) 0xFF, (byte) 0xFF});
            padded.put(new byte[65533]);
        }
        padded.put(jpeg, 2, jpeg.length - 2);
        Path file = Files.write(folder.resolve("padded.jpg"), padded.array());
        assertEquals(new PictureSize(37, 29), PictureReader.size(file));
        assertEquals(
                PictureReader.read(ImageGoldens.image("baseline.jpg")), PictureReader.read(file));
    }

    @Test
    void goesByContentNotByName() throws IOException {
        Path file = Files.copy(ImageGoldens.image("rgb.png"), folder.resolve("rgb.jpeg"));
        assertEquals(PictureReader.read(ImageGoldens.image("rgb.png")), PictureReader.read(file));
    }

    @Test
    void refusesWhatIsNoFile() {
        assertMessage(folder.resolve("none.jpg"), "none.jpg", "no such file");
        assertMessage(folder, folder.toString(), "directory");
    }

    @Test
    void refusesAFileThatMayNotBeRead() throws IOException {
        Path file = Files.copy(ImageGoldens.image("rgb.png"), folder.resolve("locked.png"));
        assertTrue(file.toFile().setReadable(false));
        assumeFalse(Files.isReadable(file), "this user may read every file");
        assertMessage(file, "locked.png", "permission");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello world, no picture | text (\"hello world,\")",
                "<!DOCTYPE html><html> | a web page",
                "%PDF-1.7 | a PDF document",
                "RIFF1234WEBPVP8 | a WebP picture",
                "x | text (\"x\")"
            })
    void saysWhatAFileSeemsToBe(String content, String expected) throws IOException {
        Path file = folder.resolve("photo.jpg");
        Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
        assertMessage(file, "photo.jpg", expected, "JPEG, PNG, GIF or BMP");
    }

    @Test
    void refusesEmptyAndUnknownFiles() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.jpg"));
        assertMessage(empty, "empty.jpg", "empty");
        Path unknown = Files.write(folder.resolve("x.png"), new byte[] {0, 1, 2, (byte) 0xFE});
        assertMessage(unknown, "unknown data", "00 01 02 fe");
    }

    /** A file cut anywhere is refused, never read as a picture that is partly grey. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "baseline.jpg",
                "37x29-420.jpg",
                "cmyk.jpg",
                "grey.jpg",
                "rgb.png",
                "palette.png",
                "rgb-interlaced.png",
                "plain.gif",
                "rgb.bmp"
            })
    void refusesATruncatedFile(String name) throws IOException {
        byte[] data = Files.readAllBytes(ImageGoldens.image(name));
        // A PNG's and a GIF's last bytes are not pixels; Pillow does not miss them either.
        int needed = name.endsWith("png") ? data.length - 20 : data.length - 4;
        for (int length = 8; length < needed; length += Math.max(1, needed / 60)) {
            byte[] cut = Arrays.copyOf(data, length);
            String message =
                    assertThrows(
                                    PictureException.class,
                                    () -> PictureReader.read(cut, name),
                                    name + " cut to " + length)
                            .getMessage();
            assertTrue(message.contains(name) && message.contains("truncated"), message);
        }
        if (name.endsWith("jpg")) {
            byte[] cut = Arrays.copyOf(data, data.length - 2);
            assertThrows(PictureException.class, () -> PictureReader.read(cut, name));
        }
    }

    /** Damage may go unnoticed, but it never escapes as anything else than a PictureException. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "baseline.jpg",
                "37x29-420.jpg",
                "ycck.jpg",
                "rgb.png",
                "palette-4bit.png",
                "grey-16bit.png",
                "animated.gif",
                "transparent-on-larger-screen.gif",
                "palette.bmp",
                "rgb-565.bmp"
            })
    void survivesDamage(String name) throws IOException {
        byte[] data = Files.readAllBytes(ImageGoldens.image(name));
        SplittableRandom random = new SplittableRandom(name.hashCode());
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            byte[] damaged = data.clone();
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                damaged[random.nextInt(Math.min(data.length, 900))] = (byte) random.nextInt();
            }
            try {
                Picture picture = PictureReader.read(damaged, name);
                assertTrue(picture.width() > 0);
            } catch (PictureException e) {
                assertTrue(e.getMessage().startsWith(name + ": "), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 0, "no damage was noticed");
    }

    @Test
    void refusesAHugeClaimBeforeDecoding() throws IOException {
        byte[] png = Files.readAllBytes(ImageGoldens.image("rgb.png"));
        ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000);
        Path file = Files.write(folder.resolve("bomb.png"), png);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertMessage(file, "bomb.png", "100000x100000", "178956970");
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 10_000_000, allocated + " bytes allocated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"baseline.jpg", "rgb.png", "plain.gif", "rgb.bmp"})
    void refusesASizeOfZero(String name) throws IOException {
        byte[] data = Files.readAllBytes(ImageGoldens.image(name));
        int frame = name.endsWith("gif") ? indexOf(data, new byte[] {',', 0, 0, 0, 0, 37}) : 0;
        switch (name.substring(name.length() - 3)) {
            case "jpg" -> {
                int sof = indexOf(data, SEQUENTIAL_FRAME);
                data[sof + 8] = 0;
            }
            case "png" -> data[19] = 0;
            case "gif" -> {
                data[6] = 0;
                data[frame + 5] = 0;
            }
            default -> data[18] = 0;
        }
        String message =
                assertThrows(PictureException.class, () -> PictureReader.read(data, name))
                        .getMessage();
        assertTrue(message.contains("0x29"), message);
    }

    @ParameterizedTest
    @CsvSource({"C3,lossless", "C9,arithmetic"})
    void refusesOtherJpegProcesses(String marker, String expected) throws IOException {
        byte[] data = Files.readAllBytes(ImageGoldens.image("baseline.jpg"));
        data[indexOf(data, SEQUENTIAL_FRAME) + 1] = (byte) Integer.parseInt(marker, 16);
        String message =
                assertThrows(PictureException.class, () -> PictureReader.read(data, "x.jpg"))
                        .getMessage();
        assertTrue(message.contains(expected) && message.contains("convert"), message);
    }

    @Test
    void refusesTwelveBitsPerSample() throws IOException {
        byte[] data = Files.readAllBytes(ImageGoldens.image("baseline.jpg"));
        data[indexOf(data, SEQUENTIAL_FRAME) + 4] = 12;
        String message =
                assertThrows(PictureException.class, () -> PictureReader.read(data, "x.jpg"))
                        .getMessage();
        assertTrue(message.contains("12 bits"), message);
    }

    /** Readers that a library registers for the same formats are never asked. */
    @Test
    void takesTheReaderItNames() {
        for (PictureFormat format : PictureFormat.values()) {
            String name = format.newReader().getClass().getName();
            assertTrue(name.startsWith("com.sun.imageio.plugins."), name);
        }
    }

    @Test
    void leavesTheStreamOpen() throws IOException {
        byte[] data = Files.readAllBytes(ImageGoldens.image("rgb.png"));
        boolean[] closed = new boolean[1];
        var in =
                new ByteArrayInputStream(data) {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                };
        PictureReader.read(in, "stream");
        assertFalse(closed[0]);
    }

    private static void assertMessage(Path file, String... keyWords) {
        PictureException read =
                assertThrows(PictureException.class, () -> PictureReader.read(file));
        PictureException size =
                assertThrows(PictureException.class, () -> PictureReader.size(file));
        assertEquals(file.toString(), read.name());
        for (String word : keyWords) {
            assertTrue(read.getMessage().contains(word), read.getMessage());
            assertTrue(size.getMessage().contains(word), size.getMessage());
        }
    }

    private static int indexOf(byte[] data, byte[] pattern) {
        for (int i = 0; i + pattern.length <= data.length; i++) {
            if (Arrays.equals(data, i, i + pattern.length, pattern, 0, pattern.length)) {
                return i;
            }
        }
        throw new IllegalArgumentException("pattern not found");
    }
}
