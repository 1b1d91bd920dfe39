// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.eval.Calibration;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws how sure a classifier was against how often it was right. */
public final class CalibrationPlot {

    private static final int SCALE = 2;
    private static final int MARGIN = 24;
    private static final int LEFT = 84;
    private static final int TOP = 64;
    private static final int SIDE = 420;
    private static final int GAP = 44;
    private static final int COUNTS = 90;
    private static final int FOOT = 56;

    private CalibrationPlot() {}

    /**
     * Draws the reliability diagram: for each bin of confidence its accuracy as a bar, the distance
     * to its mean confidence marked, the diagonal of perfect calibration; below, how many pictures
     * each bin has.
     *
     * @param calibration what was counted
     * @return an opaque image, two pixels per unit
     */
    public static BufferedImage draw(Calibration calibration) {
        int width = LEFT + SIDE + MARGIN + 16;
        int height = TOP + SIDE + GAP + COUNTS + FOOT;
        BufferedImage image = Ink.canvas(width, height, SCALE);
        Graphics2D g = Ink.brush(image, SCALE);
        ResultPlots.title(
                g,
                "Calibration",
                calibration.count() == 0
                        ? "no picture"
                        : "expected error "
                                + Ink.percent(calibration.expectedError(), 2)
                                + " over "
                                + calibration.count()
                                + " pictures");
        int bottom = TOP + SIDE;
        int base = bottom + GAP + COUNTS;
        axes(g, bottom, base);
        bars(g, calibration.bins(), bottom, base);
        g.setColor(Ink.FAINT_TEXT);
        g.setStroke(
                new BasicStroke(
                        1.5f,
                        BasicStroke.CAP_BUTT,
                        BasicStroke.JOIN_MITER,
                        1,
                        new float[] {5, 4},
                        0));
        g.draw(new Line2D.Double(LEFT, bottom, LEFT + SIDE, TOP));
        legend(g);
        g.dispose();
        return image;
    }

    private static void axes(Graphics2D g, int bottom, int base) {
        g.setFont(Ink.font(12));
        for (int tick = 0; tick <= 100; tick += 20) {
            int x = LEFT + SIDE * tick / 100;
            int y = bottom - SIDE * tick / 100;
            g.setColor(Ink.LINE);
            g.draw(new Line2D.Double(LEFT, y, LEFT + SIDE, y));
            g.setColor(Ink.FAINT_TEXT);
            Ink.right(g, tick + " %", LEFT - 8, y);
            Ink.centre(g, tick + " %", x, bottom + 14);
            Ink.centre(g, tick + " %", x, base + 14);
        }
        g.setColor(Ink.TEXT);
        g.setFont(Ink.bold(13));
        Ink.centre(g, "probability of the predicted class", LEFT + SIDE / 2, base + 36);
        ResultPlots.upright(g, "accuracy", MARGIN + 4, TOP + SIDE / 2, false);
        ResultPlots.upright(g, "pictures", MARGIN + 4, base - COUNTS / 2, false);
    }

    private static void bars(Graphics2D g, List<Calibration.Bin> bins, int bottom, int base) {
        double step = (double) SIDE / bins.size();
        long most = bins.stream().mapToLong(Calibration.Bin::count).max().orElse(0);
        for (int i = 0; i < bins.size(); i++) {
            Calibration.Bin bin = bins.get(i);
            if (bin.count() == 0) {
                continue;
            }
            double x = LEFT + i * step + 1;
            double accuracy = bottom - SIDE * bin.accuracy();
            double confidence = bottom - SIDE * bin.confidence();
            g.setColor(Ink.BLUE);
            g.fill(new Rectangle2D.Double(x, accuracy, step - 2, bottom - accuracy));
            g.setColor(Ink.ORANGE);
            g.setStroke(new BasicStroke(2.5f));
            g.draw(new Line2D.Double(x, confidence, x + step - 2, confidence));
            double share = COUNTS * (double) bin.count() / most;
            g.setColor(Ink.FAINT_TEXT);
            g.fill(new Rectangle2D.Double(x, base - share, step - 2, share));
        }
        g.setFont(Ink.font(12));
        g.setColor(Ink.FAINT_TEXT);
        Ink.right(g, String.valueOf(most), LEFT - 8, base - COUNTS);
        g.setColor(Ink.LINE);
        g.setStroke(new BasicStroke(1));
        g.draw(new Line2D.Double(LEFT, base, LEFT + SIDE, base));
    }

    private static void legend(Graphics2D g) {
        int x = LEFT + 14;
        int y = TOP + 18;
        g.setFont(Ink.font(12));
        g.setStroke(new BasicStroke(2.5f));
        g.setColor(Ink.BLUE);
        g.fill(new Rectangle2D.Double(x, y - 5, 14, 10));
        g.setColor(Ink.ORANGE);
        g.draw(new Line2D.Double(x, y + 18, x + 14, y + 18));
        g.setColor(Ink.TEXT);
        Ink.left(g, "share that was right", x + 22, y);
        Ink.left(g, "mean probability", x + 22, y + 18);
    }
}
