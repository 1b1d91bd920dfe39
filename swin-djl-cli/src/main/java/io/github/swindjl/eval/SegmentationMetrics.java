// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.data.segment.LabelMap;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.zoo.NonFiniteException;
import io.github.swindjl.zoo.Segmenter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Counts pixels by true and predicted class, on the device that predicted them. Owns its memory
 * until closed. Not thread-safe.
 */
public final class SegmentationMetrics implements AutoCloseable {

    private final List<String> labels;
    private final NDManager manager;
    private final Kernel count;
    private final NDArray counts;
    private long pictures;

    /**
     * Begins with no picture.
     *
     * @param labels the classes' names
     * @param parent a manager on the device
     */
    public SegmentationMetrics(List<String> labels, NDManager parent) {
        this.labels = List.copyOf(labels);
        manager = parent.newSubManager();
        int classes = labels.size();
        count = Kernel.of(SegmentationMetrics.class, "count_pixels.py", Map.of("classes", classes));
        counts = manager.zeros(new Shape((long) classes * classes + 2), DataType.INT64);
    }

    /**
     * Counts a picture, without waiting for the device.
     *
     * @param truth its labels; ignored pixels do not count
     * @param predicted (height, width), uint8: what was predicted for each pixel, a class's index,
     *     or {@link Segmenter#UNKNOWN}
     * @throws IllegalArgumentException if the sizes differ or a true label is no class
     */
    public void add(LabelMap truth, NDArray predicted) {
        byte[] actual = truth.labels();
        if (actual.length != predicted.size()) {
            throw new IllegalArgumentException(
                    predicted.size() + " predictions for " + actual.length + " pixels");
        }
        for (byte label : actual) {
            int index = label & 0xFF;
            if (index >= labels.size() && index != LabelMap.IGNORED) {
                throw new IllegalArgumentException(
                        "Label " + index + " is none of the " + labels.size() + " classes.");
            }
        }
        try (NDManager temporary = manager.newSubManager()) {
            NDArray sent = Transfers.send(temporary, actual, predicted.getShape());
            count.update(temporary, counts, sent, predicted);
        }
        pictures++;
    }

    /**
     * Returns what was counted so far. Waits for the device.
     *
     * @return the result, which later pictures do not change
     * @throws NonFiniteException if nothing was predicted for a labelled pixel
     */
    public SegmentationResult result() {
        double[] read = Transfers.doubles(List.of(counts));
        int classes = labels.size();
        if (read[classes * classes + 1] > 0) {
            throw new NonFiniteException(
                    String.format(
                            Locale.ROOT,
                            "The logits of %.0f pixels are NaN or infinite",
                            read[classes * classes + 1]));
        }
        ConfusionMatrix confusion = new ConfusionMatrix(classes);
        for (int cell = 0; cell < classes * classes; cell++) {
            confusion.add(cell / classes, cell % classes, (long) read[cell]);
        }
        return new SegmentationResult(labels, confusion, pictures);
    }

    @Override
    public void close() {
        manager.close();
    }
}
