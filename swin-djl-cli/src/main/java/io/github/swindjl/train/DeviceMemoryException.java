// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.engine.EngineException;

/** The device's memory does not suffice; the message says what would fit. */
public final class DeviceMemoryException extends EngineException {

    private static final long serialVersionUID = 1L;

    DeviceMemoryException(String message, EngineException cause) {
        super(message, cause);
    }

    /**
     * Tells whether a failure of the engine means that memory is used up.
     *
     * @param failure what the engine threw
     * @return whether its message says so
     */
    public static boolean isMeantBy(EngineException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("out of memory") || message.contains("can't allocate memory");
    }
}
