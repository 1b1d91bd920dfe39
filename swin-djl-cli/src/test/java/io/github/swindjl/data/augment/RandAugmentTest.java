// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.Picture;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandAugmentTest {

    private static final JsonObject GOLDEN = AugmentPictures.golden("arguments.json");
    private static final FilterChoice CUBIC = FilterChoice.of(Interpolation.BICUBIC);
    private static final int DRAWS = 60_000;

    @Test
    void argumentsEqualTimm() {
        JsonArray magnitudes = GOLDEN.getAsJsonArray("magnitudes");
        JsonObject arguments = GOLDEN.getAsJsonObject("arguments");
        for (RandOperation operation : RandOperation.values()) {
            for (boolean increasing : new boolean[] {false, true}) {
                String key = operation.label() + (increasing ? "+" : "");
                JsonArray rows = arguments.getAsJsonArray(key);
                for (int i = 0; i < magnitudes.size(); i++) {
                    double level = magnitudes.get(i).getAsDouble() / 10;
                    JsonArray row = rows.get(i).getAsJsonArray();
                    // timm negates when it draws more than a half.
                    for (int sign = 0; sign < 2; sign++) {
                        boolean negative = sign == 1 && operation.isSigned(increasing);
                        assertEquals(
                                row.get(sign).getAsDouble(),
                                operation.argument(level, increasing, negative),
                                key + " " + magnitudes.get(i));
                    }
                }
            }
        }
    }

    @Test
    void weightsEqualTimm() {
        JsonObject weights = GOLDEN.getAsJsonObject("weights");
        assertEquals(RandOperation.COUNT, weights.size());
        for (RandOperation operation : RandOperation.values()) {
            assertEquals(weights.get(operation.label()).getAsDouble(), operation.weight());
        }
    }

    @Test
    void readsTheNotation() {
        assertEquals(
                new RandPolicy(9, 2, 0.5, 0.5, 10, true, false),
                RandPolicy.parse("rand-m9-mstd0.5-inc1"));
        assertEquals(new RandPolicy(10, 2, 0.5, 0, 10, false, false), RandPolicy.parse("rand"));
        assertEquals(
                new RandPolicy(7, 3, 0.25, Double.POSITIVE_INFINITY, 12, false, false),
                RandPolicy.parse("rand-p0.25-mmax12-mstd101-n3-m7-inc0"));
        assertEquals(
                new RandPolicy(10, 2, 0.5, 1, 10, true, true),
                RandPolicy.parse("rand-mstd1-tweights"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rand-m9-msdt0.5 | 'msdt0.5' is unknown; did you mean mstd0.5?",
                "rand-m9-incc1 | did you mean inc1?",
                "rand-t3a | 't3a' is unknown; known parts are m9, n2, p0.5",
                "rand-x | 'x' is unknown; known parts are m9",
                "rand-9 | '9' is unknown",
                "rand- | '' is unknown",
                "rand-m9.5 | 'm9.5' needs a whole number from 0 on",
                "rand-m | needs a whole number",
                "rand-m9-m8 | gives m a second time",
                "rand-m11 | above the upper bound of 10; raise the bound with mmax11",
                "rand-mmax0 | whole number from 1 on",
                "rand-n0 | from 1 to 15",
                "rand-n16 | from 1 to 15",
                "rand-p1.5 | a number from 0 to 1.0",
                "rand-mstd1.2.3 | a number from 0 on",
                "rand-inc2 | from 0 to 1",
                "rand-tweights2 | 'tweights2' is unknown; did you mean tweights?",
                "Rand-m9 | expected none, trivial, rand-m9-mstd0.5-inc1",
                "triviall | did you mean trivial?",
                "randaugment | expected none, trivial",
                "'' | expected none, trivial",
            })
    void refusesWhatItDoesNotKnow(String text, String words) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> parse(text)).getMessage();
        assertTrue(message.contains(words), message);
        assertTrue(message.contains("'" + text + "'"), message);
    }

    private static Augmentation parse(String text) {
        return OperationPolicy.parse(text, CUBIC, new Fill(124, 116, 104)).orElseThrow();
    }

    private static RandAugment rand(String text) {
        return (RandAugment) parse(text);
    }

    @Test
    void officialPolicyHasTheDefinedDistribution() {
        RandAugment policy = rand("rand-m9-mstd0.5-inc1");
        Map<String, List<Double>> drawn = new HashMap<>();
        int[] lengths = new int[3];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < DRAWS; i++) {
            List<Step> steps = policy.draw(random);
            lengths[steps.size()]++;
            for (Step step : steps) {
                drawn.computeIfAbsent(step.name(), name -> new ArrayList<>()).add(step.value());
            }
        }
        // Two operations with a chance of a half each.
        assertShare(0.25, lengths[0], DRAWS);
        assertShare(0.5, lengths[1], DRAWS);
        assertShare(0.25, lengths[2], DRAWS);
        assertEquals(RandOperation.COUNT, drawn.size());
        int all = lengths[1] + 2 * lengths[2];
        drawn.forEach((name, values) -> assertShare(1.0 / 15, values.size(), all));

        for (String name : List.of("Rotate", "ShearX", "ShearY", "TranslateX", "TranslateY")) {
            double scale = name.equals("Rotate") ? 3 : name.startsWith("S") ? 0.03 : 0.045;
            assertSigned(name, drawn.get(name).stream().map(v -> v / scale).toList());
        }
        for (String name : List.of("Color", "Contrast", "Brightness", "Sharpness")) {
            assertSigned(
                    name,
                    // Factors are at least 0.1, which cuts darkening off at a magnitude of 10.
                    drawn.get(name).stream().map(v -> (v - 1) / 0.09).toList());
        }
        // floor(0.4 m) is 3 for m of 7.5 and above, but 4 for 10, where all above are collected.
        double top = 0.0228;
        List<Double> bits = drawn.get("Posterize");
        assertShare(0.00135, bits.stream().filter(b -> b == 2).count(), bits.size());
        assertTrue(bits.stream().allMatch(b -> b == 0 || b == 1 || b == 2));
        assertShare(top, bits.stream().filter(b -> b == 0).count(), bits.size());
        List<Double> thresholds = drawn.get("Solarize");
        assertShare(top, thresholds.stream().filter(t -> t == 0).count(), thresholds.size());
        assertEquals(256 - 25.6 * 9, mean(thresholds), 1.5);
        assertEquals(11 * 9 - 0.5, mean(drawn.get("SolarizeAdd")), 0.7);
    }

    /** Magnitudes of N(9, 0.5) cut off at 10, with both signs. */
    private static void assertSigned(String name, List<Double> values) {
        long negative = values.stream().filter(v -> v < 0).count();
        assertShare(0.5, negative, values.size());
        List<Double> sizes = values.stream().map(Math::abs).toList();
        double mean = mean(sizes);
        // E and sd of min(N(9, 0.5), 10): 8.99575 and 0.4907.
        assertEquals(8.99575, mean, 5 * 0.4907 / Math.sqrt(sizes.size()), name);
        double square = mean(sizes.stream().map(v -> (v - mean) * (v - mean)).toList());
        assertEquals(0.4907, Math.sqrt(square), 0.03, name);
        assertShare(0.0228, sizes.stream().filter(v -> v > 9.999).count(), sizes.size());
        assertTrue(sizes.stream().allMatch(v -> v < 10.0001), name);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** Within five standard deviations of a binomial. */
    private static void assertShare(double expected, long count, long of) {
        assertEquals(
                expected,
                (double) count / of,
                5 * Math.sqrt(expected * (1 - expected) / of),
                count + " of " + of);
    }

    @Test
    void uniformMagnitudesAndProbability() {
        RandAugment policy = rand("rand-m8-mstd101-p0.2-n1-inc1");
        SplittableRandom random = new SplittableRandom(5);
        List<Double> rotations = new ArrayList<>();
        int applied = 0;
        for (int i = 0; i < DRAWS; i++) {
            for (Step step : policy.draw(random)) {
                applied++;
                if (step.name().equals("Rotate")) {
                    rotations.add(Math.abs(step.value()) / 3);
                }
            }
        }
        assertShare(0.2, applied, DRAWS);
        assertEquals(4, mean(rotations), 5 * 8 / Math.sqrt(12.0 * rotations.size()));
        assertTrue(rotations.stream().allMatch(v -> v >= 0 && v < 8));
    }

    @Test
    void weightedOperationsDoNotRepeat() {
        RandAugment policy = rand("rand-n2-p1-tweights");
        Map<RandOperation, Integer> first = new EnumMap<>(RandOperation.class);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < DRAWS; i++) {
            List<Step> steps = policy.draw(random);
            assertEquals(2, steps.size());
            assertNotEquals(steps.get(0).name(), steps.get(1).name());
            for (RandOperation operation : RandOperation.values()) {
                if (operation.label().equals(steps.get(0).name())) {
                    first.merge(operation, 1, Integer::sum);
                }
            }
        }
        double total = 0;
        for (RandOperation operation : RandOperation.values()) {
            total += operation.weight();
        }
        for (RandOperation operation : RandOperation.values()) {
            assertShare(operation.weight() / total, first.get(operation), DRAWS);
        }
    }

    @Test
    void fixedMagnitudesDrawNothing() {
        RandAugment policy = rand("rand-m9-p1-n1-inc1");
        SplittableRandom random = new SplittableRandom(9);
        HashSet<Double> rotations = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            for (Step step : policy.draw(random)) {
                if (step.name().equals("Rotate")) {
                    rotations.add(step.value());
                }
            }
        }
        assertEquals(Set.of(27.0, -27.0), rotations);
    }

    @Test
    void trivialAugmentHasTheDefinedDistribution() {
        TrivialAugment policy = (TrivialAugment) parse("trivial");
        SplittableRandom random = new SplittableRandom(11);
        Map<String, Map<Double, Integer>> drawn = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            Step step = policy.draw(random);
            drawn.computeIfAbsent(step.name(), name -> new HashMap<>())
                    .merge(step.value(), 1, Integer::sum);
        }
        assertEquals(14, drawn.size());
        drawn.forEach(
                (name, values) ->
                        assertShare(
                                1.0 / 14,
                                values.values().stream().mapToInt(Integer::intValue).sum(),
                                DRAWS));
        // 30 strengths with two signs, and 0, whose signs are the same.
        for (String name : List.of("Rotate", "ShearX", "TranslateY", "Sharpness", "Color")) {
            assertTrue(drawn.get(name).size() == 61 || drawn.get(name).size() == 62, name);
        }
        assertEquals(31, drawn.get("Solarize").size());
        assertEquals(7, drawn.get("Posterize").size());
        assertEquals(1, drawn.get("Equalize").size());
    }

    @Test
    void jitterHasTheDefinedDistribution() {
        ColorJitter jitter = new ColorJitter(0.4, 1.5, 0.2, 0.1);
        SplittableRandom random = new SplittableRandom(13);
        Map<String, List<Double>> drawn = new HashMap<>();
        Map<String, Integer> orders = new HashMap<>();
        int draws = 24_000;
        for (int i = 0; i < draws; i++) {
            StringBuilder order = new StringBuilder();
            for (Step step : jitter.draw(random)) {
                order.append(step.name().charAt(0));
                drawn.computeIfAbsent(step.name(), name -> new ArrayList<>()).add(step.value());
            }
            orders.merge(order.toString(), 1, Integer::sum);
        }
        assertEquals(24, orders.size());
        orders.values().forEach(count -> assertShare(1.0 / 24, count, draws));
        assertUniform(0.6, 1.4, drawn.get("brightness"));
        assertUniform(0, 2.5, drawn.get("contrast"));
        assertUniform(0.8, 1.2, drawn.get("saturation"));
        assertUniform(-0.1, 0.1, drawn.get("hue"));
        assertEquals(List.of(), new ColorJitter(0, 0, 0, 0).draw(random));
    }

    private static void assertUniform(double from, double to, List<Double> values) {
        double width = to - from;
        double error = 5 * width / Math.sqrt(12.0 * values.size());
        double mean = mean(values);
        assertEquals((from + to) / 2, mean, error);
        assertEquals(
                width * width / 12,
                mean(values.stream().map(v -> (v - mean) * (v - mean)).toList()),
                0.02 * width * width);
        assertTrue(values.stream().allMatch(v -> v >= from - 1e-6 && v <= to + 1e-6));
    }

    @Test
    void everyPolicyFollowsTheSeedAndTellsWhatItDid() {
        Picture picture = AugmentPictures.draw("noise", 20, 15);
        for (String name : List.of("rand-m9-mstd0.5-inc1", "trivial")) {
            Augmentation policy = parse(name);
            HashSet<Picture> results = new HashSet<>();
            for (int seed = 0; seed < 40; seed++) {
                List<String> notes = new ArrayList<>();
                Picture plain = policy.apply(picture, new SplittableRandom(seed));
                Picture noted =
                        policy.apply(
                                picture,
                                new SplittableRandom(seed),
                                (format, values) -> notes.add(String.format(format, values)));
                assertEquals(plain, noted);
                assertTrue(plain == picture || !notes.isEmpty(), "no notes: " + name);
                results.add(plain);
            }
            assertTrue(results.size() > 20, name);
        }
    }

    @Test
    void randomFiltersAreBothUsed() {
        RandAugment policy =
                new RandAugment(RandPolicy.parse("rand-m9-p1-n1"), FilterChoice.RANDOM, Fill.BLACK);
        Picture picture = AugmentPictures.draw("noise", 20, 15);
        HashSet<Picture> rotated = new HashSet<>();
        for (int seed = 0; seed < 400; seed++) {
            for (Step step : policy.draw(new SplittableRandom(seed))) {
                if (step.name().equals("Rotate")) {
                    rotated.add(step.change().apply(picture));
                }
            }
        }
        assertEquals(4, rotated.size(), "two signs, two filters");
    }

    @Test
    void refusesNonsense() {
        assertMessage("three values", () -> new Fill(0, 256, 0));
        assertMessage("three values", () -> new Fill(-1, 0, 0));
        assertMessage("brightness -0.1", () -> new ColorJitter(-0.1, 0, 0, 0));
        assertMessage(
                "hue 0.6, expected a value from 0 to 0.5", () -> new ColorJitter(0, 0, 0, 0.6));
        assertMessage("contrast NaN", () -> new ColorJitter(0, Double.NaN, 0, 0));
        Picture picture = AugmentPictures.draw("noise", 3, 3);
        assertMessage(
                "bilinear or bicubic",
                () -> Warp.rotate(picture, 3, Interpolation.LANCZOS, Fill.BLACK));
        assertEquals(new Fill(124, 116, 104), Fill.of(List.of(0.485f, 0.456f, 0.406f)));
    }

    private static void assertMessage(String words, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(words), message);
    }
}
