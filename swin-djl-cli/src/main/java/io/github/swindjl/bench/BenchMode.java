// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

/** What one timed step does. */
public enum BenchMode {
    /** A forward pass for inference, until the logits are in Java. */
    INFER("infer"),
    /** Forward pass, loss, backward pass, clipping and update, until the device has done it. */
    TRAIN("train");

    private final String prefix;

    BenchMode(String prefix) {
        this.prefix = prefix;
    }

    /** Returns what the names of columns begin with, as in timm's results. */
    String prefix() {
        return prefix;
    }
}
