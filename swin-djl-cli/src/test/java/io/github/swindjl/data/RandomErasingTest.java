// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.zoo.image.Interpolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomErasingTest {

    private static final RandomErasing.Mode PIXEL = RandomErasing.Mode.PIXEL;
    private static final int DRAWS = 40_000;

    @TempDir private Path folder;

    private static RandomErasing erasing(double probability, RandomErasing.Mode mode, int boxes) {
        return new RandomErasing(probability, 0.02, 1.0 / 3, 0.3, 1 / 0.3, mode, boxes);
    }

    private static JsonObject statistics() throws IOException {
        return JsonParser.parseString(
                        Files.readString(TestData.file("goldens/augment/statistics.json")))
                .getAsJsonObject();
    }

    /**
     * Compares quantiles of two samples: at each of timm's quantiles the share of our draws below
     * it has to be the quantile's, within five standard errors of both samples together.
     */
    private static void assertQuantiles(
            String name, JsonArray levels, JsonArray values, double[] drawn) {
        for (int i = 0; i < levels.size(); i++) {
            double level = levels.get(i).getAsDouble();
            double value = values.get(i).getAsDouble();
            double below = Arrays.stream(drawn).filter(v -> v < value).count();
            double upTo = Arrays.stream(drawn).filter(v -> v <= value).count();
            double error = 5 * Math.sqrt(2 * level * (1 - level) / drawn.length);
            assertTrue(
                    below / drawn.length <= level + error && upTo / drawn.length >= level - error,
                    name + " at " + level + ": " + below + " to " + upTo);
        }
    }

    @Test
    void erasesAsOftenAndAsMuchAsTimm() throws IOException {
        JsonObject golden = statistics();
        SplittableRandom random = new SplittableRandom(1);
        RandomErasing erasing = erasing(0.25, RandomErasing.Mode.CONST, 1);
        double[] pixels = new double[DRAWS];
        int count = 0;
        for (int i = 0; i < DRAWS; i++) {
            for (Erasure part : erasing.draw(i, 64, 64, random)) {
                pixels[count++] = part.height() * part.width();
                assertEquals(i, part.sample());
                assertTrue(part.height() < 64 && part.width() < 64);
                assertTrue(part.top() >= 0 && part.top() + part.height() <= 64);
                assertTrue(part.left() >= 0 && part.left() + part.width() <= 64);
            }
        }
        double share = golden.get("erasedShare").getAsDouble();
        assertEquals(share, (double) count / DRAWS, 5 * Math.sqrt(2 * 0.25 * 0.75 / DRAWS));
        assertQuantiles(
                "erased pixels",
                golden.getAsJsonArray("quantiles"),
                golden.getAsJsonArray("erasedPixels64x64"),
                Arrays.copyOf(pixels, count));
    }

    @Test
    void cropsAsTimmDoes() throws IOException {
        JsonObject golden = statistics();
        RandomResizedCrop crop =
                RandomResizedCrop.imagenet(8, FilterChoice.of(Interpolation.BICUBIC));
        SplittableRandom random = new SplittableRandom(2);
        double[][] drawn = new double[4][DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            RandomResizedCrop.Box box = crop.draw(500, 375, random);
            drawn[0][i] = box.y();
            drawn[1][i] = box.x();
            drawn[2][i] = box.height();
            drawn[3][i] = box.width();
        }
        List<String> names = List.of("top", "left", "height", "width");
        for (int i = 0; i < names.size(); i++) {
            assertQuantiles(
                    names.get(i),
                    golden.getAsJsonArray("quantiles"),
                    golden.getAsJsonObject("crop500x375").getAsJsonArray(names.get(i)),
                    drawn[i]);
        }
    }

    @Test
    void fillsAsTheModeSays() {
        SplittableRandom random = new SplittableRandom(3);
        Erasure constant = erasing(1, RandomErasing.Mode.CONST, 1).draw(0, 32, 32, random).get(0);
        assertArrayEquals(new float[3], constant.values());
        assertFalse(constant.perPixel());
        Erasure colour = erasing(1, RandomErasing.Mode.RAND, 1).draw(0, 32, 32, random).get(0);
        assertEquals(3, colour.values().length);
        assertFalse(colour.perPixel());
        double sum = 0;
        double square = 0;
        long count = 0;
        for (int i = 0; i < 400; i++) {
            for (Erasure noise : erasing(1, PIXEL, 1).draw(0, 32, 32, random)) {
                assertTrue(noise.perPixel());
                assertEquals(3 * noise.height() * noise.width(), noise.values().length);
                for (float value : noise.values()) {
                    sum += value;
                    square += value * value;
                    count++;
                }
            }
        }
        assertEquals(0, sum / count, 5 / Math.sqrt(count));
        assertEquals(1, square / count, 5 * Math.sqrt(2.0 / count));
    }

    @Test
    void boxesShareTheArea() {
        SplittableRandom random = new SplittableRandom(4);
        int[] counts = new int[4];
        double[] areas = new double[4];
        for (int i = 0; i < DRAWS; i++) {
            List<Erasure> parts = erasing(1, RandomErasing.Mode.CONST, 3).draw(0, 64, 64, random);
            counts[parts.size()]++;
            for (Erasure part : parts) {
                areas[parts.size()] += part.height() * part.width();
            }
        }
        for (int boxes = 1; boxes <= 3; boxes++) {
            assertEquals(1.0 / 3, (double) counts[boxes] / DRAWS, 0.015);
        }
        assertEquals(1, areas[3] / counts[3] / (areas[1] / counts[1]), 0.03);
    }

    @Test
    void tinyPicturesAreLeftAlone() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 100; i++) {
            assertEquals(List.of(), erasing(1, PIXEL, 2).draw(0, 1, 1, random));
        }
    }

    @Test
    void theLoaderHandsOutErasuresWithTheirPictures() throws IOException {
        Pictures.writeSplit(folder.resolve("train"), 5, "a", "b");
        PictureSource data = PictureSets.open(folder, "train");
        List<List<Erasure>> one = load(data, 1, 0);
        assertEquals(sum(one), sum(load(data, 3, 0)));
        assertEquals(sum(one.subList(1, 3)), sum(load(data, 2, 4)));
        assertEquals(3, one.size());
        List<Integer> samples = one.get(0).stream().map(Erasure::sample).toList();
        assertTrue(samples.size() >= 2 && samples.stream().allMatch(i -> i >= 0 && i < 4));
        assertEquals(samples.stream().sorted().toList(), samples);
    }

    private static List<List<Erasure>> load(PictureSource data, int workers, int start)
            throws IOException {
        List<List<Erasure>> batches = new ArrayList<>();
        try (ImageLoader loader =
                new ImageLoader(
                        data,
                        EpochOrder.sequential(10),
                        start,
                        Augmentation.of(List.of()),
                        Optional.of(erasing(0.9, PIXEL, 1)),
                        8,
                        new ImageLoader.Options(4, 8, 8, workers, 2, false))) {
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next()) {
                    batches.add(batch.erasures());
                }
            }
        }
        return batches;
    }

    /** Arrays do not compare, their texts do. */
    private static List<String> sum(List<List<Erasure>> batches) {
        return batches.stream()
                .flatMap(List::stream)
                .map(
                        part ->
                                List.of(part.sample(), part.top(), part.left(), part.height())
                                        + Arrays.toString(part.values()))
                .toList();
    }

    @Test
    void refusesNonsense() {
        assertMessage("probability 1.5", () -> erasing(1.5, PIXEL, 1));
        assertMessage("number of boxes 0", () -> erasing(1, PIXEL, 0));
        assertMessage("least area 0.0", () -> new RandomErasing(1, 0, 1, 1, 1, PIXEL, 1));
        assertMessage("greatest area 1.1", () -> new RandomErasing(1, 1, 1.1, 1, 1, PIXEL, 1));
        assertMessage("least aspect 2.0", () -> new RandomErasing(1, 1, 1, 2, 1, PIXEL, 1));
    }

    private static void assertMessage(String words, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(words), message);
    }
}
