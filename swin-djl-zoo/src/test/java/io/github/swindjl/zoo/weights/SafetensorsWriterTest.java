// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {

    @TempDir Path folder;

    private List<String> listing() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SafetensorsWriter sample() {
        return new SafetensorsWriter()
                .metadata("format", "pt")
                .metadata("note", "\"ü\"\n")
                .add(
                        "z",
                        TensorType.U8,
                        new long[] {3},
                        TensorContent.of(() -> ByteBuffer.allocate(3)))
                .add("b.weight", TensorType.F32, new long[] {2, 2}, TensorContent.of(1, 2, 3, 4))
                .add("a", TensorType.F32, new long[] {}, TensorContent.of(5))
                .add("none", TensorType.I64, new long[] {0}, TensorContent.of(new float[0]));
    }

    @Test
    void writesWhatIsRead() throws IOException {
        Path file = folder.resolve("out.safetensors");
        sample().write(file);
        try (Safetensors state = Safetensors.open(file)) {
            assertEquals(
                    List.of("none", "a", "b.weight", "z"), List.copyOf(state.tensors().keySet()));
            assertEquals(Map.of("format", "pt", "note", "\"ü\"\n"), state.metadata());
            assertArrayEquals(new float[] {1, 2, 3, 4}, state.readFloats("b.weight"));
            assertArrayEquals(new float[] {5}, state.readFloats("a"));
            for (TensorInfo info : state.tensors().values()) {
                assertEquals(0, info.offset() % (info.type().bits() / 8), info.name());
            }
            assertEquals(0, state.info("none").offset() % 8);
        }
        assertEquals(List.of("out.safetensors"), listing());
    }

    @Test
    void keepsTheGivenOrderOfEqualTypes() throws IOException {
        Path file = folder.resolve("out.safetensors");
        sample().keepOrder().write(file);
        try (Safetensors state = Safetensors.open(file)) {
            assertEquals(
                    List.of("none", "b.weight", "a", "z"), List.copyOf(state.tensors().keySet()));
        }
    }

    @Test
    void copiesADictionaryBitForBit() throws IOException {
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");
        sample().write(first);
        try (Safetensors state = Safetensors.open(first)) {
            SafetensorsWriter copy = new SafetensorsWriter();
            state.metadata().forEach(copy::metadata);
            for (TensorInfo info : state.tensors().values()) {
                copy.add(
                        info.name(),
                        info.type(),
                        info.shape(),
                        TensorContent.from(state, info.name()));
            }
            copy.write(second);
        }
        assertEquals(-1, Files.mismatch(first, second));
    }

    @Test
    void replacesAnOlderFile() throws IOException {
        Path file = folder.resolve("out.safetensors");
        Files.writeString(file, "old");
        sample().write(file);
        try (Safetensors state = Safetensors.open(file)) {
            assertEquals(4, state.tensors().size());
        }
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("out.safetensors");
        Files.writeString(file, "old");
        TensorContent broken =
                channel -> {
                    channel.write(ByteBuffer.allocate(4));
                    throw new IOException("disk on fire");
                };
        SafetensorsWriter writer = sample().add("x", TensorType.F32, new long[] {2}, broken);
        String message = assertThrows(StateException.class, () -> writer.write(file)).getMessage();
        assertTrue(
                message.contains("disk on fire") && message.contains("out.safetensors"), message);
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("out.safetensors"), listing());

        SafetensorsWriter faulty =
                sample().add(
                                "x",
                                TensorType.F32,
                                new long[] {2},
                                TensorContent.of(
                                        () -> {
                                            throw new IllegalStateException("closed array");
                                        }));
        assertThrows(IllegalStateException.class, () -> faulty.write(file));
        assertEquals(List.of("out.safetensors"), listing());
    }

    @Test
    void refusesContentOfAnotherLength() {
        Path file = folder.resolve("out.safetensors");
        for (float[] values : List.of(new float[1], new float[3])) {
            SafetensorsWriter writer =
                    new SafetensorsWriter()
                            .add("x", TensorType.F32, new long[] {2}, TensorContent.of(values));
            String message =
                    assertThrows(StateException.class, () -> writer.write(file)).getMessage();
            assertTrue(message.contains("tensor x") && message.contains("needs 8"), message);
        }
        assertEquals(List.of(), listing());
    }

    @Test
    void refusesBadNamesShapesAndPlaces() {
        SafetensorsWriter writer = sample();
        TensorContent one = TensorContent.of(1);
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> writer.add("a", TensorType.F32, new long[] {1}, one))
                        .getMessage()
                        .contains("twice"));
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        writer.add(
                                                "__metadata__",
                                                TensorType.F32,
                                                new long[] {1},
                                                one))
                        .getMessage()
                        .contains("reserved"));
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> writer.add("n", TensorType.F32, new long[] {-1}, one))
                        .getMessage()
                        .contains("negative"));
        assertTrue(
                assertThrows(StateException.class, () -> writer.write(folder))
                        .getMessage()
                        .contains("directory"));
        assertThrows(StateException.class, () -> writer.write(folder.resolve("no/such/file")));
        assertEquals(List.of(), listing());
    }

    @Test
    void theSameContentGivesTheSameBytes() throws IOException {
        sample().write(folder.resolve("1"));
        sample().write(folder.resolve("2"));
        assertEquals(-1, Files.mismatch(folder.resolve("1"), folder.resolve("2")));
    }
}
