// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.function.Function;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How all charts with axes look. */
final class ChartStyle {

    private static final int MARKED_POINTS = 40;

    private ChartStyle() {}

    static void apply(XYStyler style, Function<Double, String> labels) {
        style.setXAxisTickMarkSpacingHint(70)
                .setYAxisTickMarkSpacingHint(40)
                .setPlotGridLinesColor(Ink.LINE)
                .setPlotGridLinesStroke(new BasicStroke(0.8f))
                .setPlotGridVerticalLinesVisible(false)
                .setErrorBarsColorSeriesColor(true)
                .setAxisTickLabelsFont(Ink.font(12))
                .setAxisTitleFont(Ink.font(13))
                .setAxisTickMarksColor(Ink.FAINT_TEXT)
                .setAxisTickLabelsColor(Ink.TEXT)
                .setXAxisDecimalPattern("0")
                .setyAxisTickLabelsFormattingFunction(labels);
        style.setChartBackgroundColor(Ink.PAPER)
                .setChartFontColor(Ink.TEXT)
                .setChartTitleFont(Ink.bold(14))
                .setChartTitleBoxVisible(false)
                .setPlotBackgroundColor(Ink.PAPER)
                .setPlotBorderVisible(false)
                .setMarkerSize(5)
                .setLegendPosition(Styler.LegendPosition.InsideNE)
                .setLegendFont(Ink.font(12))
                .setLegendBorderColor(Ink.LINE)
                .setAntiAlias(true);
    }

    /** A round line, with its points marked unless there are many. */
    static void draw(XYSeries series, Color colour) {
        Marker marker =
                series.getXData().length > MARKED_POINTS
                        ? SeriesMarkers.NONE
                        : SeriesMarkers.CIRCLE;
        series.setMarker(marker).setMarkerColor(colour);
        series.setLineColor(colour);
        series.setLineStyle(new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
}
