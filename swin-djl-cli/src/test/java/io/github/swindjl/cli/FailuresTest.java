// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import io.github.swindjl.zoo.NonFiniteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {

    private final TestConsole console = new TestConsole();
    private final Failures failures = new Failures(console.console());

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IllegalArgumentException("bad value"), 2, "bad value"),
                Arguments.of(new IOException("truncated at byte 7"), 3, "truncated at byte 7"),
                Arguments.of(new NoSuchFileException("a.png"), 3, "'a.png' does not exist"),
                Arguments.of(new AccessDeniedException("a.png"), 3, "permission denied"),
                Arguments.of(new FileSystemException("a", null, "no space"), 3, "'a': no space"),
                Arguments.of(new NonFiniteException("The logit is NaN"), 3, "NaN, expected a"),
                Arguments.of(new EnvironmentException("no GPU"), 4, "no GPU"),
                Arguments.of(new EngineException("CUDA out of memory. Tried"), 4, "--batch-size"),
                Arguments.of(
                        new EngineException(
                                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
                        4,
                        "--batch-size"),
                Arguments.of(
                        new EngineException(
                                "cuDNN error:"
                                        + " CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"),
                        4,
                        "--batch-size"),
                Arguments.of(new EngineException("no library"), 4, "swin doctor"),
                Arguments.of(
                        new IllegalStateException(
                                "kernel", new EngineException("CUDA out of memory. Tried")),
                        4,
                        "--batch-size"),
                Arguments.of(new OutOfMemoryError("Java heap space"), 4, "SWIN_JAVA_OPTS"),
                Arguments.of(new UnsatisfiedLinkError("libgomp.so.1"), 4, "libgomp.so.1"),
                Arguments.of(new IllegalStateException("odd"), 1, "IllegalStateException: odd"),
                Arguments.of(new NullPointerException(), 1, "NullPointerException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureHasItsCodeAndMessage(Throwable failure, int code, String says) {
        assertEquals(code, failures.report(failure, false));
        assertTrue(console.err().startsWith("error: "), console.err());
        assertTrue(console.err().contains(says), console.err());
        assertFalse(console.err().contains("\tat "), console.err());
    }

    @Test
    void wrappersOfThreadsAndStreamsAreRemoved() {
        IOException inner = new IOException("inner");
        assertEquals(3, failures.report(new UncheckedIOException("outer", inner), false));
        assertEquals(3, failures.report(new ExecutionException(inner), false));
        assertEquals(
                3, failures.report(new CompletionException(new ExecutionException(inner)), false));
        assertFalse(console.err().contains("outer"), console.err());
    }

    @Test
    void verboseShowsWhereItArose() {
        failures.report(new IOException("x"), true);
        assertTrue(console.err().contains("\tat io.github.swindjl"), console.err());
    }
}
