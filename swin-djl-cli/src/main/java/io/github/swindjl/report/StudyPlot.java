// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Draws what a setting does to a training: bars over the setting's values, a panel a figure. */
public final class StudyPlot {

    private static final int SCALE = 2;
    private static final int WIDTH = 460;
    private static final int HEIGHT = 280;
    private static final int TITLE_HEIGHT = 48;
    private static final int MARGIN = 28;
    private static final int HEAD = 46;
    private static final int FOOT = 34;

    private StudyPlot() {}

    /**
     * A figure of every variant.
     *
     * @param title what it is, with its unit
     * @param format how to write it, for {@link String#format}
     * @param values one value for each variant, NaN where there is none
     */
    public record Measure(String title, String format, List<Double> values) {

        /** Copies the list. */
        public Measure {
            values = List.copyOf(values);
        }
    }

    /**
     * Draws the panels in two columns. Bars begin at zero.
     *
     * @param title heading above the panels
     * @param variants what distinguishes the variants, in order
     * @param measures figures of the variants, each with as many values
     * @return an opaque image, two pixels per unit
     */
    public static BufferedImage draw(String title, List<String> variants, List<Measure> measures) {
        int lines = (measures.size() + 1) / 2;
        BufferedImage image = Ink.canvas(2 * WIDTH, TITLE_HEIGHT + lines * HEIGHT, SCALE);
        Graphics2D g = Ink.brush(image, SCALE);
        g.setFont(Ink.bold(18));
        g.setColor(Ink.TEXT);
        Ink.centre(
                g,
                Ink.fit(title, g.getFontMetrics(), 2 * WIDTH - 2 * MARGIN),
                WIDTH,
                TITLE_HEIGHT / 2 + 4);
        for (int i = 0; i < measures.size(); i++) {
            Graphics2D panel =
                    (Graphics2D)
                            g.create(i % 2 * WIDTH, TITLE_HEIGHT + i / 2 * HEIGHT, WIDTH, HEIGHT);
            panel(panel, variants, measures.get(i));
            panel.dispose();
        }
        g.dispose();
        return image;
    }

    private static void panel(Graphics2D g, List<String> variants, Measure measure) {
        g.setFont(Ink.bold(14));
        g.setColor(Ink.TEXT);
        Ink.centre(g, measure.title(), WIDTH / 2, HEAD / 2);
        double most =
                measure.values().stream()
                        .filter(Double::isFinite)
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(1);
        int floor = HEIGHT - FOOT;
        int room = floor - HEAD - 18;
        int step = (WIDTH - 2 * MARGIN) / variants.size();
        g.setFont(Ink.font(12));
        for (int i = 0; i < variants.size(); i++) {
            double value = measure.values().get(i);
            int middle = MARGIN + i * step + step / 2;
            g.setColor(Ink.TEXT);
            Ink.centre(
                    g,
                    Ink.fit(variants.get(i), g.getFontMetrics(), step - 4),
                    middle,
                    floor + FOOT / 2);
            int height = 0;
            if (Double.isFinite(value)) {
                height = most > 0 ? (int) Math.round(room * Math.max(0, value) / most) : 0;
                g.setColor(Ink.BLUE);
                int width = Math.min(64, step * 2 / 3);
                g.fillRect(middle - width / 2, floor - height, width, height);
            }
            g.setColor(Ink.FAINT_TEXT);
            Ink.centre(
                    g,
                    Double.isFinite(value)
                            ? String.format(Locale.ROOT, measure.format(), value)
                            : "none",
                    middle,
                    floor - height - 9);
        }
        g.setColor(Ink.LINE);
        g.fillRect(MARGIN, floor, WIDTH - 2 * MARGIN, 1);
    }
}
