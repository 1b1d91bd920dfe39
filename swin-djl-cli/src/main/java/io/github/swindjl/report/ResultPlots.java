// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.eval.ClassRow;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.ConfusionMatrix;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Draws what came out of a classification run. */
public final class ResultPlots {

    /** Classes that one plot shows at most; of more, the worst. */
    static final int CLASSES = 40;

    private static final int SCALE = 2;
    private static final int MARGIN = 24;
    private static final int TITLE_HEIGHT = 64;
    private static final int LABEL_WIDTH = 180;

    private ResultPlots() {}

    /**
     * Draws the confusion matrix: rows are true classes, columns predicted ones, each cell shaded
     * by its share of the true class's pictures and labelled with their number.
     *
     * @param result what came out of a classification run
     * @return an opaque image, two pixels per unit; of more than 40 classes, it shows those of the
     *     most frequent mistakes
     */
    public static BufferedImage confusion(ClassificationResult result) {
        return confusion(result.confusion(), result.labels(), "pictures");
    }

    /** Draws the confusion matrix of what the unit names. */
    static BufferedImage confusion(ConfusionMatrix matrix, List<String> labels, String unit) {
        int[] shown = mostConfusedClasses(matrix);
        int cell = Math.max(22, Math.min(46, 760 / shown.length));
        int side = cell * shown.length;

        BufferedImage probe = Ink.canvas(1, 1, 1);
        Graphics2D p = Ink.brush(probe, 1);
        p.setFont(Ink.font(13));
        int labelWidth =
                IntStream.of(shown)
                        .map(i -> p.getFontMetrics().stringWidth(labels.get(i)) + 2)
                        .max()
                        .orElse(0);
        p.dispose();
        labelWidth = Math.min(LABEL_WIDTH, labelWidth);

        int left = MARGIN + 28 + labelWidth + 10;
        int legend = 150;
        int width = Math.max(380, left + side + 30 + legend);
        int bottom = TITLE_HEIGHT + side;
        int height = Math.max(bottom + 10 + labelWidth + 34, TITLE_HEIGHT + 260) + 10;
        BufferedImage image = Ink.canvas(width, height, SCALE);
        Graphics2D g = Ink.brush(image, SCALE);
        title(
                g,
                "Confusion matrix",
                shown.length < matrix.classes()
                        ? "the "
                                + shown.length
                                + " most confused of "
                                + matrix.classes()
                                + " classes"
                        : matrix.total() + " " + unit + ", " + matrix.classes() + " classes");

        for (int row = 0; row < shown.length; row++) {
            for (int column = 0; column < shown.length; column++) {
                cell(
                        g,
                        matrix,
                        shown[row],
                        shown[column],
                        left + column * cell,
                        TITLE_HEIGHT + row * cell,
                        cell);
            }
        }
        g.setFont(Ink.font(13));
        g.setColor(Ink.TEXT);
        FontMetrics metrics = g.getFontMetrics();
        for (int i = 0; i < shown.length; i++) {
            String label = Ink.fit(labels.get(shown[i]), metrics, labelWidth);
            Ink.right(g, label, left - 8, TITLE_HEIGHT + i * cell + cell / 2);
            upright(g, label, left + i * cell + cell / 2, bottom + 8, true);
        }
        g.setFont(Ink.bold(13));
        Ink.centre(g, "predicted class", left + side / 2, bottom + 8 + labelWidth + 22);
        upright(g, "true class", MARGIN + 8, TITLE_HEIGHT + side / 2, false);

        int x = left + side + 30;
        legend(g, "correct", Ink.BLUE, x, TITLE_HEIGHT + 40);
        legend(g, "mistaken", Ink.ORANGE, x + 70, TITLE_HEIGHT + 40);
        g.setFont(Ink.font(12));
        g.setColor(Ink.FAINT_TEXT);
        Ink.left(g, "share of the", x, TITLE_HEIGHT + 6);
        Ink.left(g, "true class", x, TITLE_HEIGHT + 21);
        g.dispose();
        return image;
    }

