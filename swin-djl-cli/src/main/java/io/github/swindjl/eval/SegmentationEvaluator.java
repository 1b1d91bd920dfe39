// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import ai.djl.ndarray.NDArray;
import io.github.swindjl.data.segment.LabelledPicture;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.zoo.Segmenter;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Compares what a network says about the pixels of a set with their labels, on the device, of which
 * only counts are read in the end. For one thread.
 */
public final class SegmentationEvaluator {

    private final Segmenter segmenter;

    /** Sees every picture with its prediction. */
    @FunctionalInterface
    public interface Observer {

        /**
         * Hears of a picture.
         *
         * @param index the picture's index in the set
         * @param truth the picture with its labels
         * @param predicted reads the predicted label of each pixel, unsigned, which waits for the
         *     device; serves during this call only
         */
        void labelled(int index, LabelledPicture truth, Supplier<byte[]> predicted);
    }

    /**
     * Creates an evaluator.
     *
     * @param segmenter what labels the pictures
     */
    public SegmentationEvaluator(Segmenter segmenter) {
        this.segmenter = segmenter;
    }

    /**
     * Evaluates on the pictures of one part.
     *
     * @param data the pictures, with the network's classes
     * @param shard the part
     * @param observer hears of each picture, when the device has been told to label it
     * @return what was counted
     * @throws IOException if a picture or its mask cannot be used
     */
    public SegmentationResult run(SegmentationFolder data, Shard shard, Observer observer)
            throws IOException {
        try (SegmentationMetrics metrics =
                new SegmentationMetrics(data.rules().palette().names(), segmenter.manager())) {
            for (int i = 0; i < data.size(); i++) {
                if (shard.contains(i)) {
                    LabelledPicture sample = data.read(i);
                    try (NDArray predicted = segmenter.map(sample.picture())) {
                        metrics.add(sample.labels(), predicted);
                        observer.labelled(i, sample, () -> Transfers.bytes(predicted));
                    }
                }
            }
            return metrics.result();
        }
    }
}
