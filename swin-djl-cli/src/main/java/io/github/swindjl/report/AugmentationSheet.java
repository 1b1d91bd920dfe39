// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.data.AugmentationPreview.Shown;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws changed pictures in a grid, each with what was done to it. */
public final class AugmentationSheet {

    private static final int GAP = 12;
    private static final int LINE = 15;
    private static final int TITLE = 20;
    private static final int SCALE = 2;

    private AugmentationSheet() {}

    /**
     * Draws a sheet.
     *
     * @param pictures the pictures, at least one, from left to right and top to bottom
     * @param columns pictures per row, at least 1
     * @return an opaque image, two pixels per unit
     * @throws IllegalArgumentException if there is no picture or no column
     */
    public static BufferedImage draw(List<Shown> pictures, int columns) {
        if (pictures.isEmpty() || columns < 1) {
            throw new IllegalArgumentException(
                    "A sheet needs pictures and columns, got "
                            + pictures.size()
                            + " and "
                            + columns
                            + ".");
        }
        int tile = AnnotatedPicture.TILE;
        int across = Math.min(columns, pictures.size());
        int height = GAP;
        for (int from = 0; from < pictures.size(); from += across) {
            height += rowHeight(pictures, from, across);
        }
        BufferedImage image = Ink.canvas(GAP + across * (tile + GAP), height, SCALE);
        Graphics2D g = Ink.brush(image, SCALE);
        int top = GAP;
        for (int from = 0; from < pictures.size(); from += across) {
            for (int i = from; i < Math.min(pictures.size(), from + across); i++) {
                tile(g, pictures.get(i), GAP + (i - from) * (tile + GAP), top);
            }
            top += rowHeight(pictures, from, across);
        }
        g.dispose();
        return image;
    }

    private static int rowHeight(List<Shown> pictures, int from, int across) {
        int lines = 0;
        for (int i = from; i < Math.min(pictures.size(), from + across); i++) {
            lines = Math.max(lines, pictures.get(i).notes().size());
        }
        return AnnotatedPicture.TILE + TITLE + lines * LINE + GAP;
    }

    private static void tile(Graphics2D g, Shown shown, int x, int y) {
        int tile = AnnotatedPicture.TILE;
        AnnotatedPicture.square(g, shown.picture(), x, y);
        int middle = y + tile + TITLE / 2;
        g.setFont(Ink.bold(12));
        g.setColor(Ink.TEXT);
        Ink.left(g, Ink.fit(shown.label(), g.getFontMetrics(), tile), x, middle);
        g.setFont(Ink.font(11));
        g.setColor(Ink.FAINT_TEXT);
        middle = y + tile + TITLE + LINE / 2;
        for (String note : shown.notes()) {
            Ink.left(g, Ink.fit(note, g.getFontMetrics(), tile), x, middle);
            middle += LINE;
        }
    }
}