    /**
     * Draws the recall of each class as bars, the worst first.
     *
     * @param result what came out of a classification run
     * @return an opaque image, two pixels per unit; of more than 40 classes, it shows the worst
     */
    public static BufferedImage recall(ClassificationResult result) {
        List<ClassRow> all =
                result.perClass().stream()
                        .filter(row -> row.support() > 0)
                        .sorted(Comparator.comparingDouble(ClassRow::recall))
                        .toList();
        List<ClassRow> rows = all.subList(0, Math.min(CLASSES, all.size()));
        int line = 26;
        int bar = 420;
        int left = MARGIN + LABEL_WIDTH + 10;
        int width = left + bar + 150 + MARGIN;
        int bottom = TITLE_HEIGHT + rows.size() * line;
        BufferedImage image = Ink.canvas(width, bottom + 62, SCALE);
        Graphics2D g = Ink.brush(image, SCALE);
        title(
                g,
                "Recall per class",
                rows.size() < all.size()
                        ? "the " + rows.size() + " worst of " + all.size() + " classes"
                        : "share of each class's pictures that were recognised");
        g.setFont(Ink.font(12));
        for (int tick = 0; tick <= 100; tick += 25) {
            int x = left + bar * tick / 100;
            g.setColor(Ink.LINE);
            g.draw(new Line2D.Double(x, TITLE_HEIGHT - 4, x, bottom + 4));
            g.setColor(Ink.FAINT_TEXT);
            Ink.centre(g, tick + " %", x, bottom + 16);
        }
        for (int i = 0; i < rows.size(); i++) {
            ClassRow row = rows.get(i);
            int middle = TITLE_HEIGHT + i * line + line / 2;
            g.setFont(Ink.font(13));
            g.setColor(Ink.TEXT);
            Ink.right(g, Ink.fit(row.label(), g.getFontMetrics(), LABEL_WIDTH), left - 10, middle);
            g.setColor(Ink.BLUE);
            g.fill(
                    new RoundRectangle2D.Double(
                            left, middle - 8, Math.max(1, bar * row.recall()), 16, 4, 4));
            g.setColor(Ink.TEXT);
            Ink.left(g, Ink.percent(row.recall(), 1), left + bar + 14, middle);
            g.setFont(Ink.font(12));
            g.setColor(Ink.FAINT_TEXT);
            Ink.right(g, row.top1Correct() + " of " + row.support(), width - MARGIN, middle);
        }
        if (result.count() > 0) {
            double x = left + bar * result.top1();
            g.setColor(Ink.ORANGE);
            g.setStroke(
                    new BasicStroke(
                            1.5f,
                            BasicStroke.CAP_BUTT,
                            BasicStroke.JOIN_MITER,
                            1,
                            new float[] {5, 4},
                            0));
            g.draw(new Line2D.Double(x, TITLE_HEIGHT - 4, x, bottom + 4));
            g.setFont(Ink.bold(12));
            Ink.right(
                    g,
                    "dashed: all classes together, " + Ink.percent(result.top1(), 2),
                    width - MARGIN,
                    bottom + 42);
        }
        g.dispose();
        return image;
    }

    private static int[] mostConfusedClasses(ConfusionMatrix matrix) {
        if (matrix.classes() <= CLASSES) {
            return IntStream.range(0, matrix.classes()).toArray();
        }
        TreeSet<Integer> chosen = new TreeSet<>();
        for (ConfusionMatrix.Cell pair : matrix.mostConfused(CLASSES)) {
            if (chosen.size() + 2 <= CLASSES) {
                chosen.add(pair.actual());
                chosen.add(pair.predicted());
            }
        }
        for (int i = 0; chosen.size() < CLASSES; i++) {
            chosen.add(i);
        }
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void cell(
            Graphics2D g,
            ConfusionMatrix matrix,
            int actual,
            int predicted,
            int x,
            int y,
            int cell) {
        long count = matrix.count(actual, predicted);
        double share = count == 0 ? 0 : (double) count / matrix.support(actual);
        Color shade = Ink.shade(actual == predicted ? Ink.BLUE : Ink.ORANGE, share);
        g.setColor(shade);
        g.fillRect(x, y, cell - 1, cell - 1);
        if (count == 0) {
            return;
        }
        String text = count < 10_000 ? String.valueOf(count) : count / 1000 + "k";
        g.setFont(Ink.font(cell >= 32 ? 13 : 10));
        if (g.getFontMetrics().stringWidth(text) <= cell - 3) {
            g.setColor(dark(shade) ? Ink.PAPER : Ink.TEXT);
            Ink.centre(g, text, x + cell / 2, y + cell / 2);
        }
    }

    private static boolean dark(Color colour) {
        return 0.299 * colour.getRed() + 0.587 * colour.getGreen() + 0.114 * colour.getBlue() < 150;
    }

    static void title(Graphics2D g, String title, String subtitle) {
        g.setFont(Ink.bold(18));
        g.setColor(Ink.TEXT);
        Ink.left(g, title, MARGIN, 22);
        g.setFont(Ink.font(13));
        g.setColor(Ink.FAINT_TEXT);
        Ink.left(g, subtitle, MARGIN, 44);
    }

    private static void legend(Graphics2D g, String title, Color colour, int x, int y) {
        int height = 160;
        for (int i = 0; i < height; i++) {
            g.setColor(Ink.shade(colour, 1 - (i + 0.5) / height));
            g.fillRect(x, y + i, 16, 1);
        }
        g.setFont(Ink.font(12));
        g.setColor(Ink.TEXT);
        for (int tick = 0; tick <= 100; tick += 50) {
            Ink.left(g, tick + " %", x + 21, y + height - height * tick / 100);
        }
        Ink.left(g, title, x, y + height + 18);
    }

    static void upright(Graphics2D g, String text, int x, int y, boolean ends) {
        AffineTransform before = g.getTransform();
        g.translate(x, y);
        g.rotate(-Math.PI / 2);
        if (ends) {
            Ink.right(g, text, 0, 0);
        } else {
            Ink.centre(g, text, 0, 0);
        }
        g.setTransform(before);
    }
}
