// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The classes of pixels: what they are called, and in which colours they are drawn.
 *
 * <p>Immutable, thread-safe.
 *
 * @param names names in index order
 * @param colors colours in index order, as {@code 0xRRGGBB}; several classes may share one
 */
public record ClassPalette(List<String> names, List<Integer> colors) {

    /** The most classes that one byte can tell apart, beside the mark of ignored pixels. */
    public static final int MAX_CLASSES = 255;

    private static final String HEADER = "index,name,r,g,b";

    /**
     * Checks that there is a colour for each name.
     *
     * @throws IllegalArgumentException if there is none or one too many, no class or too many
     *     classes, or a colour out of range
     */
    public ClassPalette {
        names = List.copyOf(names);
        colors = List.copyOf(colors);
        if (names.isEmpty() || names.size() > MAX_CLASSES || names.size() != colors.size()) {
            throw new IllegalArgumentException(
                    names.size()
                            + " class names and "
                            + colors.size()
                            + " colours, expected as many of both, 1 to "
                            + MAX_CLASSES);
        }
        for (int color : colors) {
            if (color < 0 || color > 0xFFFFFF) {
                throw new IllegalArgumentException("The colour " + color + " is not RGB");
            }
        }
    }

    /**
     * Returns the 150 classes of ADE20K's scene parsing benchmark with their usual colours.
     *
     * @return the palette
     */
    public static ClassPalette ade20k() {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                ClassPalette.class.getResourceAsStream("ade20k.csv"),
                                StandardCharsets.UTF_8))) {
            return parse(in.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException("The classes of ADE20K cannot be read", e);
        }
    }

    /**
     * Reads a table with the columns {@code index,name,r,g,b}.
     *
     * @param lines the header, then a row for each class in index order
     * @return the palette
     * @throws IllegalArgumentException if a line is not as it must be; names it by number
     */
    public static ClassPalette parse(List<String> lines) {
        if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
            throw new IllegalArgumentException("line 1: expected the header " + HEADER);
        }
        List<String> names = new ArrayList<>();
        List<Integer> colors = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] cells = lines.get(i).split(",", -1);
            try {
                if (cells.length != 5 || Integer.parseInt(cells[0].strip()) != i - 1) {
                    throw new IllegalArgumentException();
                }
                names.add(cells[1].strip());
                colors.add(channel(cells[2]) << 16 | channel(cells[3]) << 8 | channel(cells[4]));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "line "
                                + (i + 1)
                                + ": found '"
                                + lines.get(i)
                                + "', expected "
                                + (i - 1)
                                + ",<name>,<red>,<green>,<blue> with colours from 0 to 255",
                        e);
            }
        }
        return new ClassPalette(names, colors);
    }

    private static int channel(String text) {
        int value = Integer.parseInt(text.strip());
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException();
        }
        return value;
    }

    /**
     * Returns colours for classes of which nothing but the names is known, spread over the hues.
     *
     * @param names names in index order
     * @return the palette
     */
    public static ClassPalette spread(List<String> names) {
        List<Integer> colors = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            // The golden section keeps neighbours in the list far apart in hue.
            double hue = i * 0.61803398875 % 1;
            double value = i % 2 == 0 ? 0.95 : 0.7;
            colors.add(rgb(hue, 0.75, value));
        }
        return new ClassPalette(names, colors);
    }

    private static int rgb(double hue, double saturation, double value) {
        int color = 0;
        for (int shift : new int[] {5, 3, 1}) {
            double k = (shift + hue * 6) % 6;
            double channel =
                    value - value * saturation * Math.max(0, Math.min(1, Math.min(k, 4 - k)));
            color = color << 8 | (int) Math.round(255 * channel);
        }
        return color;
    }

    /**
     * Returns the number of classes.
     *
     * @return the number, at least 1
     */
    public int size() {
        return names.size();
    }
}
