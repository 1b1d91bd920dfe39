// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import io.github.swindjl.data.segment.LabelMap;
import java.util.List;

/** Counts pixels by true and predicted class. Not thread-safe. */
public final class SegmentationMetrics {

    private final List<String> labels;
    private final ConfusionMatrix confusion;
    private long pictures;

    /**
     * Begins with no picture.
     *
     * @param labels the classes' names
     */
    public SegmentationMetrics(List<String> labels) {
        this.labels = List.copyOf(labels);
        confusion = new ConfusionMatrix(labels.size());
    }

    /**
     * Counts a picture.
     *
     * @param truth its labels; ignored pixels do not count
     * @param predicted what was predicted for each pixel, unsigned, rows from top to bottom
     * @throws IllegalArgumentException if the sizes differ or a label is no class
     */
    public void add(LabelMap truth, byte[] predicted) {
        byte[] actual = truth.labels();
        if (actual.length != predicted.length) {
            throw new IllegalArgumentException(
                    predicted.length + " predictions for " + actual.length + " pixels");
        }
        int side = LabelMap.IGNORED + 1;
        long[] counts = new long[side * side];
        for (int i = 0; i < actual.length; i++) {
            counts[(actual[i] & 0xFF) * side + (predicted[i] & 0xFF)]++;
        }
        for (int cell = 0; cell < counts.length; cell++) {
            if (counts[cell] > 0 && cell / side != LabelMap.IGNORED) {
                confusion.add(cell / side, cell % side, counts[cell]);
            }
        }
        pictures++;
    }

    /**
     * Returns what was counted so far.
     *
     * @return the result, which later pictures do not change
     */
    public SegmentationResult result() {
        return new SegmentationResult(labels, confusion.copy(), pictures);
    }
}
