// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.IOException;
import java.util.function.Consumer;

/** Tells what of a picture set cannot be read and is left out, and how much. */
final class LeftOut implements Consumer<String> {

    private final Swin swin;
    private int count;

    private LeftOut(Swin swin) {
        this.swin = swin;
    }

    /** Opens a picture set without what cannot be read. */
    @FunctionalInterface
    interface Opening<T> {
        T open(Consumer<String> leftOut) throws IOException;
    }

    /** Opens a picture set, and tells what of it is left out. */
    static <T> T telling(Swin swin, Opening<T> opening) throws IOException {
        LeftOut leftOut = new LeftOut(swin);
        T set = opening.open(leftOut);
        leftOut.total();
        return set;
    }

    @Override
    public void accept(String thing) {
        swin.note("Left out: " + thing);
        count++;
    }

    /** Tells how much, after all was told. */
    private void total() {
        swin.note(
                count == 0
                        ? "Every picture can be read; nothing is left out."
                        : count + " left out because they cannot be read.");
    }
}
