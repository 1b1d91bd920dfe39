// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.eval.Reconstruction;
import io.github.swindjl.zoo.image.Picture;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws pictures side by side: whole, with hidden parts, and with these parts guessed. */
public final class ReconstructionSheet {

    private static final List<String> HEADINGS = List.of("picture", "hidden", "guessed");
    private static final int ACROSS = 2;
    private static final int GAP = 6;
    private static final int MARGIN = 18;
    private static final int HEADING = 26;
    private static final int SCALE = 2;

    private ReconstructionSheet() {}

    /**
     * Draws a sheet.
     *
     * @param reconstructions what to draw, at least one, from left to right and top to bottom
     * @return an opaque image, two pixels per unit
     * @throws IllegalArgumentException if there is nothing to draw
     */
    public static BufferedImage draw(List<Reconstruction> reconstructions) {
        if (reconstructions.isEmpty()) {
            throw new IllegalArgumentException("A sheet needs a picture.");
        }
        int tile = AnnotatedPicture.TILE;
        int group = HEADINGS.size() * (tile + GAP) - GAP;
        int across = Math.min(ACROSS, reconstructions.size());
        int lines = (reconstructions.size() + across - 1) / across;
        BufferedImage image =
                Ink.canvas(
                        MARGIN + across * (group + MARGIN),
                        HEADING + lines * (tile + GAP) + GAP,
                        SCALE);
        Graphics2D g = Ink.brush(image, SCALE);
        g.setFont(Ink.bold(13));
        for (int column = 0; column < across; column++) {
            for (int i = 0; i < HEADINGS.size(); i++) {
                g.setColor(Ink.TEXT);
                Ink.centre(
                        g,
                        HEADINGS.get(i),
                        MARGIN + column * (group + MARGIN) + i * (tile + GAP) + tile / 2,
                        HEADING / 2);
            }
        }
        for (int i = 0; i < reconstructions.size(); i++) {
            Reconstruction shown = reconstructions.get(i);
            int left = MARGIN + i % across * (group + MARGIN);
            int top = HEADING + i / across * (tile + GAP);
            for (Picture picture : List.of(shown.original(), shown.masked(), shown.guessed())) {
                AnnotatedPicture.square(g, picture, left, top);
                left += tile + GAP;
            }
        }
        g.dispose();
        return image;
    }
}
