// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.data.Erasure;
import io.github.swindjl.data.MixPlan;
import io.github.swindjl.data.MixPlan.Box;
import io.github.swindjl.data.MixPlan.Mix;
import java.util.List;
import java.util.Optional;

/** What happens to a batch of normalised pictures of shape (N, 3, H, W), on its device. */
final class BatchAugmenter {

    private static final int CHANNELS = 3;

    private BatchAugmenter() {}

    /** Overwrites parts of pictures, in place. */
    static void erase(NDArray batch, List<Erasure> erasures) {
        for (Erasure part : erasures) {
            Shape shape =
                    part.perPixel()
                            ? new Shape(1, CHANNELS, part.height(), part.width())
                            : new Shape(1, CHANNELS, 1, 1);
            Shape whole = new Shape(1, CHANNELS, part.height(), part.width());
            try (NDManager manager = batch.getManager().newSubManager()) {
                NDArray values = manager.create(part.values(), shape).broadcast(whole);
                batch.set(
                        index(
                                part.sample(),
                                part.sample() + 1,
                                part.top(),
                                part.top() + part.height(),
                                part.left(),
                                part.left() + part.width()),
                        values);
            }
        }
    }

    /**
     * Mixes the pictures of a batch.
     *
     * @param batch the pictures; closed if another batch is returned
     * @param plan how they are mixed
     * @return the mixed pictures with the same manager, or the batch itself if nothing is mixed
     */
    static NDArray mix(NDArray batch, MixPlan plan) {
        if (plan.isNone()) {
            return batch;
        }
        NDManager owner = batch.getManager();
        try (NDManager manager = owner.newSubManager()) {
            batch.attach(manager);
            NDArray partners = batch.flip(0);
            NDArray result = blend(batch, partners, plan);
            List<Mix> mixes = plan.mixes();
            int from = 0;
            while (from < mixes.size()) {
                Optional<Box> box = mixes.get(from).box();
                int to = from + 1;
                while (to < mixes.size() && mixes.get(to).box().equals(box)) {
                    to++;
                }
                if (box.isPresent() && !box.get().isEmpty()) {
                    Box part = box.get();
                    NDIndex index =
                            index(from, to, part.top(), part.bottom(), part.left(), part.right());
                    result.set(index, partners.get(index));
                }
                from = to;
            }
            result.attach(owner);
            return result;
        }
    }

    /** The weighted sum; with all weights 1, the pictures themselves. */
    private static NDArray blend(NDArray batch, NDArray partners, MixPlan plan) {
        int size = plan.mixes().size();
        float[] own = new float[size];
        float[] other = new float[size];
        boolean whole = true;
        for (int i = 0; i < size; i++) {
            double weight = plan.mixes().get(i).pixelWeight();
            own[i] = (float) weight;
            other[i] = (float) (1 - weight);
            whole &= weight == 1;
        }
        if (whole) {
            return batch;
        }
        NDManager manager = batch.getManager();
        Shape shape = new Shape(size, 1, 1, 1);
        return batch.mul(manager.create(own, shape))
                .add(partners.mul(manager.create(other, shape)));
    }

    private static NDIndex index(int from, int to, int top, int bottom, int left, int right) {
        return new NDIndex()
                .addSliceDim(from, to)
                .addAllDim()
                .addSliceDim(top, bottom)
                .addSliceDim(left, right);
    }
}
