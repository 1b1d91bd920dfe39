// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.zoo.image.Picture;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an HTML report says, before it is laid out. All texts are plain text.
 *
 * @param title heading of the page
 * @param subtitle one line below it: what was run, on what
 * @param figures the few numbers that matter, shown large
 * @param sections the rest, from top to bottom
 */
public record ReportPage(
        String title, String subtitle, List<Figure> figures, List<Section> sections) {

    /** Side in pixels up to which a thumbnail is kept without loss. */
    private static final int EXACT_SIDE = 64;

    /** Copies the lists. */
    public ReportPage {
        figures = List.copyOf(figures);
        sections = List.copyOf(sections);
    }

    /**
     * A number that matters.
     *
     * @param name what it is
     * @param value the number with its unit
     */
    public record Figure(String name, String value) {}

    /** A part of the page with a heading. */
    public sealed interface Section permits Settings, Plot, Table, Mistakes {

        /**
         * Returns the heading.
         *
         * @return plain text
         */
        String heading();
    }

    /**
     * Names and values, such as a configuration.
     *
     * @param heading heading of the section
     * @param values values by name; names keep their order
     */
    public record Settings(String heading, Map<String, String> values) implements Section {

        /** Copies the map. */
        public Settings {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /**
     * A drawing, embedded in the page.
     *
     * @param heading heading of the section
     * @param description what the drawing shows, for readers who cannot see it
     * @param image the drawing, two pixels per unit
     */
    public record Plot(String heading, String description, BufferedImage image) implements Section {

        /**
         * Returns the drawing as a page can hold it.
         *
         * @return data URI of a PNG
         */
        public String uri() {
            return ReportPage.uri("png", Png.encode(image));
        }
    }

    /**
     * A table.
     *
     * @param heading heading of the section
     * @param table what it holds
     */
    public record Table(String heading, TextTable table) implements Section {}

    /**
     * Pictures with what the model says about them, such as the worst mistakes.
     *
     * @param heading heading of the section
     * @param verdicts the pictures; each is embedded as a thumbnail
     */
    public record Mistakes(String heading, List<Verdict> verdicts) implements Section {

        /** Copies the list. */
        public Mistakes {
            verdicts = List.copyOf(verdicts);
        }

        /**
         * Returns a picture as a page can hold it.
         *
         * @param picture one of the pictures
         * @return data URI of a thumbnail: the exact pixels of a small picture, a JPEG of a larger
         *     one
         */
        public String uri(Picture picture) {
            BufferedImage image = AnnotatedPicture.thumbnail(picture);
            return image.getWidth() <= EXACT_SIDE
                    ? ReportPage.uri("png", Png.encode(image))
                    : ReportPage.uri("jpeg", Jpeg.encode(image));
        }

        /**
         * Tells whether a picture is so small that its pixels themselves are to be seen.
         *
         * @param picture one of the pictures
         * @return whether it is not to be smoothed when it is enlarged
         */
        public boolean tiny(Picture picture) {
            return AnnotatedPicture.isTiny(picture);
        }

        /**
         * Returns how sure the model is.
         *
         * @param verdict one of the verdicts
         * @return probability of the predicted class, in per cent
         */
        public String percent(Verdict verdict) {
            return Ink.percent(verdict.predicted().probability(), 1);
        }
    }

    private static String uri(String format, byte[] content) {
        return "data:image/" + format + ";base64," + Base64.getEncoder().encodeToString(content);
    }
}
