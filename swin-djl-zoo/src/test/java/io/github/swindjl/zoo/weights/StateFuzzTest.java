// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whatever the bytes are, a reader either refuses them with its own exception or gives tensors that
 * can be read. The ordinary tests replay the inputs kept among the resources; docs/fuzzing.md tells
 * how to search for new ones.
 */
class StateFuzzTest {

    private static final String TIME = "4m";

    /** Enough to touch every tensor, little enough to stay fast. */
    private static final long READ = 1 << 20;

    private static Path file;

    private static void check(byte[] data, MappedFile.Reader<StateSource> reader)
            throws IOException {
        if (file == null) {
            file = Files.createTempFile("fuzz", ".pth");
            file.toFile().deleteOnExit();
        }
        // Writing over a file is slow: some file systems bring it to the disk at once.
        Files.delete(file);
        Files.write(file, data);
        try (StateSource state = MappedFile.open(file, reader)) {
            long left = READ;
            for (TensorInfo info : state.tensors().values()) {
                int length = (int) Math.min(info.length(), left);
                assertEquals(length, state.bytes(info.name(), 0, length).remaining());
                assertEquals(
                        length, state.bytes(info.name(), info.length() - length, length).limit());
                left -= length;
            }
        } catch (StateException e) {
            // A refusal is what most inputs deserve.
            return;
        }
    }

    @FuzzTest(maxDuration = TIME)
    void safetensors(byte[] data) throws IOException {
        check(data, Safetensors::of);
    }

    @FuzzTest(maxDuration = TIME)
    void torchZip(byte[] data) throws IOException {
        check(data, TorchZip::of);
    }

    @FuzzTest(maxDuration = TIME)
    void torchLegacy(byte[] data) throws IOException {
        check(data, TorchLegacy::of);
    }

    /** Goes past the container, which mutations mostly break. */
    @FuzzTest(maxDuration = TIME)
    void torchPickle(byte[] data) throws IOException {
        check(TorchBytes.zip(data), TorchZip::of);
    }

    @FuzzTest(maxDuration = TIME)
    void index(byte[] data) throws IOException {
        check(data, opened -> ShardedState.of(opened, Safetensors::of));
    }
}
