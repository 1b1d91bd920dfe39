// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.util.function.Consumer;

/** Tells what of a picture set cannot be read and is left out, and how much. */
final class LeftOut implements Consumer<String> {

    private final Swin swin;
    private int count;

    LeftOut(Swin swin) {
        this.swin = swin;
    }

    @Override
    public void accept(String thing) {
        swin.note("Left out: " + thing);
        count++;
    }

    /** Tells how much, after all was told. */
    void total() {
        swin.note(
                count == 0
                        ? "Every picture can be read; nothing is left out."
                        : count + " left out because they cannot be read.");
    }
}
