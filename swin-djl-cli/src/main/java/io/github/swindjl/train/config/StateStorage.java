// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

/** Where, and as what numbers, an optimizer's moments are kept between updates. */
public enum StateStorage {
    /** As float32 on the network's device. */
    FLOAT32(Float.BYTES),
    /** As bfloat16 on the network's device, rounded at random so that no small change is lost. */
    BFLOAT16(Short.BYTES),
    /** As float32 in the memory of the computer that the GPU is in. What is learnt is the same. */
    HOST(Float.BYTES);

    private final int bytes;

    StateStorage(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns the size of a number.
     *
     * @return bytes
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Tells whether the moments leave the device between updates.
     *
     * @return whether they do
     */
    public boolean isOnHost() {
        return this == HOST;
    }
}
