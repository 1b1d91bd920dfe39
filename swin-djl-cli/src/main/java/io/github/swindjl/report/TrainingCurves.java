// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;

/** Draws how a training run went: loss, accuracy, rate, speed, gradients and memory by epoch. */
public final class TrainingCurves {

    private static final int SCALE = 2;
    private static final int WIDTH = 560;
    private static final int HEIGHT = 340;
    private static final int TITLE_HEIGHT = 44;
    private static final int LABELLED_POINTS = 12;

    private TrainingCurves() {}

    /**
     * Draws the curves, in panels of two columns. A panel for which nothing was measured is left
     * out.
     *
     * @param title heading above the panels
     * @param rows history of the run, at least one row
     * @return an opaque image, two pixels per unit
     * @throws IllegalArgumentException if there is no row
     */
    public static BufferedImage draw(String title, List<HistoryRow> rows) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is nothing to plot: the history has no row yet.");
        }
        List<XYChart> panels = new ArrayList<>();
        Panel loss = new Panel(rows, "Loss", "loss", number("%.4g"));
        loss.curve("training", Ink.BLUE, HistoryRow::trainLoss);
        loss.curve("validation", Ink.ORANGE, HistoryRow::valLoss);
        loss.fromZero().addTo(panels);

        boolean pixels = rows.stream().anyMatch(row -> !Double.isNaN(row.valMiou()));
        Panel accuracy =
                new Panel(
                        rows,
                        pixels ? "Validation mIoU" : "Validation accuracy",
                        pixels ? "mean IoU (%)" : "correct (%)",
                        number("%.4g"));
        accuracy.curve("top-1", Ink.BLUE, row -> 100 * row.valTop1());
        accuracy.curve("top-5", Ink.GREEN, row -> 100 * row.valTop5());
        accuracy.curve("mIoU", Ink.ORANGE, row -> 100 * row.valMiou());
        accuracy.upToHundred().addTo(panels);

        Panel rate = new Panel(rows, "Learning rate", "learning rate", TrainingCurves::power);
        rate.curve("learning rate", Ink.BLUE, HistoryRow::lr);
        rate.fromZero().addTo(panels);

        Panel speed = new Panel(rows, "Training speed", "images per second", number("%.4g"));
        speed.curve("images per second", Ink.BLUE, HistoryRow::imagesPerSecond);
        speed.fromZero().addTo(panels);

        Panel norm = new Panel(rows, "Gradient norm", "norm before clipping", number("%.4g"));
        norm.curve("gradient norm", Ink.BLUE, HistoryRow::gradientNorm);
        norm.fromZero().addTo(panels);

        Panel memory = new Panel(rows, "Memory", "MB in use", number("%.0f"));
        memory.curve("memory", Ink.BLUE, HistoryRow::memoryMegabytes);
        memory.fromZero().addTo(panels);

        int columns = Math.min(2, Math.max(1, panels.size()));
        int lines = (panels.size() + columns - 1) / columns;
        int width = columns * WIDTH;
        BufferedImage image = Ink.canvas(width, TITLE_HEIGHT + lines * HEIGHT, SCALE);
        Graphics2D g = Ink.brush(image, SCALE);
        g.setFont(Ink.bold(18));
        Ink.centre(
                g, Ink.fit(title, g.getFontMetrics(), width - 40), width / 2, TITLE_HEIGHT / 2 + 4);
        for (int i = 0; i < panels.size(); i++) {
            Graphics2D panel =
                    (Graphics2D)
                            g.create(
                                    i % columns * WIDTH,
                                    TITLE_HEIGHT + i / columns * HEIGHT,
                                    WIDTH,
                                    HEIGHT);
            panels.get(i).paint(panel, WIDTH, HEIGHT);
            panel.dispose();
        }
        g.dispose();
        return image;
    }

    private static Function<Double, String> number(String format) {
        return value -> {
            String text = String.format(Locale.ROOT, format, value);
            return text.contains(".") && !text.contains("e")
                    ? text.replaceAll("\\.?0+$", "")
                    : text;
        };
    }

    private static String power(double value) {
        return value == 0
                ? "0"
                : String.format(Locale.ROOT, "%.1e", value)
                        .replaceAll("\\.0e", "e")
                        .replaceAll("e([+-])0", "e$1");
    }

    /** The next number that makes a good end of an axis. */
    private static double roundUp(double value) {
        double unit = Math.pow(10, Math.floor(Math.log10(value)));
        return DoubleStream.of(1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
                .map(step -> step * unit)
                .filter(step -> step >= value)
                .findFirst()
                .orElse(value);
    }

    /** One chart; it exists only if something was measured. */
    private static final class Panel {

        private final List<HistoryRow> rows;
        private final double[] x;
        private final XYChart chart;
        private double largest = Double.NEGATIVE_INFINITY;
        private double smallest = Double.POSITIVE_INFINITY;

        Panel(List<HistoryRow> rows, String title, String unit, Function<Double, String> labels) {
            this.rows = rows;
            boolean perEpoch =
                    rows.stream().map(HistoryRow::epoch).distinct().count() == rows.size();
            x = rows.stream().mapToDouble(row -> perEpoch ? row.epoch() : row.step()).toArray();
            chart =
                    new XYChartBuilder()
                            .width(WIDTH)
                            .height(HEIGHT)
                            .title(title)
                            .xAxisTitle(perEpoch ? "epoch" : "step")
                            .yAxisTitle(unit)
                            .build();
            ChartStyle.apply(chart.getStyler(), labels);
            if (x.length == 1 || x[0] == x[x.length - 1]) {
                chart.getStyler().setXAxisMin(x[0] - 1).setXAxisMax(x[0] + 1);
            }
        }

        void curve(String name, Color colour, ToDoubleFunction<HistoryRow> value) {
            int[] measured =
                    IntStream.range(0, x.length)
                            .filter(i -> Double.isFinite(value.applyAsDouble(rows.get(i))))
                            .toArray();
            if (measured.length == 0) {
                return;
            }
            double[] xs = IntStream.of(measured).mapToDouble(i -> x[i]).toArray();
            if (xs.length > LABELLED_POINTS) {
                // The library labels the points of an even row; a hair's breadth out of step makes
                // it choose round numbers.
                xs[0] += 1e-3 * (xs[1] - xs[0]);
            }
            double[] ys =
                    IntStream.of(measured)
                            .mapToDouble(i -> value.applyAsDouble(rows.get(i)))
                            .toArray();
            for (double y : ys) {
                largest = Math.max(largest, y);
                smallest = Math.min(smallest, y);
            }
            XYSeries series = chart.addSeries(name, xs, ys);
            ChartStyle.draw(series, colour);
        }

        Panel fromZero() {
            chart.getStyler().setYAxisMin(0.0);
            if (largest > 0) {
                chart.getStyler().setYAxisMax(roundUp(1.02 * largest));
            }
            return this;
        }

        Panel upToHundred() {
            double lowest = Math.max(0, 10 * Math.floor((smallest - 5) / 10));
            chart.getStyler()
                    .setYAxisMin(lowest)
                    .setYAxisMax(100.0)
                    .setLegendPosition(Styler.LegendPosition.InsideSE);
            return this;
        }

        void addTo(List<XYChart> panels) {
            if (!chart.getSeriesMap().isEmpty()) {
                chart.getStyler().setLegendVisible(chart.getSeriesMap().size() > 1);
                panels.add(chart);
            }
        }
    }
}
