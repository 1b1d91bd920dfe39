// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Optional;

/**
 * Tells whether this machine can draw text. A Java runtime has no fonts of its own and uses those
 * of the system, of which a small container may have none.
 */
public final class Fonts {

    private static final Optional<String> PROBLEM = measure();

    private Fonts() {}

    /**
     * Returns why text cannot be drawn here. While there is a reason, plots and annotated pictures
     * fail with an {@link IllegalStateException} that carries it.
     *
     * @return what is wrong and what to do, or nothing
     */
    public static Optional<String> problem() {
        return PROBLEM;
    }

    static void require() {
        PROBLEM.ifPresent(
                problem -> {
                    throw new IllegalStateException(problem);
                });
    }

    private static Optional<String> measure() {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
            g.getFontMetrics().stringWidth("text");
            return Optional.empty();
        } catch (InternalError | RuntimeException | LinkageError e) {
            // What Java throws when fontconfig, freetype or every font is missing varies.
            return Optional.of(
                    "Plots cannot be drawn: Java finds no font on this machine ("
                            + e
                            + "). Install fontconfig and a font, such as the package"
                            + " fonts-dejavu-core.");
        } finally {
            g.dispose();
        }
    }
}
