// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.data.segment.LabelMap;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.zoo.NonFiniteException;
import io.github.swindjl.zoo.Segmenter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The definitions against mmsegmentation's formulas, and shards against the whole. */
class SegmentationMetricsTest {

    @TempDir private Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray sent(byte[] labels, int height, int width) {
        return Transfers.send(manager, labels, new Shape(height, width));
    }

    private static byte[] bytes(JsonArray numbers, int minus) {
        byte[] bytes = new byte[numbers.size()];
        for (int i = 0; i < bytes.length; i++) {
            int value = numbers.get(i).getAsInt();
            boolean ignored = value == LabelMap.IGNORED || value - minus < 0;
            bytes[i] = (byte) (ignored ? LabelMap.IGNORED : value - minus);
        }
        return bytes;
    }

    private static void assertRatio(JsonElement expected, double found, String what) {
        double value = expected.isJsonNull() ? Double.NaN : expected.getAsDouble();
        assertEquals(value, found, 1e-12, what);
    }

    @Test
    void ratiosEqualTheReferenceWithIgnoredPixelsAndAbsentClasses() throws IOException {
        JsonArray cases =
                JsonParser.parseString(
                                Files.readString(TestData.file("goldens/segment/metrics.json")))
                        .getAsJsonObject()
                        .getAsJsonArray("cases");
        boolean absent = false;
        for (JsonElement element : cases) {
            JsonObject one = element.getAsJsonObject();
            int classes = one.get("classes").getAsInt();
            int minus = one.get("reduce_zero_label").getAsBoolean() ? 1 : 0;
            SegmentationMetrics metrics =
                    new SegmentationMetrics(
                            IntStream.range(0, classes).mapToObj(i -> "c" + i).toList(), manager);
            byte[] truth = bytes(one.getAsJsonArray("stored"), minus);
            metrics.add(
                    new LabelMap(truth.length, 1, truth),
                    sent(bytes(one.getAsJsonArray("prediction"), 0), 1, truth.length));
            SegmentationResult result = metrics.result();
            for (int i = 0; i < classes; i++) {
                JsonElement iou = one.getAsJsonArray("iou").get(i);
                absent |= iou.isJsonNull();
                assertRatio(iou, result.iou(i), "iou " + i);
                assertRatio(one.getAsJsonArray("acc").get(i), result.accuracy(i), "acc " + i);
            }
            assertRatio(one.get("miou"), result.meanIou(), "mIoU");
            assertRatio(one.get("macc"), result.meanAccuracy(), "mAcc");
            assertRatio(one.get("aacc"), result.pixelAccuracy(), "aAcc");
        }
        assertTrue(absent, "no case with a class that is absent altogether");
    }

    private SegmentationResult random(int from, int to) {
        SegmentationMetrics metrics = new SegmentationMetrics(List.of("a", "b", "c"), manager);
        for (int picture = from; picture < to; picture++) {
            SplittableRandom random = new SplittableRandom(picture);
            byte[] truth = new byte[50];
            byte[] predicted = new byte[50];
            for (int i = 0; i < 50; i++) {
                truth[i] = (byte) (random.nextInt(5) == 0 ? 255 : random.nextInt(3));
                predicted[i] = (byte) random.nextInt(3);
            }
            metrics.add(new LabelMap(10, 5, truth), sent(predicted, 5, 10));
        }
        return metrics.result();
    }

    @Test
    void countingDoesNotWaitAndReadsOnce() {
        long before = Transfers.waits();
        try (SegmentationMetrics metrics =
                new SegmentationMetrics(List.of("a", "b", "c"), manager)) {
            LabelMap truth = new LabelMap(2, 2, new byte[] {0, 2, (byte) 255, 1});
            for (int picture = 0; picture < 3; picture++) {
                metrics.add(truth, sent(new byte[] {0, 1, 2, 1}, 2, 2));
            }
            assertEquals(0, Transfers.waits() - before);
            SegmentationResult result = metrics.result();
            assertEquals(1, Transfers.waits() - before);
            assertEquals(
                    List.of(
                            new ConfusionMatrix.Cell(0, 0, 3),
                            new ConfusionMatrix.Cell(1, 1, 3),
                            new ConfusionMatrix.Cell(2, 1, 3)),
                    result.confusion().cells());
            assertEquals(3, result.pictures());
        }
    }

    @Test
    void pixelsWithoutAPredictionAreBadInputUnlessTheyHaveNoLabel() {
        byte unknown = (byte) Segmenter.UNKNOWN;
        try (SegmentationMetrics metrics = new SegmentationMetrics(List.of("a", "b"), manager)) {
            LabelMap truth = new LabelMap(2, 1, new byte[] {1, (byte) LabelMap.IGNORED});
            metrics.add(truth, sent(new byte[] {0, unknown}, 1, 2));
            assertEquals(1, metrics.result().confusion().total());
            metrics.add(truth, sent(new byte[] {unknown, 0}, 1, 2));
            NonFiniteException e = assertThrows(NonFiniteException.class, metrics::result);
            assertTrue(e.getMessage().contains("logits of 1 pixels"), e.getMessage());
        }
    }

    @Test
    void otherSizesAndUnknownLabelsAreRefused() {
        SegmentationMetrics metrics = new SegmentationMetrics(List.of("a", "b"), manager);
        NDArray predicted = sent(new byte[2], 1, 2);
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.add(new LabelMap(3, 1, new byte[3]), predicted));
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.add(new LabelMap(2, 1, new byte[] {0, 2}), predicted));
        assertEquals(0, metrics.result().confusion().total());
    }

    private static SegmentationRun run(String model, int shard, SegmentationResult result) {
        return new SegmentationRun(Map.of("model", model), 2, new TreeSet<>(Set.of(shard)), result);
    }

    @Test
    void shardsThroughFilesAddUpToTheWhole() throws IOException {
        Path one = folder.resolve("1.json");
        Path two = folder.resolve("2.json");
        run("m", 1, random(0, 4)).write(one);
        run("m", 2, random(4, 9)).write(two);
        assertTrue(SegmentationRun.isAt(one));
        SegmentationRun sum = SegmentationRun.read(two).merge(SegmentationRun.read(one));
        assertEquals(random(0, 9), sum.result());
        assertEquals(2, sum.shards().size());
        assertThrows(IllegalArgumentException.class, () -> sum.merge(run("m", 1, random(0, 4))));
        assertThrows(
                IllegalArgumentException.class,
                () -> run("m", 1, random(0, 4)).merge(run("other", 2, random(4, 9))));
    }
}
