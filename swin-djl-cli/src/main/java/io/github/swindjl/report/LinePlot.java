// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws the same figure of several models over one quantity, a line for each model. */
public final class LinePlot {

    private static final List<Color> COLOURS = List.of(Ink.BLUE, Ink.ORANGE, Ink.GREEN, Ink.RED);
    private static final int SCALE = 2;
    private static final int WIDTH = 620;
    private static final int HEIGHT = 380;

    private LinePlot() {}

    /**
     * One model's figures.
     *
     * @param name what the legend calls it
     * @param x the quantity, rising
     * @param y the figure at each
     * @param spread how far up and down each figure may be off, drawn as a bar; NaN for no bar
     */
    public record Series(String name, List<Double> x, List<Double> y, List<Double> spread) {

        /** Copies the lists. */
        public Series {
            x = List.copyOf(x);
            y = List.copyOf(y);
            spread = List.copyOf(spread);
        }

        /**
         * Creates figures without bars.
         *
         * @param name what the legend calls it
         * @param x the quantity, rising
         * @param y the figure at each
         */
        public Series(String name, List<Double> x, List<Double> y) {
            this(name, x, y, Collections.nCopies(y.size(), Double.NaN));
        }
    }

    /**
     * Draws a plot.
     *
     * @param title heading
     * @param quantity what the horizontal axis shows
     * @param figure what the vertical axis shows
     * @param series the lines, at least one, each with at least one point
     * @return an opaque image, two pixels per unit
     * @throws IllegalArgumentException if there is nothing to draw
     */
    public static BufferedImage draw(
            String title, String quantity, String figure, List<Series> series) {
        if (series.isEmpty() || series.stream().anyMatch(line -> line.x().isEmpty())) {
            throw new IllegalArgumentException("A plot needs lines with points.");
        }
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(quantity)
                        .yAxisTitle(figure)
                        .build();
        ChartStyle.apply(
                chart.getStyler(),
                value ->
                        String.format(
                                Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.4g", value));
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        for (int i = 0; i < series.size(); i++) {
            Series line = series.get(i);
            ChartStyle.draw(
                    chart.addSeries(
                            (i + 1) + ". " + line.name(),
                            line.x(),
                            line.y(),
                            line.spread().stream().map(s -> s.isNaN() ? 0 : s).toList()),
                    COLOURS.get(i % COLOURS.size()));
        }
        double least = quantities(series).min().orElseThrow();
        if (least == quantities(series).max().orElseThrow()) {
            chart.getStyler().setXAxisMin(least - 1).setXAxisMax(least + 1);
        }
        BufferedImage image = Ink.canvas(WIDTH, HEIGHT, SCALE);
        Graphics2D g = Ink.brush(image, SCALE);
        chart.paint(g, WIDTH, HEIGHT);
        g.dispose();
        return image;
    }

    private static DoubleStream quantities(List<Series> series) {
        return series.stream().flatMap(line -> line.x().stream()).mapToDouble(x -> x);
    }
}
