// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.TestData;
import io.github.swindjl.zoo.weights.TorchBytes.Zip;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the torch.save kinds, built byte by byte; each mistake must be named. */
class HostileTorchTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path folder;

    private String refusal(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("file.pth"), content);
        String message =
                assertTimeoutPreemptively(
                                SOON,
                                () ->
                                        assertThrows(
                                                StateException.class,
                                                () -> StateFiles.open(file).close()))
                        .getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        assertTrue(message.length() < file.toString().length() + 700, message);
        return message;
    }

    /** A pickle without storages. */
    private void assertRefusedInZip(byte[] pickle, String words) throws IOException {
        String message = refusal(TorchBytes.zip(pickle));
        assertTrue(message.contains(words), message);
    }

    /** The same pickle in both containers. */
    private void assertRefused(byte[] pickle, String words) throws IOException {
        for (byte[] file : new byte[][] {TorchBytes.zip(pickle), TorchBytes.legacy(pickle)}) {
            String message = refusal(file);
            assertTrue(message.contains(words), message);
        }
    }

    private static byte[] pickle(String latin) {
        return new TorchBytes().raw("\u0080\u0002").raw(latin).bytes();
    }

    private static long[] longs(String text) {
        return text == null
                ? new long[0]
                : Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    @Test
    void theBuilderMakesReadableFiles() throws IOException {
        byte[] pickle = TorchBytes.tensor(1, longs("3"), longs("1"));
        for (byte[] content : new byte[][] {TorchBytes.zip(pickle), TorchBytes.legacy(pickle)}) {
            Path file = Files.write(folder.resolve("good.pth"), content);
            try (StateSource state = StateFiles.open(file)) {
                assertArrayEquals(new float[3], state.readFloats("a"));
                assertEquals(1, state.tensors().size());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0  | 5           | 1                   | reaches element 5 of a storage that has 4",
                "2  | 3           | 1                   | reaches element 5",
                "0  | 2 2         | 3 1                 | reaches element 5",
                "-1 | 2           | 1                   | negative offset",
                "9223372036854775807 | 2 | 1            | overflow",
                "0  | 2           | -1                  | negative stride -1",
                "3  | 4           | -1                  | negative stride -1",
                "0  | -2          | 1                   | negative dimension",
                "0  | 2           | 1 1                 | 1 dimensions but 2 strides",
                "0  | 2 2         | 1                   | 2 dimensions but 1 strides",
                "0  | 4294967296 4294967296 | 0 0       | overflows 64 bits",
                "0  | 3 3         | 4611686018427387904 4611686018427387904 | overflow",
                "0  | 1099511627776 | 0                 | repeats its values to 4398046511104 bytes",
            })
    void refusesTensorsOutsideTheirStorage(long first, String shape, String strides, String words)
            throws IOException {
        assertRefused(TorchBytes.tensor(first, longs(shape), longs(strides)), words);
        assertRefused(TorchBytes.tensor(first, longs(shape), longs(strides)), "tensor a: ");
    }

    @Test
    void refusesTooManyDimensions() throws IOException {
        long[] ones = new long[65];
        Arrays.fill(ones, 1);
        assertRefused(TorchBytes.tensor(0, ones, ones), "65 dimensions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "cos\\nsystem\\n(X\\u0002\\0\\0\\0lstR.                | names os.system",
                "cbuiltins\\neval\\n(X\\u0001\\0\\0\\01tR.              | names builtins.eval",
                "c__builtin__\\neval\\n.                               | names __builtin__.eval",
                "X\\u0002\\0\\0\\0osX\\u0006\\0\\0\\0system\\u0093.     | names os.system",
                "(ios\\nsystem\\n.                                     | opcode 0x69",
                "(cos\\nsystem\\no.                                    | names os.system",
                "(o.                                                   | opcode 0x6f",
                "\\u0082a.                                             | opcode 0x82",
                "\\u0097.                                              | opcode 0x97",
                "P1\\n.                                                | opcode 0x50",
                "ctorch\\nFloatStorage\\n)R.                           | makes no sense",
                "ctorch.nn.modules.linear\\nLinear\\n.                 | names torch.nn.modules",
                "ctorch._utils\\n_rebuild_qtensor\\n.                  | _rebuild_qtensor",
                "]}b.                                                  | no container",
                "]K\\u0001K\\u0001s.                                   | no container",
                "}K\\u0001a.                                           | no container",
                "})K\\u0001s.                                          | Object[] as a key",
                "}]K\\u0001s.                                          | ArrayList as a key",
                "}(]K\\u0001u.                                         | ArrayList as a key",
                "}(K\\u0001u.                                          | makes no sense",
                "K\\u0001Q.                                            | outside of it",
                "(X\\u0006\\0\\0\\0modulea.                            | no container",
                "X\\u00ff\\u00ff\\u00ff\\u00ffa.                       | announces 4294967295 bytes",
                "B\\u00ff\\u00ff\\u00ff\\u007fa.                       | announces 2147483647 bytes",
                "\\u008d\\0\\0\\0\\0\\0\\0\\u0010\\0.                  | announces",
                "\\u008e\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff. | announces 1844",
                "\\u0096\\u00ff\\u00ff\\u00ff\\u00ff\\0\\0\\0\\0.      | announces 4294967295",
                "\\u008b\\u00ff\\u00ff\\u00ff\\u007f.                  | opcode 0x8b",
                "L1L\\n.                                               | opcode 0x4c",
                "h\\u0005.                                             | invalid memo key",
                "0.                                                    | opcode 0x30",
                ".                                                     | makes no sense",
                "((.                                                   | a single value",
                "\\u0080\\u0009.                                       | protocol: 9",
                "K\\u0001.                                             | a single value",
                "N.                                                    | a single value",
                "]K\\u0001a                                            | ",
            })
    void refusesPicklesThatAreNoStateDictionary(String escaped, String words) throws IOException {
        byte[] pickle = pickle(unescape(escaped));
        String message = refusal(TorchBytes.zip(pickle));
        assertTrue(message.contains(words == null ? "ends early" : words), message);
        assertTrue(refusal(TorchBytes.legacy(pickle)).contains("file.pth"));
    }

    /** Undoes the doubling of backslashes that the annotation needs. */
    private static String unescape(String escaped) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                result.append(c);
            } else if (escaped.charAt(++i) == 'u') {
                result.append((char) Integer.parseInt(escaped.substring(i + 1, i + 5), 16));
                i += 4;
            } else {
                result.append(escaped.charAt(i) == 'n' ? '\n' : '\0');
            }
        }
        return result.toString();
    }

    @Test
    void refusesWhatMarksChangeTheValues() throws IOException {
        byte[] pickle = TorchBytes.tensor(0, longs("2"), longs("1"), "}X\u0004\0\0\0conj\u0088s");
        assertRefused(pickle, "marks a tensor with conj");
    }

    @Test
    void refusesCyclesAndDeepNesting() throws IOException {
        assertRefusedInZip(pickle("]q\0h\0a."), "holds itself");
        assertRefusedInZip(pickle("}q\0X\u0001\0\0\0ah\0s."), "holds itself");
        byte[] deep =
                new TorchBytes()
                        .raw("\u0080\u0002")
                        .repeat("]", 100_000)
                        .repeat("a", 99_999)
                        .raw(".")
                        .bytes();
        assertRefusedInZip(deep, "64 levels");
        byte[] tuples =
                new TorchBytes().raw("\u0080\u0002)").repeat("\u0085", 1_000_000).raw(".").bytes();
        assertRefusedInZip(tuples, "64 levels");
    }

    @Test
    void refusesReferencesThatMultiply() throws IOException {
        TorchBytes pickle = new TorchBytes().raw("\u0080\u0002]q\0");
        for (int level = 1; level < 40; level++) {
            byte before = (byte) (level - 1);
            pickle.raw("]q").raw((byte) level).raw("(h").raw(before).raw("h").raw(before).raw("e");
        }
        assertRefusedInZip(pickle.raw(".").bytes(), "250000 values");
        String key = "k".repeat(255);
        pickle = new TorchBytes().raw("\u0080\u0002]q\0K\u0001a");
        for (int level = 1; level < 60; level++) {
            pickle.raw("}q").raw((byte) level).raw("(\u008c\u00ff").raw(key);
            pickle.raw("h").raw((byte) (level - 1)).raw("\u008c\u00ff").raw("l" + key.substring(1));
            pickle.raw("h").raw((byte) (level - 1)).raw("u");
        }
        assertRefusedInZip(pickle.raw(".").bytes(), "characters of names");
    }

    @Test
    void refusesPicklesWithoutEnd() throws IOException {
        byte[] many =
                new TorchBytes().raw("\u0080\u0002]").repeat("Na", 2_000_000).raw(".").bytes();
        assertRefused(many, "more than 3000000 operations");
        byte[] containers =
                new TorchBytes().raw("\u0080\u0004").repeat("}\u0094", 5_000_000).bytes();
        assertRefused(containers, "more than 3000000 operations");
    }

    @Test
    void refusesLongNamesQuietly() throws IOException {
        assertRefused(pickle("c" + "a".repeat(2000) + "\nb\n."), "more than 1000 bytes");
        assertRefused(pickle("c\u001b[31m\nb\n."), "names ?[31m.b");
        assertRefused(pickle("I" + "1".repeat(100) + "\n."), "more than 30 bytes");
    }

    @Test
    void readsWhatPython2Wrote() throws IOException {
        assertRefused(pickle("ccollections\nOrderedDict\n(]]U\u0001aaatR."), "1 arguments");
        byte[] good =
                pickle(
                        "ccollections\nOrderedDict\n(](]U\u0001aaI5000000000\na"
                                + "]U\u0001\u00e4aI01\naetR.");
        Path file = Files.write(folder.resolve("py2.pth"), TorchBytes.zip(good));
        try (StateSource state = StateFiles.open(file)) {
            assertEquals("5000000000", state.metadata().get("a"));
            assertEquals("true", state.metadata().get("\u00e4"));
        }
    }

    @Test
    void passesOverTheOptionsOfTrainingScripts() throws IOException {
        byte[] pickle =
                pickle(
                        "}(U\u0003cfgcyacs.config\nCfgNode\n)\u0081(U\u0004LISTcyacs.config\nCfgNode\n"
                                + ")\u0081}U\u0001xNsbK\u0001K\u0002u}U\u0001yNsb"
                                + "U\u0005epochK\u0003u.");
        Path file = Files.write(folder.resolve("options.pth"), TorchBytes.zip(pickle));
        try (StateSource state = StateFiles.open(file)) {
            assertEquals(Map.of("epoch", "3"), state.metadata());
        }
    }

    @Test
    void messagesShowNoContainersThatHoldThemselves() throws IOException {
        String cycle = "]q\0]q\u0001h\0aa";
        TorchBytes head =
                new TorchBytes().raw("\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.");
        assertLegacy(head.raw("\u0080\u0002" + cycle + "."), "version (ArrayList)");
        assertLegacy(TorchBytes.legacyHead(cycle), "little_endian is (ArrayList)");
        byte[] pickle = TorchBytes.tensor(0, longs("4"), longs("1"));
        assertLegacy(keys(pickle, "]" + cycle + "a."), "storage (ArrayList)");
    }

    @Test
    void refusesDuplicateNames() throws IOException {
        String tensor =
                "ctorch._utils\n_rebuild_tensor\n("
                        + TorchBytes.STORAGE
                        + "K\0(K\u0001t(K\u0001ttR";
        byte[] pickle =
                pickle(
                        "}(X\u0003\0\0\0a.b"
                                + tensor
                                + "X\u0001\0\0\0a}X\u0001\0\0\0b"
                                + tensor
                                + "su.");
        assertRefused(pickle, "two tensors of the name a.b");
        assertRefused(pickle("]" + TorchBytes.STORAGE + "a."), "is a storage");
        assertRefused(
                pickle(
                        "]("
                                + TorchBytes.STORAGE
                                + TorchBytes.STORAGE.replace("K\u0004", "K\u0003")
                                + "e."),
                "in two ways");
    }

    @Test
    void refusesBadZipFiles() throws IOException {
        byte[] pickle = TorchBytes.tensor(0, longs("4"), longs("1"));
        byte[] values = new byte[16];
        assertZip(new Zip().add("x/data.pkl", pickle), "no storage 0");
        assertZip(new Zip().add("x/data.pkl", pickle).add("x/data/0", new byte[15]), "15 bytes");
        assertZip(
                new Zip().add("x/data.pkl", pickle).method(8).add("x/data/0", values),
                "compressed");
        assertZip(new Zip().method(8).add("x/data.pkl", pickle), "compressed");
        assertZip(new Zip().flags(1).add("x/data.pkl", pickle), "encrypted");
        assertZip(new Zip().add("x/data.pkl", pickle).add("x/data.pkl", pickle), "two entries");
        assertZip(new Zip().add("x/data.pkl", pickle).add("y/data.pkl", pickle), "two pickles");
        assertZip(new Zip().add("x/data.pkl", "y/data.pkl", pickle), "contradicts");
        assertZip(new Zip().add("x/weights.txt", pickle), "none of PyTorch");
        assertZip(new Zip(), "none of PyTorch");
        assertZip(
                new Zip()
                        .add("x/data.pkl", pickle)
                        .overlap(30 + "x/data.pkl".length() + pickle.length)
                        .add("x/data.pkl2", pickle),
                "contradicts");
        assertZip(new Zip().sizeError(100).add("x/data.pkl", pickle), "contradicts");
        assertZip(
                new Zip().sizeError(20).add("x/data.pkl", pickle).add("x/data/0", values),
                "overlaps");
        assertZip(new Zip().add("x/byteorder", "big").add("x/data.pkl", pickle), "byte order big");
        assertZip(
                new Zip().add("x/byteorder", "middle").add("x/data.pkl", pickle),
                "byte order middle");
        assertZip(new Zip().add("x/constants.pkl", pickle), "TorchScript");
    }

    private void assertZip(Zip zip, String words) throws IOException {
        String message = refusal(zip.bytes());
        assertTrue(message.contains(words), message);
    }

    @Test
    void refusesBadZipDirectories() throws IOException {
        Zip zip = new Zip().add("x/data.pkl", "N.");
        assertTrue(refusal(zip.bytes(2, 0, 0)).contains("2 entries do not fit"));
        assertTrue(refusal(zip.bytes(60_000, 0, 0)).contains("60000 entries do not fit"));
        assertTrue(refusal(zip.bytes(1, 1000, 0)).contains("outside"));
        assertTrue(refusal(zip.bytes(1, 0, 1)).contains("outside"));
        assertTrue(refusal(zip.bytes(1, -1, 0)).contains("within an entry"));
        assertTrue(refusal(zip.bytes(1, 0, -1)).contains("fewer entries"));
        byte[] noEnd = Arrays.copyOf(zip.bytes(), zip.bytes().length - 22);
        assertTrue(refusal(noEnd).contains("truncated"));
    }

    @Test
    void aZipFileMayHaveAComment() throws IOException {
        byte[] zip = TorchBytes.zip(TorchBytes.tensor(0, longs("4"), longs("1")));
        byte[] commented = Arrays.copyOf(zip, zip.length + 5);
        commented[zip.length - 2] = 5;
        Path file = Files.write(folder.resolve("comment.pth"), commented);
        try (StateSource state = StateFiles.open(file)) {
            assertEquals(16, state.info("a").length());
        }
    }

    @Test
    void refusesBadLegacyFiles() throws IOException {
        byte[] pickle = TorchBytes.tensor(0, longs("4"), longs("1"));
        assertLegacy(new TorchBytes().raw("\u0080\u0002K\u0001."), "magic number");
        assertLegacy(
                new TorchBytes()
                        .raw("\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.")
                        .raw("\u0080\u0002M\u00ea\u0003."),
                "format version 1002");
        assertLegacy(TorchBytes.legacyHead("\u0089"), "byte order big");
        assertLegacy(TorchBytes.legacyHead("N"), "little_endian is null");
        assertLegacy(TorchBytes.legacyHead("\u0088").raw(pickle), "ends early");
        assertLegacy(keys(pickle, "}."), "list of storages");
        assertLegacy(keys(pickle, "]K\u0001a."), "storage 1 is used by no tensor");
        assertLegacy(keys(pickle, "]X\u0001\0\0\0001a."), "storage 1 is used by no tensor");
        assertLegacy(keys(pickle, "]."), "no storage 0");
        assertLegacy(keys(pickle, "]X\u0001\0\0\0000a.").int64(5), "has 5 elements, expected 4");
        assertLegacy(keys(pickle, "]X\u0001\0\0\0000a.").int64(4).raw(new byte[15]), "truncated");
        assertLegacy(keys(pickle, "]X\u0001\0\0\0000a."), "truncated");
        assertLegacy(
                keys(pickle, "](X\u0001\0\0\0000X\u0001\0\0\0000e.")
                        .int64(4)
                        .raw(new byte[16])
                        .int64(4)
                        .raw(new byte[16]),
                "appears twice");
    }

    private static TorchBytes keys(byte[] pickle, String keys) {
        return TorchBytes.legacyHead("\u0088").raw(pickle).raw("\u0080\u0002").raw(keys);
    }

    private void assertLegacy(TorchBytes content, String words) throws IOException {
        String message = refusal(content.bytes());
        assertTrue(message.contains(words), message);
    }

    @Test
    void readsStoragesThatArePartsOfOthers() throws IOException {
        String part = TorchBytes.STORAGE.replace("tQ", "(X\u0001\0\0\0vK\u0002K\u0002ttQ");
        byte[] pickle =
                pickle(
                        "}X\u0001\0\0\0actorch._utils\n_rebuild_tensor\n("
                                + part
                                + "K\0(K\u0002t(K\u0001ttRs.");
        byte[] content = TorchBytes.legacy(pickle);
        content[content.length - 8] = 0;
        content[content.length - 6] = (byte) 0x80;
        content[content.length - 5] = 0x3f;
        Path file = Files.write(folder.resolve("part.pth"), content);
        try (StateSource state = StateFiles.open(file)) {
            assertArrayEquals(new float[] {1, 0}, state.readFloats("a"));
        }
        assertRefused(
                pickle(
                        "}X\u0001\0\0\0actorch._utils\n_rebuild_tensor\n("
                                + part.replace("vK\u0002K\u0002", "vK\u0003K\u0002")
                                + "K\0(K\u0002t(K\u0001ttRs."),
                "should have 2 elements of F32 from 3 on");
    }

    @Test
    void readsBeyondFourGigabytes() throws IOException {
        Path file = folder.resolve("sparse.pth");
        long elements = 1_200_000_000L;
        byte[] data =
                new TorchBytes()
                        .raw("\u0080\u0002}X\u0001\0\0\0actorch._utils\n_rebuild_tensor\n(")
                        .raw("(X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0000")
                        .raw("X\u0003\0\0\0cpu\u008a\u0005\0\u008c\u0086\u0047\0tQ")
                        .raw("K\0(\u008a\u0005\0\u008c\u0086\u0047\0t(K\u0001ttRs.")
                        .bytes();
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            long start = wideZip(out, data, elements * 4);
            for (long index : new long[] {0, 536_870_900L, elements - 1}) {
                out.seek(start + 4 * index);
                out.writeInt(Integer.reverseBytes(Float.floatToIntBits(index)));
            }
        }
        try (StateSource state = StateFiles.open(file)) {
            for (long index : new long[] {0, 536_870_900L, elements - 1}) {
                float[] one = new float[1];
                state.readFloats("a", index, one);
                assertEquals((float) index, one[0]);
            }
        }
    }

    /** Writes a zip file with 64-bit sizes and returns where the storage begins. */
    private static long wideZip(RandomAccessFile out, byte[] pickle, long length)
            throws IOException {
        ByteBuffer local = little(30).putInt(0x04034b50).putShort(26, (short) 8);
        out.write(local.array());
        out.writeBytes("x/data/0");
        long start = out.getFilePointer();
        out.seek(start + length);
        long header = out.getFilePointer();
        out.write(local.putShort(26, (short) 10).array());
        out.writeBytes("x/data.pkl");
        out.write(pickle);
        long directory = out.getFilePointer();
        ByteBuffer entry = little(46 + 8 + 20).putInt(0x02014b50);
        entry.putInt(20, -1).putInt(24, -1).putShort(28, (short) 8).putShort(30, (short) 20);
        entry.position(46).put("x/data/0".getBytes()).putShort((short) 1).putShort((short) 16);
        out.write(entry.putLong(length).putLong(length).array());
        entry = little(46 + 10 + 17).putInt(0x02014b50).putInt(20, pickle.length);
        entry.putInt(24, pickle.length).putShort(28, (short) 10).putShort(30, (short) 17);
        entry.putInt(42, -1).position(46).put("x/data.pkl".getBytes());
        entry.putShort((short) 9).putShort((short) 1).put((byte) 0);
        out.write(entry.putShort((short) 1).putShort((short) 8).putLong(header).array());
        long end = out.getFilePointer();
        out.write(
                little(56)
                        .putInt(0x06064b50)
                        .putLong(32, 2)
                        .putLong(40, end - directory)
                        .putLong(48, directory)
                        .array());
        out.write(little(20).putInt(0x07064b50).putLong(8, end).array());
        out.write(little(22).putInt(0x06054b50).putShort(10, (short) -1).putLong(12, -1).array());
        return start;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch_zip_2.pth", "torch_zip_4.pth", "torch_legacy_2.pth"})
    void damagedFilesNeverCauseAnythingButARefusal(String name) throws IOException {
        byte[] whole = Files.readAllBytes(TestData.file("goldens/weights/" + name));
        SplittableRandom random = new SplittableRandom(7);
        Path damaged = folder.resolve("damaged.pth");
        int refused = 0;
        for (int round = 0; round < 500; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(1, 20); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(damaged, bytes);
            try (StateSource state = StateFiles.open(damaged)) {
                for (TensorInfo info : state.tensors().values()) {
                    assertEquals(info.length(), state.bytes(info.name()).remaining());
                }
            } catch (StateException e) {
                refused++;
            }
        }
        assertTrue(refused > 250, "only " + refused + " of 500 were refused");
    }
}
