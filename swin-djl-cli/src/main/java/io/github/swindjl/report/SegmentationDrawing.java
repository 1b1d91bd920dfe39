// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.data.segment.LabelMap;
import io.github.swindjl.data.segment.LabelledPicture;
import io.github.swindjl.eval.SegmentationResult;
import io.github.swindjl.zoo.ClassPalette;
import io.github.swindjl.zoo.image.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Draws the classes of pixels: as a mask with a palette, and over the picture with a legend. */
public final class SegmentationDrawing {

    private static final int LINE = 22;
    private static final int LEGEND_WIDTH = 210;
    private static final int SHOWN = 12;
    private static final int LEAST_HEIGHT = 200;

    /** No picture is enlarged beyond it. */
    private static final int MOST_WIDTH = 1600;

    private SegmentationDrawing() {}

    /**
     * Makes a mask whose samples are class indices and whose palette holds the classes' colours.
     *
     * @param labels a class's index for each pixel, unsigned
     * @param width pixels per row
     * @param palette the classes
     * @return an indexed image; encoded as PNG, it is read back as the indices
     */
    public static BufferedImage mask(byte[] labels, int width, ClassPalette palette) {
        int size = ClassPalette.MAX_CLASSES + 1;
        byte[] red = new byte[size];
        byte[] green = new byte[size];
        byte[] blue = new byte[size];
        for (int i = 0; i < palette.size(); i++) {
            int color = palette.colors().get(i);
            red[i] = (byte) (color >> 16);
            green[i] = (byte) (color >> 8);
            blue[i] = (byte) color;
        }
        BufferedImage mask =
                new BufferedImage(
                        width,
                        labels.length / width,
                        BufferedImage.TYPE_BYTE_INDEXED,
                        new IndexColorModel(8, size, red, green, blue));
        byte[] samples = ((DataBufferByte) mask.getRaster().getDataBuffer()).getData();
        System.arraycopy(labels, 0, samples, 0, labels.length);
        return mask;
    }

    /**
     * Counts the pixels of each class.
     *
     * @param labels a class's index for each pixel, unsigned
     * @param classes number of classes
     * @return a count for each class
     */
    public static long[] areas(byte[] labels, int classes) {
        long[] areas = new long[classes];
        for (byte label : labels) {
            areas[label & 0xFF]++;
        }
        return areas;
    }

    /**
     * Sorts the classes that occur by their area.
     *
     * @param areas pixels of each class
     * @return indices, the largest area first
     */
    public static List<Integer> byArea(long[] areas) {
        return IntStream.range(0, areas.length)
                .filter(i -> areas[i] > 0)
                .boxed()
                .sorted(Comparator.comparingLong((Integer i) -> areas[i]).reversed())
                .toList();
    }

    /**
     * Draws the classes' colours over a picture, half of each, and a legend of the largest beside
     * it.
     *
     * @param picture the picture
     * @param labels a class's index for each of its pixels, unsigned
     * @param palette the classes
     * @return an opaque image; small pictures are enlarged so that their pixels show
     */
    public static BufferedImage overlay(Picture picture, byte[] labels, ClassPalette palette) {
        int factor =
                Math.max(
                        1,
                        Math.min(
                                (2 * LEAST_HEIGHT - 1) / picture.height(),
                                MOST_WIDTH / picture.width()));
        int width = picture.width() * factor;
        int height = picture.height() * factor;
        long[] areas = areas(labels, palette.size());
        List<Integer> classes = byArea(areas);
        int rows = Math.min(SHOWN, classes.size());
        BufferedImage image =
                Ink.canvas(width + LEGEND_WIDTH, Math.max(height, (rows + 1) * LINE + 16), 1);
        Graphics2D g = Ink.brush(image, 1);
        LabelMap map = new LabelMap(picture.width(), picture.height(), labels);
        BufferedImage tinted =
                AnnotatedPicture.image(new LabelledPicture(picture, map).tinted(palette));
        g.drawImage(tinted, 0, 0, width, height, null);
        g.setFont(Ink.font(13));
        for (int i = 0; i < rows; i++) {
            int label = classes.get(i);
            int middle = 8 + i * LINE + LINE / 2;
            g.setColor(new Color(palette.colors().get(label)));
            g.fillRect(width + 12, middle - 7, 14, 14);
            g.setColor(Ink.TEXT);
            Ink.left(
                    g,
                    Ink.fit(palette.names().get(label), g.getFontMetrics(), 115),
                    width + 34,
                    middle);
            Ink.right(
                    g,
                    Ink.percent((double) areas[label] / labels.length, 1),
                    width + LEGEND_WIDTH - 10,
                    middle);
        }
        if (classes.size() > rows) {
            g.setColor(Ink.FAINT_TEXT);
            Ink.left(
                    g,
                    String.format(Locale.ROOT, "and %d more", classes.size() - rows),
                    width + 34,
                    8 + rows * LINE + LINE / 2);
        }
        g.dispose();
        return image;
    }

    /**
     * Makes the table of all classes.
     *
     * @param result what came out of an evaluation
     * @return one row per class, in order of class index
     */
    public static TextTable perClass(SegmentationResult result) {
        TextTable table =
                new TextTable(
                        Column.count("index", "index"),
                        Column.text("class", "class"),
                        Column.percent("IoU", "iou"),
                        Column.percent("accuracy", "acc"),
                        Column.count("pixels", "pixels"));
        for (int i = 0; i < result.labels().size(); i++) {
            table.row(
                    i,
                    result.labels().get(i),
                    result.iou(i),
                    result.accuracy(i),
                    result.confusion().support(i));
        }
        return table;
    }

    /**
     * Draws the confusion matrix of pixels.
     *
     * @param result what came out of an evaluation
     * @return an opaque image as {@link ResultPlots#confusion} draws it
     */
    public static BufferedImage confusion(SegmentationResult result) {
        return ResultPlots.confusion(result.confusion(), result.labels(), "pixels");
    }
}
