// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateFilesTest {

    @TempDir Path folder;

    private static Path golden(String name) {
        return TestData.file("goldens/weights/" + name);
    }

    private static String refusal(Path file) {
        return assertThrows(StateException.class, () -> StateFiles.open(file).close()).getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "torch_zip_2.pth",
                "torch_zip_3.pth",
                "torch_zip_4.pth",
                "torch_zip_5.pth",
                "torch_legacy_2.pth",
                "torch_legacy_4.pth"
            })
    void readsWhatTorchWrote(String name) throws IOException {
        try (StateSource expected = StateFiles.open(golden("torch.safetensors"));
                StateSource actual = StateFiles.open(golden(name))) {
            assertEquals(expected.tensors().keySet(), actual.tensors().keySet());
            assertTrue(actual.tensors().size() > 60);
            for (String tensor : expected.tensors().keySet()) {
                TensorInfo info = actual.info(tensor);
                assertEquals(expected.info(tensor).type(), info.type(), tensor);
                assertArrayEquals(expected.info(tensor).shape(), info.shape(), tensor);
                ByteBuffer bytes = actual.bytes(tensor);
                assertEquals(expected.bytes(tensor), bytes, tensor);
                assertTrue(bytes.isReadOnly(), tensor);
            }
            assertEquals(expected.metadata().keySet(), actual.metadata().keySet());
            expected.metadata()
                    .forEach((key, value) -> assertSameScalar(value, actual.metadata().get(key)));
            assertEquals("299", actual.metadata().get("epoch"));
            assertNull(actual.metadata().get("config"));
        }
    }

    /** Python writes 1e-08 where Java writes 1.0E-8. */
    private static void assertSameScalar(String expected, String actual) {
        if (expected.matches("-?[0-9.]+e-?[0-9]+")) {
            assertEquals(Double.parseDouble(expected), Double.parseDouble(actual));
        } else {
            assertEquals(expected, actual);
        }
    }

    @Test
    void keepsTheOrderOfTheFile() throws IOException {
        try (StateSource state = StateFiles.open(golden("torch_zip_2.pth"))) {
            List<String> names = new ArrayList<>(state.tensors().keySet());
            assertEquals("model.embed.weight", names.get(0));
            assertEquals("model.embed.bias", names.get(1));
            assertEquals("views.whole", names.get(names.indexOf("views.part") - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch_zip_2.pth", "torch_legacy_2.pth"})
    void sharedStoragesAreSharedAndPlainOnesAreNotCopied(String name) throws IOException {
        try (StateSource state = StateFiles.open(golden(name))) {
            long whole = state.info("views.whole").offset();
            assertEquals(whole + 2 * 20 * 4, state.info("views.part").offset());
            assertEquals(whole, state.info("views.transposed").offset());
            assertTrue(state.bytes("views.part").isDirect());
            assertTrue(!state.bytes("views.transposed").isDirect());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "views.part",
                "views.transposed",
                "views.stepped",
                "views.expanded",
                "views.column",
                "types.brain_transposed",
                "types.i8_transposed",
                "types.complex"
            })
    void anyPartOfATensorIsThatPartOfTheWhole(String name) throws IOException {
        try (StateSource state = StateFiles.open(golden("torch_zip_2.pth"))) {
            ByteBuffer whole = state.bytes(name);
            for (int from = 0; from <= whole.remaining(); from += 3) {
                for (int count : new int[] {0, 1, 5, 16, whole.remaining() - from}) {
                    int length = Math.min(count, whole.remaining() - from);
                    assertEquals(whole.slice(from, length), state.bytes(name, from, length));
                }
            }
            assertThrows(
                    IllegalArgumentException.class, () -> state.bytes(name, 1, whole.remaining()));
        }
    }

    @Test
    void widensViewsToFloat() throws IOException {
        try (StateSource state = StateFiles.open(golden("torch_zip_2.pth"))) {
            float[] whole = state.readFloats("views.whole");
            float[] column = state.readFloats("views.column");
            float[] pair = new float[2];
            state.readFloats("views.column", 3, pair);
            for (int i = 0; i < column.length; i++) {
                assertEquals(whole[20 * i], column[i]);
            }
            assertArrayEquals(new float[] {whole[60], whole[80]}, pair);
            float[] brain = state.readFloats("types.brain_transposed");
            assertEquals(whole[4], brain[1], 0.01f * Math.abs(whole[4]));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "refused_module.pth     | names torch.nn.modules.linear.Linear",
                "refused_sparse.pth     | names torch._utils._rebuild_sparse_tensor",
                "refused_complex128.pth | names torch.ComplexDoubleStorage",
                "refused_conj.pth       | marks a tensor with conj",
                "refused_tensor.pth     | a single tensor",
                "refused_script.pt      | TorchScript"
            })
    void refusesWhatIsNoStateDictionary(String name, String words) {
        String message = refusal(golden(name));
        assertTrue(message.contains(words), message);
        assertTrue(message.contains(name), message);
    }

    @Test
    void adviceComesWithARefusal() {
        String message = refusal(golden("refused_module.pth"));
        assertTrue(message.contains("Nothing was executed"), message);
        assertTrue(message.contains("torch.save(model.state_dict(), file)"), message);
    }

    @Test
    void theNameOfAFileDecidesNothing() throws IOException {
        Path odd = folder.resolve("weights.safetensors");
        Files.copy(golden("torch_legacy_4.pth"), odd);
        Path other = folder.resolve("weights.pth");
        Files.copy(golden("torch.safetensors"), other);
        try (StateSource a = StateFiles.open(odd);
                StateSource b = StateFiles.open(other)) {
            assertEquals(a.tensors().keySet(), b.tensors().keySet());
            assertEquals(odd, a.file());
        }
    }

    @Test
    void readsShards() throws IOException {
        for (Path path :
                List.of(golden("sharded"), golden("sharded/model.safetensors.index.json"))) {
            try (StateSource state = StateFiles.open(path)) {
                assertEquals(
                        new LinkedHashSet<>(
                                List.of("layer0.a", "layer0.b", "layer1.a", "layer1.b")),
                        state.tensors().keySet());
                assertEquals("48", state.metadata().get("total_size"));
                Path second = golden("sharded/model-00002-of-00002.safetensors");
                try (StateSource part = StateFiles.open(second)) {
                    assertArrayEquals(part.readFloats("layer1.b"), state.readFloats("layer1.b"));
                }
                assertThrows(IllegalArgumentException.class, () -> state.bytes("layer2.a"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"weight_map\":{\"layer0.a\":\"../one\"}}         | plain name",
                "{\"weight_map\":{\"layer0.a\":\"/etc/passwd\"}}    | plain name",
                "{\"weight_map\":{\"layer0.a\":\"a\\\\b\"}}         | plain name",
                "{\"weight_map\":{\"layer0.a\":\"\"}}               | plain name",
                "{\"weight_map\":{\"layer0.a\":\"none\"}}           | no such file",
                "{\"weight_map\":{\"layer9.a\":\"one\"}}            | does not have it",
                "{\"weight_map\":{\"layer0.a\":\"one\"}}            | does not list layer0.b",
                "{\"weight_map\":{\"a\":\"one\",\"a\":\"one\"}}     | twice",
                "{\"weight_map\":{\"a\":\"index.json\"}}            | unknown format",
                "{\"weight_map\":{}}                                | names no tensors",
                "{\"weight_map\":[]}                                | not the JSON",
                "{\"weight_map\":{\"a\":{}}}                        | not the JSON",
                "{\"weight_map\":                                   | not the JSON",
                "{\"x\":1} x                                        | not the JSON",
                "{a:1}                                              | not the JSON"
            })
    void refusesABadIndex(String json, String words) throws IOException {
        Files.copy(golden("sharded/model-00001-of-00002.safetensors"), folder.resolve("one"));
        String message = refusal(Files.writeString(folder.resolve("index.json"), json));
        assertTrue(message.contains(words), message);
    }

    @Test
    void opensFolders() throws IOException {
        String message = refusal(folder);
        assertTrue(message.contains("folder") && message.contains("model.safetensors"), message);
        Files.copy(golden("torch_zip_2.pth"), folder.resolve("pytorch_model.bin"));
        try (StateSource state = StateFiles.open(folder)) {
            assertEquals(folder.resolve("pytorch_model.bin"), state.file());
        }
        Files.copy(golden("mixed.safetensors"), folder.resolve("model.safetensors"));
        try (StateSource state = StateFiles.open(folder)) {
            assertEquals(folder.resolve("model.safetensors"), state.file());
        }
    }

    @Test
    void namesWhatPeopleHaveInPlaceOfWeights() throws IOException {
        Path file = folder.resolve("swin.pth");
        assertTrue(refusal(file).contains("no such file"));
        assertTrue(refusal(Files.write(file, new byte[0])).contains("is empty"));
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n");
        assertTrue(refusal(file).contains("git lfs pull"));
        Files.writeString(file, "\n<!DOCTYPE html>");
        assertTrue(refusal(file).contains("web page"));
        byte[] tar = new byte[512];
        System.arraycopy("ustar".getBytes(), 0, tar, 257, 5);
        tar[0] = 'a';
        assertTrue(refusal(Files.write(file, tar)).contains("tar archive"));
        Files.write(file, new byte[] {(byte) 0x89, 'H', 'D', 'F'});
        assertTrue(refusal(file).contains("89 48 44 46"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch_zip_2.pth", "torch_legacy_2.pth", "torch_legacy_4.pth"})
    void everyCutOfAFileIsRefused(String name) throws IOException {
        byte[] whole = Files.readAllBytes(golden(name));
        Path cut = folder.resolve("cut.pth");
        for (int length = 0; length < whole.length; length += 61) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertTrue(refusal(cut).contains("cut.pth"));
        }
        Files.write(cut, Arrays.copyOf(whole, whole.length - 1));
        assertTrue(refusal(cut).contains("truncated"), refusal(cut));
    }

    @Test
    void closedSourcesRefuseToRead() throws IOException {
        StateSource state = StateFiles.open(golden("torch_zip_2.pth"));
        ByteBuffer before = state.bytes("types.i64");
        Set<String> names = state.tensors().keySet();
        state.close();
        assertEquals(-6L << 40, before.getLong());
        assertSame(names.size(), state.tensors().size());
        String message =
                assertThrows(StateException.class, () -> state.bytes("types.i64")).getMessage();
        assertTrue(message.contains("closed"), message);
    }
}
