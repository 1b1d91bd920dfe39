// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.TestData;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

    @TempDir Path folder;

    private static Path golden() {
        return TestData.file("goldens/weights/mixed.safetensors");
    }

    private Path file(String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return raw(text.length, text, dataBytes);
    }

    private Path raw(long length, byte[] text, int dataBytes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes);
        bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text);
        for (int i = 0; i < dataBytes; i++) {
            bytes.put((byte) i);
        }
        return Files.write(folder.resolve("file.safetensors"), bytes.array());
    }

    private static String refusal(Path file) {
        return assertThrows(StateException.class, () -> Safetensors.open(file).close())
                .getMessage();
    }

    @Test
    void readsWhatTheReferenceLibraryWrote() throws IOException {
        try (Safetensors state = Safetensors.open(golden())) {
            assertEquals(20, state.tensors().size());
            assertEquals("pt", state.metadata().get("format"));
            assertEquals(
                    "quote \" backslash \\ umlaut \u00e4 clef \ud834\udd1e",
                    state.metadata().get("text"));
            assertArrayEquals(new long[] {3, 2, 2}, state.info("double").shape());
            assertArrayEquals(new long[0], state.info("scalar").shape());
            assertArrayEquals(new float[] {1.5f}, state.readFloats("scalar"));
            assertEquals(0, state.readFloats("empty").length);
            assertEquals(TensorType.U32, state.info("u32").type());
            assertEquals(TensorType.F8_E4M3, state.info("f8_e4m3").type());
            assertEquals(4000000000L - 6 & 0xffffffffL, state.bytes("u32").getInt() & 0xffffffffL);
            assertEquals(-6L << 40, state.bytes("i64").getLong());
            assertTrue(state.bytes("single").isReadOnly());
            assertEquals(ByteOrder.LITTLE_ENDIAN, state.bytes("single").order());
        }
    }

    @ParameterizedTest
    @CsvSource({"half", "brain", "double"})
    void widensLikeTheReference(String name) throws IOException {
        try (Safetensors state = Safetensors.open(golden())) {
            float[] actual = state.readFloats(name);
            float[] expected = state.readFloats(name + ".float32");
            assertTrue(actual.length > 0);
            assertEquals(expected.length, actual.length);
            for (int i = 0; i < actual.length; i++) {
                // Float.compare treats all NaNs as one and tells the zeros apart.
                assertEquals(expected[i], actual[i], "element " + i);
            }
        }
    }

    @Test
    void everyHalfHasItsValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 31;
            int fraction = bits & 1023;
            double magnitude =
                    exponent == 0
                            ? fraction * Math.pow(2, -24)
                            : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
            if (exponent == 31) {
                magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            }
            float expected = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
            assertEquals(expected, TensorType.halfToFloat((short) bits), "bits " + bits);
        }
    }

    @Test
    void readsPartsAcrossSegments() throws IOException {
        Path file = folder.resolve("big.safetensors");
        float[] values = new float[5000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.5f;
        }
        new SafetensorsWriter()
                .add("a", TensorType.U8, new long[] {3}, TensorContent.of(() -> bytes(3)))
                .add("b", TensorType.F32, new long[] {5000}, TensorContent.of(values))
                .write(file);
        try (Safetensors whole = Safetensors.open(file);
                Safetensors split = MappedFile.open(file, 1000, Safetensors::of)) {
            assertArrayEquals(values, whole.readFloats("b"));
            assertArrayEquals(values, split.readFloats("b"));
            assertEquals(whole.bytes("a"), split.bytes("a"));
            for (int first = 0; first < 4900; first += 37) {
                float[] part = new float[100];
                split.readFloats("b", first, part);
                assertEquals(first * 0.5f, part[0]);
                assertEquals((first + 99) * 0.5f, part[99]);
            }
        }
    }

    /**
     * Read through mapped memory, Java throws an InternalError, and the engine ends the process.
     */
    @Test
    void aFileThatShrinksWhileItIsOpenIsReported() throws IOException {
        int count = 500_000;
        Path file = folder.resolve("shrinks.safetensors");
        new SafetensorsWriter()
                .add("a", TensorType.F32, new long[] {count}, TensorContent.of(new float[count]))
                .write(file);
        Path copy = folder.resolve("copy.safetensors");
        try (NDManager manager = NDManager.newBaseManager();
                Safetensors state = Safetensors.open(file);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            NDArray array = manager.zeros(new Shape(count));
            channel.truncate(4096);
            for (Executable use :
                    List.<Executable>of(
                            () -> state.readFloats("a"),
                            () -> StateArrays.read(state, Map.of("a", array)),
                            () -> readAside(manager, state),
                            () ->
                                    new SafetensorsWriter()
                                            .add(
                                                    "a",
                                                    TensorType.F32,
                                                    new long[] {count},
                                                    TensorContent.from(state, "a"))
                                            .write(copy))) {
                String message = assertThrows(StateException.class, use).getMessage();
                assertTrue(message.startsWith(file + ": became shorter"), message);
            }
        }
        assertFalse(Files.exists(copy));
    }

    private static void readAside(NDManager manager, Safetensors state) throws StateException {
        try (ParallelReading reading = new ParallelReading(manager, state)) {
            reading.begin("a");
            reading.take("a", manager);
        } catch (UncheckedIOException e) {
            throw (StateException) e.getCause();
        }
    }

    @Test
    void readsBeyondFourGigabytes() throws IOException {
        Path file = folder.resolve("sparse.safetensors");
        long elements = 1_200_000_000L;
        String header =
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1200000000],\"data_offsets\":[0,4800000000]}}";
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            out.write(prefix.putLong(0, header.length()).array());
            out.writeBytes(header);
            long data = out.getFilePointer();
            out.setLength(data + 4 * elements);
            for (long index : new long[] {0, 536_870_900L, elements - 1}) {
                out.seek(data + 4 * index);
                out.writeInt(Integer.reverseBytes(Float.floatToIntBits(index)));
            }
        }
        try (Safetensors state = Safetensors.open(file)) {
            for (long index : new long[] {0, 536_870_900L, elements - 1}) {
                float[] one = new float[1];
                state.readFloats("w", index, one);
                assertEquals((float) index, one[0]);
            }
            assertEquals(1_500_000_000, state.bytes("w", 900_000_000L, 1_500_000_000).capacity());
            String message =
                    assertThrows(IllegalArgumentException.class, () -> state.bytes("w"))
                            .getMessage();
            assertTrue(message.contains("4800000000") && message.contains("parts"), message);
        }
    }

    private static ByteBuffer bytes(int count) {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            buffer.put(i, (byte) (i + 1));
        }
        return buffer;
    }

    @Test
    void refusesRangesOutsideATensor() throws IOException {
        try (Safetensors state = Safetensors.open(golden())) {
            for (long[] range :
                    List.of(new long[] {-1, 1}, new long[] {0, 141}, new long[] {1, -1})) {
                String message =
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () -> state.bytes("single", range[0], (int) range[1]))
                                .getMessage();
                assertTrue(message.contains("single") && message.contains("140"), message);
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> state.readFloats("single", 34, new float[2]));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> state.readFloats("single", Long.MAX_VALUE / 2, new float[2]));
            assertTrue(
                    assertThrows(IllegalArgumentException.class, () -> state.readFloats("i32"))
                            .getMessage()
                            .contains("I32"));
            assertTrue(
                    assertThrows(IllegalArgumentException.class, () -> state.bytes("nothing"))
                            .getMessage()
                            .contains("no tensor named nothing"));
        }
    }

    @Test
    void refusesToReadWhenClosed() throws IOException {
        Safetensors state = Safetensors.open(golden());
        state.close();
        String message =
                assertThrows(StateException.class, () -> state.bytes("single")).getMessage();
        assertTrue(message.contains("closed"), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | 4 | takes 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}} | 4 | not a range",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | 4 | not a range",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | gap",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 8 | belong to no",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}} | 6 | overlaps",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                        + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}} | 2 | twice",
                "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[1],"
                        + "\"data_offsets\":[0,1]}} | 1 | twice",
                "{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 | dtype F33",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}} | 1 | negative",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}} | 1 | 64-bit",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[\"1\"],\"data_offsets\":[0,1]}} | 1 | STRING",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],"
                        + "\"data_offsets\":[0,1]}} | 1 | 64-bit",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],"
                        + "\"data_offsets\":[0,0]}} | 0 | overflows",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,0],"
                        + "\"data_offsets\":[0,0]}} | 0 | overflows",
                "{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]}} | 1 | within a byte",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}} | 1 | missing",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}} | 1 | key x",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}} | 1 | more than 2",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}} | 1 | not a range",
                "{\"__metadata__\":{\"a\":1}} | 0 | expected a string",
                "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}} | 0 | twice",
                "{\"a\":[]} | 0 | at $.a",
                "{\"a\":null} | 0 | not the JSON",
                "{a:1} | 0 | not the JSON",
                "{\"a\" | 0 | ends early",
                "{} {} | 0 | not the JSON",
                "[] | 0 | begin with {",
            })
    void refusesABadHeader(String header, int dataBytes, String words) throws IOException {
        Path file = file(header, dataBytes);
        String message = refusal(file);
        assertTrue(message.contains(words), message);
        assertTrue(message.contains("file.safetensors"), message);
    }

    @Test
    void refusesABadFile() throws IOException {
        assertTrue(refusal(folder.resolve("none")).contains("no such file"));
        assertTrue(refusal(folder).contains("directory"));
        Path file = folder.resolve("short");
        Files.write(file, new byte[5]);
        assertTrue(refusal(file).contains("truncated: 5 bytes"));
        byte[] text = "{}".getBytes(StandardCharsets.UTF_8);
        assertTrue(refusal(raw(99, text, 0)).contains("truncated"));
        assertTrue(refusal(raw(100_000_001, text, 0)).contains("100000001"));
        assertTrue(refusal(raw(-1, text, 0)).contains("18446744073709551615"));
        assertTrue(refusal(raw(0, text, 0)).contains("expected 2"));
        byte[] latin = {'{', '"', (byte) 0xe4, '"', ':', '}'};
        assertTrue(refusal(raw(latin.length, latin, 0)).contains("UTF-8"));
    }

    @Test
    void everyCutOfAFileIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(golden());
        Path cut = folder.resolve("cut.safetensors");
        for (int length = 0; length < whole.length; length += 97) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertTrue(refusal(cut).contains("cut.safetensors"));
        }
    }

    @Test
    void damagedHeadersNeverCauseAnythingButARefusal() throws IOException {
        byte[] whole = Files.readAllBytes(golden());
        int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        SplittableRandom random = new SplittableRandom(7);
        Path damaged = folder.resolve("damaged.safetensors");
        int refused = 0;
        for (int round = 0; round < 500; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                bytes[random.nextInt(8 + header)] = (byte) random.nextInt(256);
            }
            Files.write(damaged, bytes);
            try (Safetensors state = Safetensors.open(damaged)) {
                for (TensorInfo info : state.tensors().values()) {
                    assertEquals(info.length(), state.bytes(info.name()).remaining());
                }
            } catch (StateException e) {
                refused++;
            }
        }
        assertTrue(refused > 300, "only " + refused + " of 500 were refused");
    }

    @Test
    void deepNestingIsRefusedQuickly() throws IOException {
        Path file = file("{\"a\":" + "[".repeat(2_000_000), 0);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> refusal(file));
    }
}
