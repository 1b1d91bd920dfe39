// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import io.github.swindjl.zoo.image.FitBox;
import java.util.List;

/**
 * How a picture of any size is labelled, in mmsegmentation's terms. Immutable, thread-safe.
 *
 * @param box where the picture is fitted at scale 1
 * @param scales factors of the box; with several passes, their probabilities are averaged
 * @param flip whether each scale also sees the mirror image
 * @param crop side of the windows that look at a part each; 0 looks at the whole picture
 * @param stride distance of the windows, at most their side; 0 where there are none
 */
public record InferenceProtocol(
        FitBox box, List<Double> scales, boolean flip, int crop, int stride) {

    /** The scales of the published multi-scale results. */
    public static final List<Double> PUBLISHED_SCALES = List.of(0.5, 0.75, 1.0, 1.25, 1.5, 1.75);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if there is no scale, or the windows leave gaps
     */
    public InferenceProtocol {
        scales = List.copyOf(scales);
        if (scales.isEmpty() || scales.stream().anyMatch(scale -> !(scale > 0))) {
            throw new IllegalArgumentException("Scales " + scales + ", expected some above 0");
        }
        if (crop < 0 || (crop == 0 ? stride != 0 : stride < 1 || stride > crop)) {
            throw new IllegalArgumentException(
                    "Windows of "
                            + crop
                            + " pixels every "
                            + stride
                            + ", expected a stride from 1 to the window's side");
        }
    }

    /**
     * Returns the protocol of the published single-scale results.
     *
     * @param box where the picture is fitted
     * @return one pass over the whole picture
     */
    public static InferenceProtocol whole(FitBox box) {
        return new InferenceProtocol(box, List.of(1.0), false, 0, 0);
    }

    /**
     * Returns this protocol at the published scales, each also mirrored.
     *
     * @return twelve passes
     */
    public InferenceProtocol multiScale() {
        return new InferenceProtocol(box, PUBLISHED_SCALES, true, crop, stride);
    }

    /**
     * Returns this protocol with windows.
     *
     * @param side side of a window
     * @param distance distance of windows
     * @return the protocol
     */
    public InferenceProtocol slide(int side, int distance) {
        return new InferenceProtocol(box, scales, flip, side, distance);
    }
}
