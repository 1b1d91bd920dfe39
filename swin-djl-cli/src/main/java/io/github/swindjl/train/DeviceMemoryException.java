// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.engine.EngineException;
import java.util.Optional;

/** The device's memory does not suffice; the message says what would fit. */
public final class DeviceMemoryException extends EngineException {

    private static final long serialVersionUID = 1L;

    DeviceMemoryException(String message, EngineException cause) {
        super(message, cause);
    }

    /**
     * Finds the engine's failure that means that memory is used up.
     *
     * @param failure what was thrown, which may wrap the engine's exception to say where it arose
     * @return the engine's exception, or empty if it is none of that kind
     */
    public static Optional<EngineException> causeOf(Throwable failure) {
        for (Throwable part = failure; part != null; part = part.getCause()) {
            if (part instanceof EngineException engine && memoryLine(engine).isPresent()) {
                return Optional.of(engine);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns what the engine says about memory, without its stack.
     *
     * @param failure the engine's exception
     * @return one line, or empty if none is about memory
     */
    public static Optional<String> memoryLine(EngineException failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .filter(
                        line ->
                                // CUDA's own words, its libraries' (CUBLAS_STATUS_ALLOC_FAILED,
                                // cuDNN's ..._ALLOCATION_FAILED), and those of the CPU's allocator.
                                line.contains("out of memory")
                                        || line.contains("ALLOC_FAILED")
                                        || line.contains("ALLOCATION_FAILED")
                                        || line.contains("can't allocate memory"))
                .map(String::strip)
                .findFirst();
    }
}
