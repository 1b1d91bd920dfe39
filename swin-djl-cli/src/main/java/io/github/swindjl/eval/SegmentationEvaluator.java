// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import io.github.swindjl.data.segment.LabelledPicture;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.zoo.Segmenter;
import java.io.IOException;

/** Compares what a network says about the pixels of a set with their labels. For one thread. */
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
         * @param predicted the predicted label of each pixel, unsigned
         */
        void labelled(int index, LabelledPicture truth, byte[] predicted);
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
     * @param observer hears of each picture
     * @return what was counted
     * @throws IOException if a picture or its mask cannot be used
     */
    public SegmentationResult run(SegmentationFolder data, Shard shard, Observer observer)
            throws IOException {
        SegmentationMetrics metrics = new SegmentationMetrics(data.rules().palette().names());
        for (int i = 0; i < data.size(); i++) {
            if (shard.contains(i)) {
                LabelledPicture sample = data.read(i);
                byte[] predicted = segmenter.labels(sample.picture());
                metrics.add(sample.labels(), predicted);
                observer.labelled(i, sample, predicted);
            }
        }
        return metrics.result();
    }
}
