// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well pixels were labelled, from exact counts over a whole set, with mmsegmentation's
 * definitions. Never changes; may be read from any thread.
 *
 * @param labels the classes' names
 * @param confusion pixels by true and predicted class, without those whose label is ignored
 * @param pictures number of pictures
 */
public record SegmentationResult(List<String> labels, ConfusionMatrix confusion, long pictures) {

    /**
     * Copies the names.
     *
     * @throws IllegalArgumentException if there is not a name for each class
     */
    public SegmentationResult {
        labels = List.copyOf(labels);
        if (labels.size() != confusion.classes()) {
            throw new IllegalArgumentException(
                    labels.size() + " names for " + confusion.classes() + " classes");
        }
    }

    /**
     * Returns the pixels of a class that were labelled so, by those that are of the class or were
     * labelled so.
     *
     * @param index index of the class
     * @return between 0 and 1; NaN if the class neither occurs nor was predicted
     */
    public double iou(int index) {
        long both = confusion.count(index, index);
        return (double) both / (confusion.predicted(index) + confusion.support(index) - both);
    }

    /**
     * Returns the share of a class's pixels that were labelled so.
     *
     * @param index index of the class
     * @return between 0 and 1; NaN if the class does not occur
     */
    public double accuracy(int index) {
        return confusion.recall(index);
    }

    /**
     * Returns the mean of {@link #iou} over the classes that have one.
     *
     * @return between 0 and 1; NaN without pixels
     */
    public double meanIou() {
        return mean(this::iou);
    }

    /**
     * Returns the mean of {@link #accuracy} over the classes that have one.
     *
     * @return between 0 and 1; NaN without pixels
     */
    public double meanAccuracy() {
        return mean(this::accuracy);
    }

    /**
     * Returns the share of all labelled pixels that were labelled right.
     *
     * @return between 0 and 1; NaN without pixels
     */
    public double pixelAccuracy() {
        return (double) confusion.correct() / confusion.total();
    }

    private double mean(IntToDoubleFunction ratio) {
        return IntStream.range(0, labels.size())
                .mapToDouble(ratio)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }

    /**
     * Adds what was counted on other pictures.
     *
     * @param other a result for the same classes
     * @return the result over both
     * @throws IllegalArgumentException if the classes differ
     */
    public SegmentationResult merge(SegmentationResult other) {
        if (!labels.equals(other.labels)) {
            throw new IllegalArgumentException("The results are of different classes");
        }
        ConfusionMatrix sum = confusion.copy();
        sum.add(other.confusion);
        return new SegmentationResult(labels, sum, pictures + other.pictures);
    }
}
