// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import ai.djl.engine.EngineException;
import io.github.swindjl.train.DeviceMemoryException;

/** Tells whether something failed because memory ran out. */
public final class MemoryShortage {

    private MemoryShortage() {}

    /**
     * Looks for a lack of memory among the causes of a failure.
     *
     * @param failure what was thrown
     * @return true if Java's, the device's or the engine's own memory was used up
     */
    public static boolean isBehind(Throwable failure) {
        for (Throwable part = failure; part != null; part = part.getCause()) {
            if (part instanceof OutOfMemoryError
                    || part instanceof EngineException engine
                            && DeviceMemoryException.memoryLine(engine).isPresent()) {
                return true;
            }
        }
        return false;
    }
}
