// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.Resizer;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.List;

/** Draws pictures together with what a model says about them. */
public final class AnnotatedPicture {

    private static final int MIN_WIDTH = 400;
    private static final int MAX_SIDE = 1000;
    private static final int MIN_SIDE = 200;
    private static final int TINY = 48;
    private static final int MIN_HEIGHT = 48;
    private static final int LINE = 30;
    private static final int PAD = 14;

    static final int TILE = 168;
    private static final int GAP = 12;
    private static final int CAPTION = 46;
    private static final int TILE_SCALE = 2;

    private AnnotatedPicture() {}

    /**
     * Draws a picture with its predictions below: name, bar, per cent. A large picture is reduced,
     * a tiny one enlarged so that its pixels show.
     *
     * @param picture the picture, of any size
     * @param predictions what to list, in this order; may be empty
     * @return an opaque image
     */
    public static BufferedImage draw(Picture picture, List<Prediction> predictions) {
        Picture fitted = fit(picture, MIN_SIDE, MAX_SIDE);
        int width = Math.max(MIN_WIDTH, fitted.width());
        int top = Math.max(MIN_HEIGHT, fitted.height());
        int footer = predictions.isEmpty() ? 0 : 2 * PAD + predictions.size() * LINE;
        BufferedImage image = Ink.canvas(width, top + footer, 1);
        Graphics2D g = Ink.brush(image, 1);
        place(g, fitted, 0, 0, width, top);

        int label = Math.max(130, width / 3);
        int percent = 66;
        int bar = width - 2 * PAD - label - percent;
        for (int i = 0; i < predictions.size(); i++) {
            Prediction prediction = predictions.get(i);
            int middle = top + PAD + i * LINE + LINE / 2;
            g.setFont(i == 0 ? Ink.bold(15) : Ink.font(15));
            g.setColor(Ink.TEXT);
            Ink.left(g, Ink.fit(prediction.label(), g.getFontMetrics(), label - 10), PAD, middle);
            g.setColor(Ink.SHADE);
            g.fill(new RoundRectangle2D.Double(PAD + label, middle - 7, bar, 14, 6, 6));
            g.setColor(Ink.BLUE);
            double share = Math.max(0, Math.min(1, prediction.probability()));
            g.fill(
                    new RoundRectangle2D.Double(
                            PAD + label, middle - 7, Math.max(2, bar * share), 14, 6, 6));
            g.setColor(Ink.TEXT);
            Ink.right(g, Ink.percent(prediction.probability(), 1), width - PAD, middle);
        }
        g.dispose();
        return image;
    }

    /**
     * Draws many pictures in a grid, each with its predicted class: green with a tick when right,
     * red with a cross and the true class when wrong.
     *
     * @param verdicts pictures, at least one, from left to right and top to bottom
     * @param columns pictures per row, at least 1
     * @return an opaque image, two pixels per unit
     * @throws IllegalArgumentException if there is no picture or no column
     */
    public static BufferedImage sheet(List<Verdict> verdicts, int columns) {
        if (verdicts.isEmpty() || columns < 1) {
            throw new IllegalArgumentException(
                    "A sheet needs pictures and columns, got "
                            + verdicts.size()
                            + " and "
                            + columns
                            + ".");
        }
        int across = Math.min(columns, verdicts.size());
        int lines = (verdicts.size() + across - 1) / across;
        BufferedImage image =
                Ink.canvas(
                        GAP + across * (TILE + GAP),
                        GAP + lines * (TILE + CAPTION + GAP),
                        TILE_SCALE);
        Graphics2D g = Ink.brush(image, TILE_SCALE);
        for (int i = 0; i < verdicts.size(); i++) {
            tile(
                    g,
                    verdicts.get(i),
                    GAP + i % across * (TILE + GAP),
                    GAP + i / across * (TILE + CAPTION + GAP));
        }
        g.dispose();
        return image;
    }

    /**
     * A square picture of one verdict's picture alone, for a page that writes its own captions. A
     * small one keeps its size, since whoever shows the page enlarges it as well.
     */
    static BufferedImage thumbnail(Picture picture) {
        int side = Math.min(longer(picture), TILE * TILE_SCALE);
        BufferedImage image = Ink.canvas(side, side, 1);
        Graphics2D g = Ink.brush(image, 1);
        place(g, fit(picture, 1, side), 0, 0, side, side);
        g.dispose();
        return image;
    }

