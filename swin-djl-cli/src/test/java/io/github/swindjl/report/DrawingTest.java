// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.eval.ClassificationMetrics;
import io.github.swindjl.eval.Reconstruction;
import io.github.swindjl.zoo.image.Picture;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DrawingTest {

    @TempDir private Path dir;

    @Test
    void curvesShowTheDataAndOnlyWhatWasMeasured() {
        BufferedImage full = TrainingCurves.draw("run", history(30, 0.9));
        assertEquals(2240, full.getWidth());
        assertEquals(2128, full.getHeight());
        assertTrue(count(full, Ink.BLUE) > 1000, "curves are drawn");
        assertTrue(count(full, Ink.ORANGE) > 500, "so is the validation loss");
        assertTrue(count(full, Ink.GREEN) > 500, "and top-5");
        assertArrayEquals(
                pixels(full), pixels(TrainingCurves.draw("run", history(30, 0.9))), "same data");
        assertFalse(
                Arrays.equals(pixels(full), pixels(TrainingCurves.draw("run", history(30, 0.4)))),
                "other data");

        List<HistoryRow> unvalidated = new ArrayList<>();
        for (int e = 1; e <= 4; e++) {
            unvalidated.add(
                    new HistoryRow(
                            e,
                            10L * e,
                            1.0 / e,
                            1e-3,
                            Double.NaN,
                            Double.NaN,
                            Double.NaN,
                            9,
                            0,
                            1,
                            2,
                            300,
                            Double.NaN));
        }
        BufferedImage partial = TrainingCurves.draw("run", unvalidated);
        assertEquals(0, count(partial, Ink.ORANGE));
        assertEquals(0, count(partial, Ink.GREEN));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 13, 300})
    void curvesOfAnyLengthAreDrawn(int epochs) {
        BufferedImage image = TrainingCurves.draw("x".repeat(500), history(epochs, 0.9));
        assertTrue(count(image, Ink.BLUE) > 50);
    }

    @Test
    void aHistoryWithoutRowsOrNumbersIsNoReasonToCrash() {
        assertThrows(IllegalArgumentException.class, () -> TrainingCurves.draw("run", List.of()));
        double no = Double.NaN;
        HistoryRow nothing = new HistoryRow(1, 1, no, no, no, no, no, no, no, no, no, no, no);
        HistoryRow infinite = new HistoryRow(1, 1, 1 / 0.0, 0, no, 0, 0, 0, 0, 0, 0, 0, no);
        assertTrue(TrainingCurves.draw("run", List.of(nothing)).getWidth() > 0);
        assertTrue(TrainingCurves.draw("run", List.of(infinite, infinite)).getWidth() > 0);
    }

    @Test
    void aStudyHasABarForEveryFigure() {
        List<StudyPlot.Measure> measures =
                List.of(
                        new StudyPlot.Measure("accuracy", "%.1f", List.of(50.0, 100.0)),
                        new StudyPlot.Measure("time", "%.0f", List.of(7.0, Double.NaN)));
        BufferedImage both = StudyPlot.draw("study", List.of("1", "2"), measures);
        assertEquals(1840, both.getWidth());
        long whole = count(both, Ink.BLUE);
        long one =
                count(StudyPlot.draw("study", List.of("1", "2"), measures.subList(1, 2)), Ink.BLUE);
        assertTrue(one > 10_000, "the bar of the one that was measured: " + one);
        assertEquals(2.5, (double) whole / one, 0.02, "half a bar, a whole one, a whole one");
    }

    @Test
    void aLinePlotHasALineForEveryModel() {
        LinePlot.Series one =
                new LinePlot.Series("one", List.of(1.0, 2.0, 3.0), List.of(10.0, 20.0, 15.0));
        LinePlot.Series two = new LinePlot.Series("two", List.of(1.0, 3.0), List.of(5.0, 30.0));
        BufferedImage both = LinePlot.draw("plot", "size", "top-1", List.of(one, two));
        assertTrue(count(both, Ink.BLUE) > 500 && count(both, Ink.ORANGE) > 500);
        BufferedImage first = LinePlot.draw("plot", "size", "top-1", List.of(one));
        assertTrue(count(first, Ink.BLUE) > 500);
        assertEquals(0, count(first, Ink.ORANGE));
        LinePlot.Series point = new LinePlot.Series("point", List.of(4.0), List.of(0.0));
        assertTrue(count(LinePlot.draw("plot", "size", "top-1", List.of(point)), Ink.BLUE) > 20);
        assertThrows(
                IllegalArgumentException.class,
                () -> LinePlot.draw("plot", "size", "top-1", List.of()));
    }

    @Test
    void reconstructionsStandSideBySide() {
        Picture red = new Picture(1, 1, new byte[] {(byte) 255, 0, 0});
        Picture green = new Picture(1, 1, new byte[] {0, (byte) 255, 0});
        Picture blue = new Picture(1, 1, new byte[] {0, 0, (byte) 255});
        Reconstruction shown = new Reconstruction("a", red, green, blue);
        BufferedImage one = ReconstructionSheet.draw(List.of(shown));
        long tile = count(one, Color.RED);
        assertTrue(tile > 10_000, "a tile of the picture: " + tile);
        assertEquals(tile, count(one, Color.GREEN));
        assertEquals(tile, count(one, Color.BLUE));
        assertEquals(
                3 * tile,
                count(ReconstructionSheet.draw(List.of(shown, shown, shown)), Color.BLUE));
        assertThrows(IllegalArgumentException.class, () -> ReconstructionSheet.draw(List.of()));
    }

    @Test
    void calibrationHasABarAsHighAsTheAccuracy() {
        BufferedImage image = CalibrationPlot.draw(Results.small().calibration());
        // Five of eight are right with 90 %: one bar of 26 by 262.5 units, four pixels each.
        assertEquals(26 * 262.5 * 4, count(image, Ink.BLUE), 1500);
        assertTrue(count(image, Ink.ORANGE) > 200, "the mean probability");
        BufferedImage nothing =
                CalibrationPlot.draw(
                        new ClassificationMetrics(List.of("a")).result().calibration());
        assertTrue(count(nothing, Ink.BLUE) < 1000, "the legend only");
    }

    @Test
    void theConfusionMatrixIsShadedByShare() {
        BufferedImage image = ResultPlots.confusion(Results.small());
        assertTrue(count(image, Ink.BLUE) > 5000, "ants are all right: a full cell");
        assertTrue(count(image, Ink.ORANGE) > 5000, "the cat is all wrong: a full cell");
        assertTrue(count(image, Ink.shade(Ink.ORANGE, 0.5)) > 5000, "half of the bees are");
        assertTrue(count(image, Ink.SHADE) > 20_000, "empty cells");
    }

    @ParameterizedTest
    @CsvSource({"2", "40", "41", "1000"})
    void plotsOfManyClassesStayReadable(int classes) {
        BufferedImage matrix = ResultPlots.confusion(Results.large(classes));
        BufferedImage bars = ResultPlots.recall(Results.large(classes));
        assertTrue(matrix.getWidth() <= 2600 && matrix.getHeight() <= 2600, matrix.toString());
        assertTrue(bars.getHeight() <= 2600, bars.toString());
        assertTrue(count(bars, Ink.ORANGE) > 20, "the line of all classes");
    }

    @Test
    void barsShowOnlyClassesWithPicturesAndAnEmptyResultDraws() {
        int rows = (ResultPlots.recall(Results.small()).getHeight() / 2 - 126) / 26;
        assertEquals(3, rows);
        var empty = new ClassificationMetrics(List.of("a", "b")).result();
        assertEquals(0, count(ResultPlots.recall(empty), Ink.BLUE));
        assertTrue(ResultPlots.confusion(empty).getWidth() > 0);
    }

    @ParameterizedTest
    @CsvSource({
        "640, 480, 640, 480",
        "1, 1, 400, 200",
        "20000, 20, 1000, 48",
        "20, 20000, 400, 1000",
        "3000, 1500, 1000, 500",
        "64, 32, 400, 100"
    })
    void picturesOfAnySizeAreAnnotated(int width, int height, int outWidth, int picture) {
        Picture grey = Results.plain(width, height, 100);
        BufferedImage bare = AnnotatedPicture.draw(grey, List.of());
        assertEquals(outWidth, bare.getWidth());
        assertEquals(picture, bare.getHeight());
        assertEquals(0xff646464, bare.getRGB((outWidth - 1) / 2, (picture - 1) / 2));

        BufferedImage labelled =
                AnnotatedPicture.draw(
                        grey, List.of(new Prediction("a", 0.75), new Prediction("b", 0.25)));
        assertEquals(picture + 88, labelled.getHeight());
        assertTrue(count(labelled, Ink.BLUE) > 100);
    }

    @Test
    void barsAreAsLongAsTheProbability() {
        Picture grey = Results.plain(400, 50, 100);
        long half = blue(grey, 0.5);
        long whole = blue(grey, 1);
        assertEquals(0.5, (double) half / whole, 0.02);
        assertTrue(blue(grey, Double.NaN) < whole / 20);
    }

    @Test
    void aSheetMarksRightAndWrong() {
        Picture grey = Results.plain(50, 80, 100);
        Verdict right = new Verdict(grey, "cat", new Prediction("cat", 0.9));
        Verdict wrong = new Verdict(grey, "cat", new Prediction("dog", 0.9));
        BufferedImage good = AnnotatedPicture.sheet(List.of(right, right, right), 2);
        assertEquals(2 * (12 + 2 * 180), good.getWidth());
        assertEquals(2 * (12 + 2 * 226), good.getHeight());
        assertTrue(count(good, Ink.GREEN) > 1000);
        assertEquals(0, count(good, Ink.RED));
        BufferedImage bad = AnnotatedPicture.sheet(List.of(wrong), 9);
        assertTrue(count(bad, Ink.RED) > 1000);
        assertEquals(0, count(bad, Ink.GREEN));
        assertThrows(IllegalArgumentException.class, () -> AnnotatedPicture.sheet(List.of(), 1));
        assertThrows(
                IllegalArgumentException.class, () -> AnnotatedPicture.sheet(List.of(right), 0));
    }

    @Test
    void aPngHoldsThePixelsAndLeavesNothingBesideIt() throws IOException {
        BufferedImage image = AnnotatedPicture.draw(Results.plain(400, 60, 7), List.of());
        Path file = dir.resolve("a.png");
        Files.writeString(file, "old");
        Png.write(image, file);
        assertArrayEquals(pixels(image), pixels(ImageIO.read(file.toFile())));
        try (var files = Files.list(dir)) {
            assertEquals(List.of(file), files.toList());
        }
        assertThrows(IOException.class, () -> Png.write(image, dir.resolve("none/a.png")));
    }

    @Test
    void aTextThatIsTooLongEndsWithAnEllipsis() {
        var metrics = Ink.brush(Ink.canvas(1, 1, 1), 1).getFontMetrics(Ink.font(13));
        assertEquals("short", Ink.fit("short", metrics, 500));
        String cut = Ink.fit("a very long label 😀😀😀😀😀😀😀😀😀😀", metrics, 130);
        assertTrue(cut.endsWith("…") && metrics.stringWidth(cut) <= 130, cut);
        assertFalse(Character.isHighSurrogate(cut.charAt(cut.length() - 2)), "no half characters");
        assertEquals("…", Ink.fit("wide", metrics, 0));
    }

    private static long blue(Picture picture, double probability) {
        return count(
                AnnotatedPicture.draw(picture, List.of(new Prediction("", probability))), Ink.BLUE);
    }

    private static List<HistoryRow> history(int epochs, double top1) {
        List<HistoryRow> rows = new ArrayList<>();
        for (int e = 1; e <= epochs; e++) {
            double done = (double) e / epochs;
            rows.add(
                    new HistoryRow(
                            e,
                            10L * e,
                            2 - done,
                            1e-3 * done,
                            1.5 - done,
                            top1 * done,
                            done,
                            200,
                            0.01,
                            2,
                            1 - done / 2,
                            300,
                            Double.NaN));
        }
        return rows;
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private static long count(BufferedImage image, Color colour) {
        return Arrays.stream(pixels(image)).filter(rgb -> rgb == colour.getRGB()).count();
    }
}
