// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.zoo.Nearest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers of a RandAugment, in timm's notation: {@code rand} and then, joined by dashes and in
 * any order, {@code m} the magnitude, {@code n} operations a picture, {@code p} the probability of
 * each, {@code mstd} the standard deviation of the magnitude (above 100: uniform from 0 to the
 * magnitude), {@code mmax} its upper bound, {@code inc1} for operations that grow with the
 * magnitude, {@code tweights} to draw operations by weights, without repeating any.
 *
 * @param magnitude strength, 0 to the upper bound
 * @param operations how many operations are drawn for a picture
 * @param probability chance that a drawn operation is carried out, 0 to 1
 * @param deviation standard deviation of the magnitude; infinite for a uniform one
 * @param upperBound where magnitudes are cut off, above 0
 * @param increasing whether every operation grows with the magnitude
 * @param weighted whether operations are drawn by weights
 */
record RandPolicy(
        int magnitude,
        int operations,
        double probability,
        double deviation,
        int upperBound,
        boolean increasing,
        boolean weighted) {

    static final String PREFIX = "rand";

    private static final int DEFAULT_MAGNITUDE = 10;
    private static final double UNIFORM_ABOVE = 100;
    private static final Pattern PART = Pattern.compile("([a-z]+)([0-9.]*)");
    private static final String WEIGHTS = "tweights";

    /** What each part is called, with an example for messages. */
    private static final Map<String, String> PARTS = parts();

    private static Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("m", "m9");
        parts.put("n", "n2");
        parts.put("p", "p0.5");
        parts.put("mstd", "mstd0.5");
        parts.put("mmax", "mmax10");
        parts.put("inc", "inc1");
        parts.put(WEIGHTS, WEIGHTS);
        return parts;
    }

    static RandPolicy parse(String text) {
        List<String> parts = List.of(text.split("-", -1));
        int magnitude = DEFAULT_MAGNITUDE;
        int operations = 2;
        double probability = 0.5;
        double deviation = 0;
        int upperBound = DEFAULT_MAGNITUDE;
        boolean increasing = false;
        boolean weighted = false;
        Set<String> seen = new HashSet<>();
        for (String part : parts.subList(1, parts.size())) {
            Matcher matcher = PART.matcher(part);
            String key = matcher.matches() ? matcher.group(1) : part;
            if (!PARTS.containsKey(key)) {
                throw unknown(text, part);
            }
            if (!seen.add(key)) {
                throw refused(text, part, "gives " + key + " a second time");
            }
            String number = matcher.group(2);
            switch (key) {
                case "m" -> magnitude = whole(text, part, number, 0, Integer.MAX_VALUE);
                case "n" -> operations = whole(text, part, number, 1, RandOperation.COUNT);
                case "p" -> probability = number(text, part, number, 1);
                case "mstd" -> deviation = number(text, part, number, Double.MAX_VALUE);
                case "mmax" -> upperBound = whole(text, part, number, 1, Integer.MAX_VALUE);
                case "inc" -> increasing = whole(text, part, number, 0, 1) == 1;
                default -> weighted = part.equals(WEIGHTS) || refuse(text, part);
            }
        }
        if (magnitude > upperBound) {
            throw refused(
                    text,
                    "m" + magnitude,
                    "is above the upper bound of "
                            + upperBound
                            + "; raise the bound with mmax"
                            + magnitude);
        }
        return new RandPolicy(
                magnitude,
                operations,
                probability,
                deviation > UNIFORM_ABOVE ? Double.POSITIVE_INFINITY : deviation,
                upperBound,
                // The weights are those of the growing operations.
                increasing || weighted,
                weighted);
    }

    private static int whole(String text, String part, String number, int least, int most) {
        try {
            int value = Integer.parseInt(number);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, as any other value out of range.
        }
        String range = most == Integer.MAX_VALUE ? " on" : " to " + most;
        throw refused(text, part, "needs a whole number from " + least + range);
    }

    private static double number(String text, String part, String number, double most) {
        try {
            double value = Double.parseDouble(number);
            if (value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, as any other value out of range.
        }
        String range = most == Double.MAX_VALUE ? " on" : " to " + most;
        throw refused(text, part, "needs a number from 0" + range);
    }

    private static boolean refuse(String text, String part) {
        throw unknown(text, part);
    }

    private static IllegalArgumentException unknown(String text, String part) {
        String near =
                Nearest.to(part, PARTS.values())
                        .map(name -> "did you mean " + name + "?")
                        .orElse("known parts are " + String.join(", ", PARTS.values()));
        return refused(text, part, "is unknown; " + near);
    }

    private static IllegalArgumentException refused(String text, String part, String problem) {
        return new IllegalArgumentException(
                "in '" + text + "', the part '" + part + "' " + problem);
    }
}