    /** Tells whether the pixels themselves are to be seen where a picture is enlarged. */
    static boolean isTiny(Picture picture) {
        return longer(picture) <= TINY;
    }

    private static int longer(Picture picture) {
        return Math.max(picture.width(), picture.height());
    }

    private static void tile(Graphics2D g, Verdict verdict, int x, int y) {
        square(g, verdict.picture(), x, y);
        Color colour = verdict.correct() ? Ink.GREEN : Ink.RED;
        g.setColor(colour);
        g.setStroke(new BasicStroke(3));
        g.draw(new RoundRectangle2D.Double(x + 1.5, y + 1.5, TILE - 3, TILE - 3, 4, 4));
        int middle = y + TILE + 14;
        mark(g, verdict.correct(), x + 2, middle);
        g.setFont(Ink.font(12));
        String percent = Ink.percent(verdict.predicted().probability(), 0);
        int percentWidth = g.getFontMetrics().stringWidth(percent) + 6;
        g.setColor(Ink.FAINT_TEXT);
        Ink.right(g, percent, x + TILE, middle);
        g.setColor(colour);
        g.setFont(Ink.bold(13));
        Ink.left(
                g,
                Ink.fit(verdict.predicted().label(), g.getFontMetrics(), TILE - 18 - percentWidth),
                x + 18,
                middle);
        if (!verdict.correct()) {
            g.setFont(Ink.font(12));
            g.setColor(Ink.TEXT);
            Ink.left(
                    g,
                    Ink.fit("is " + verdict.actual(), g.getFontMetrics(), TILE - 18),
                    x + 18,
                    middle + 17);
        }
    }

    private static void mark(Graphics2D g, boolean tick, int x, int middle) {
        g.setStroke(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        if (tick) {
            Path2D path = new Path2D.Double();
            path.moveTo(x, middle);
            path.lineTo(x + 4, middle + 4);
            path.lineTo(x + 10, middle - 5);
            g.draw(path);
        } else {
            g.draw(new Line2D.Double(x + 1, middle - 4, x + 9, middle + 4));
            g.draw(new Line2D.Double(x + 1, middle + 4, x + 9, middle - 4));
        }
    }

    /** Draws a picture into a square of {@link #TILE} units, on an image of two pixels a unit. */
    static void square(Graphics2D g, Picture picture, int x, int y) {
        int pixels = TILE * TILE_SCALE;
        Picture fitted = fit(picture, pixels, pixels);
        Graphics2D inner = (Graphics2D) g.create();
        inner.translate(x, y);
        inner.scale(1.0 / TILE_SCALE, 1.0 / TILE_SCALE);
        place(inner, fitted, 0, 0, pixels, pixels);
        inner.dispose();
    }

    private static void place(Graphics2D g, Picture picture, int x, int y, int width, int height) {
        g.setColor(Ink.SHADE);
        g.fillRect(x, y, width, height);
        g.drawImage(
                image(picture),
                x + (width - picture.width()) / 2,
                y + (height - picture.height()) / 2,
                null);
    }

    /** Brings the longer side between two bounds, and neither side below one pixel. */
    private static Picture fit(Picture picture, int least, int most) {
        int longer = longer(picture);
        if (longer >= least && longer <= most) {
            return picture;
        }
        double factor = longer > most ? (double) most / longer : (double) least / longer;
        // Of a tiny picture the pixels themselves are shown; nothing is invented between them.
        return Resizer.resize(
                picture,
                side(picture.width() * factor),
                side(picture.height() * factor),
                isTiny(picture) ? Interpolation.NEAREST : Interpolation.BICUBIC);
    }

    private static int side(double length) {
        return (int) Math.max(1, Math.round(length));
    }

    /** Returns a picture as Java draws it. */
    static BufferedImage image(Picture picture) {
        BufferedImage image =
                new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        byte[] rgb = picture.rgb();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] =
                    (rgb[3 * i] & 0xff) << 16
                            | (rgb[3 * i + 1] & 0xff) << 8
                            | rgb[3 * i + 2] & 0xff;
        }
        return image;
    }
}
