// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.data.MixPlan.Box;
import io.github.swindjl.data.MixPlan.Mix;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MixupTest {

    private static final int DRAWS = 20_000;

    private static Mixup official(Mixup.Mode mode) {
        return new Mixup(0.8, 1, List.of(), 1, 0.5, mode);
    }

    private static double lambda(Box box, int height, int width) {
        return 1
                - (box.bottom() - box.top())
                        * (box.right() - box.left())
                        / (double) (height * width);
    }

    @Test
    void boxesEqualTimm() throws IOException {
        JsonArray boxes =
                JsonParser.parseString(
                                Files.readString(TestData.file("goldens/augment/mixing.json")))
                        .getAsJsonObject()
                        .getAsJsonArray("boxes");
        assertTrue(boxes.size() > 100);
        for (JsonElement element : boxes) {
            JsonArray row = element.getAsJsonArray();
            int height = row.get(0).getAsInt();
            int width = row.get(1).getAsInt();
            Box box =
                    Mixup.box(
                            height,
                            width,
                            row.get(2).getAsDouble(),
                            row.get(3).getAsInt(),
                            row.get(4).getAsInt());
            Box expected =
                    new Box(
                            row.get(5).getAsInt(),
                            row.get(6).getAsInt(),
                            row.get(7).getAsInt(),
                            row.get(8).getAsInt());
            assertEquals(expected, box, row.toString());
            assertEquals(row.get(9).getAsDouble(), lambda(box, height, width), row.toString());
        }
    }

    @Test
    void batchesAreMixedAlike() {
        for (int seed = 0; seed < 50; seed++) {
            MixPlan plan = official(Mixup.Mode.BATCH).draw(6, 32, 32, seed);
            assertEquals(6, plan.mixes().size());
            assertEquals(1, new HashSet<>(plan.mixes()).size());
            assertEquals(plan, official(Mixup.Mode.BATCH).draw(6, 32, 32, seed));
            assertNotEquals(plan, official(Mixup.Mode.BATCH).draw(6, 32, 32, seed + 1000));
        }
    }

    @Test
    void partnersShareAMixInPairs() {
        MixPlan plan = official(Mixup.Mode.PAIR).draw(8, 32, 32, 1);
        for (int i = 0; i < 8; i++) {
            assertEquals(plan.mixes().get(i), plan.mixes().get(plan.partner(i)));
            assertEquals(7 - i, plan.partner(i));
        }
        assertEquals(4, new HashSet<>(plan.mixes()).size());
        assertEquals(8, new HashSet<>(official(Mixup.Mode.ELEM).draw(8, 32, 32, 1).mixes()).size());
    }

    @Test
    void tellsPartnersAndWeights() {
        MixPlan plan =
                new MixPlan(
                        List.of(
                                new Mix(0.25, Optional.empty()),
                                new Mix(0.5, Optional.of(new Box(0, 1, 0, 1)))));
        assertArrayEquals(new int[] {9, 4}, plan.partnerLabels(new int[] {4, 9}));
        assertArrayEquals(new float[] {0.25f, 0.5f}, plan.lambdas());
        assertEquals(0.25, plan.mixes().get(0).pixelWeight());
        assertEquals(1, plan.mixes().get(1).pixelWeight());
    }

    @Test
    void lambdaOfMixupIsBetaDistributed() {
        for (double alpha : new double[] {0.1, 0.8, 1, 3}) {
            Mixup mixup = new Mixup(alpha, 0, List.of(), 1, 0.5, Mixup.Mode.BATCH);
            double mean = 0;
            double square = 0;
            double fourth = 0;
            for (int i = 0; i < DRAWS; i++) {
                Mix mix = mixup.draw(2, 8, 8, i).mixes().get(0);
                assertTrue(mix.box().isEmpty() && mix.lambda() >= 0 && mix.lambda() <= 1);
                double centred = mix.lambda() - 0.5;
                mean += centred / DRAWS;
                square += centred * centred / DRAWS;
                fourth += Math.pow(centred, 4) / DRAWS;
            }
            // Moments of Beta(a, a); kurtosis 3 - 6 / (2a + 3).
            double variance = 1 / (4 * (2 * alpha + 1));
            double kurtosis = 3 - 6 / (2 * alpha + 3);
            assertEquals(0, mean, 5 * Math.sqrt(variance / DRAWS), "alpha " + alpha);
            assertEquals(
                    variance,
                    square,
                    5 * variance * Math.sqrt((kurtosis - 1) / DRAWS),
                    "alpha " + alpha);
            assertEquals(kurtosis, fourth / (square * square), 0.1, "alpha " + alpha);
        }
    }

    @Test
    void switchesAndSkipsAsOftenAsAsked() {
        Mixup mixup = new Mixup(0.8, 1, List.of(), 0.7, 0.3, Mixup.Mode.ELEM);
        int none = 0;
        int cut = 0;
        List<Mix> mixes = mixup.draw(DRAWS, 32, 32, 4).mixes();
        for (Mix mix : mixes) {
            none += mix.equals(Mix.NONE) ? 1 : 0;
            cut += mix.box().isPresent() ? 1 : 0;
        }
        assertEquals(0.3, (double) none / DRAWS, 5 * Math.sqrt(0.21 / DRAWS));
        assertEquals(0.21, (double) cut / DRAWS, 5 * Math.sqrt(0.21 * 0.79 / DRAWS));
    }

    @Test
    void lambdaOfCutmixIsTheAreaLeft() {
        Mixup cutmix = new Mixup(0, 1, List.of(), 1, 0.5, Mixup.Mode.ELEM);
        double mean = 0;
        for (Mix mix : cutmix.draw(DRAWS, 224, 192, 5).mixes()) {
            assertEquals(lambda(mix.box().orElseThrow(), 224, 192), mix.lambda());
            mean += mix.lambda() / DRAWS;
        }
        // Unclipped boxes would cover a half on average; clipping leaves (1 - r/4)^2 of each.
        double covered = 0;
        int steps = 10_000;
        for (int i = 0; i < steps; i++) {
            double side = Math.sqrt((i + 0.5) / steps);
            covered += side * side * (1 - side / 4) * (1 - side / 4) / steps;
        }
        assertEquals(1 - covered, mean, 0.01);
    }

    @Test
    void sidesAreDrawnOnRequest() {
        Mixup cutmix = new Mixup(0, 1, List.of(0.2, 0.5), 1, 0.5, Mixup.Mode.ELEM);
        HashSet<Integer> heights = new HashSet<>();
        for (Mix mix : cutmix.draw(DRAWS, 20, 40, 6).mixes()) {
            Box box = mix.box().orElseThrow();
            heights.add(box.bottom() - box.top());
            int width = box.right() - box.left();
            assertTrue(width >= 8 && width < 20 && box.left() >= 0 && box.right() <= 40);
            assertEquals(lambda(box, 20, 40), mix.lambda());
        }
        assertEquals(new HashSet<>(List.of(4, 5, 6, 7, 8, 9)), heights);
        assertEquals(
                2,
                new Mixup(0, 1, List.of(0.2, 0.5), 1, 0.5, Mixup.Mode.ELEM)
                        .draw(2, 1, 1, 0)
                        .mixes()
                        .size());
    }

    @Test
    void refusesNonsense() {
        assertMessage("even batch size", () -> official(Mixup.Mode.BATCH).draw(7, 8, 8, 0));
        assertMessage("nothing is mixed", () -> mixup(0, 0, 1, List.of()));
        assertMessage("Mixup's alpha -1.0", () -> mixup(-1, 0, 1, List.of()));
        assertMessage("a probability of 1.5", () -> mixup(1, 0, 1.5, List.of()));
        assertMessage("CutMix's sides [0.5, 0.2]", () -> mixup(1, 1, 1, List.of(0.5, 0.2)));
        assertMessage("CutMix's sides [0.2, 0.5]", () -> mixup(1, 0, 1, List.of(0.2, 0.5)));
    }

    private static Mixup mixup(double mixup, double cutmix, double chance, List<Double> sides) {
        return new Mixup(mixup, cutmix, sides, chance, 0.5, Mixup.Mode.BATCH);
    }

    private static void assertMessage(String words, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(words), message);
    }
}
