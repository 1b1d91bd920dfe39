// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Locale;

/** Colours, fonts and small drawing steps that all pictures share. */
final class Ink {

    static final Color PAPER = Color.WHITE;
    static final Color TEXT = new Color(0x1f2328);
    static final Color FAINT_TEXT = new Color(0x59636e);
    static final Color LINE = new Color(0xd8dde3);
    static final Color SHADE = new Color(0xf1f3f5);
    static final Color BLUE = new Color(0x0b66b0);
    static final Color ORANGE = new Color(0xc94f05);
    static final Color GREEN = new Color(0x1a7f37);
    static final Color RED = new Color(0xcf222e);

    private static final String ELLIPSIS = "…";

    private Ink() {}

    static Font font(int size) {
        Fonts.require();
        return new Font(Font.SANS_SERIF, Font.PLAIN, size);
    }

    static Font bold(int size) {
        return font(size).deriveFont(Font.BOLD);
    }

    /** A white canvas, {@code scale} pixels to the unit that {@link #brush} draws in. */
    static BufferedImage canvas(int width, int height, int scale) {
        BufferedImage image =
                new BufferedImage(scale * width, scale * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(PAPER);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        g.dispose();
        return image;
    }

    static Graphics2D brush(BufferedImage image, int scale) {
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(
                RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.scale(scale, scale);
        g.setColor(TEXT);
        g.setStroke(new BasicStroke(1));
        return g;
    }

    /** The text, or as much of its beginning as fits the width, with an ellipsis. */
    static String fit(String text, FontMetrics metrics, int width) {
        String printable = text.replaceAll("\\p{Cntrl}", " ");
        if (metrics.stringWidth(printable) <= width) {
            return printable;
        }
        int end = printable.length();
        while (end > 0 && metrics.stringWidth(printable.substring(0, end) + ELLIPSIS) > width) {
            end = printable.offsetByCodePoints(end, -1);
        }
        return printable.substring(0, end).stripTrailing() + ELLIPSIS;
    }

    static void left(Graphics2D g, String text, int x, int middle) {
        g.drawString(text, x, baseline(g, middle));
    }

    static void right(Graphics2D g, String text, int x, int middle) {
        g.drawString(text, x - g.getFontMetrics().stringWidth(text), baseline(g, middle));
    }

    static void centre(Graphics2D g, String text, int x, int middle) {
        g.drawString(text, x - g.getFontMetrics().stringWidth(text) / 2f, baseline(g, middle));
    }

    static String percent(double share, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f %%", 100 * share);
    }

    /** A colour between white-ish and full, for a share from 0 to 1. */
    static Color shade(Color full, double share) {
        // The exponent lifts small shares, which matter here, out of the paper's white.
        double t = Math.pow(Math.max(0, Math.min(1, share)), 0.6);
        return new Color(
                blend(SHADE.getRed(), full.getRed(), t),
                blend(SHADE.getGreen(), full.getGreen(), t),
                blend(SHADE.getBlue(), full.getBlue(), t));
    }

    private static int blend(int from, int to, double t) {
        return (int) Math.round(from + (to - from) * t);
    }

    private static float baseline(Graphics2D g, int middle) {
        FontMetrics metrics = g.getFontMetrics();
        return middle + (metrics.getAscent() - metrics.getDescent()) / 2f;
    }
}
