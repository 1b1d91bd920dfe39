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
import io.github.swindjl.kernels.Transfers;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/** What happens to a batch of normalised pictures of shape (N, 3, H, W), on its device. */
final class BatchAugmenter {

    private static final int CHANNELS = 3;

    private BatchAugmenter() {}

    /** Overwrites parts of pictures, in place. All values travel to the device at once. */
    static void erase(NDArray batch, List<Erasure> erasures) {
        if (erasures.isEmpty()) {
            return;
        }
        try (NDManager manager = batch.getManager().newSubManager()) {
            NDArray values = send(manager, erasures);
            long from = 0;
            for (Erasure part : erasures) {
                long to = from + part.values().length;
                Shape whole = new Shape(1, CHANNELS, part.height(), part.width());
                Shape shape = part.perPixel() ? whole : new Shape(1, CHANNELS, 1, 1);
                batch.set(
                        index(
                                part.sample(),
                                part.sample() + 1,
                                part.top(),
                                part.top() + part.height(),
                                part.left(),
                                part.left() + part.width()),
                        values.get(new NDIndex().addSliceDim(from, to))
                                .reshape(shape)
                                .broadcast(whole));
                from = to;
            }
        }
    }

    private static NDArray send(NDManager manager, List<Erasure> erasures) {
        int size = erasures.stream().mapToInt(part -> part.values().length).sum();
        FloatBuffer values = FloatBuffer.allocate(size);
        erasures.forEach(part -> values.put(part.values()));
        return Transfers.send(manager, values.array(), new Shape(size));
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
        return batch.mul(Transfers.send(manager, own, shape))
                .add(partners.mul(Transfers.send(manager, other, shape)));
    }

    private static NDIndex index(int from, int to, int top, int bottom, int left, int right) {
        return new NDIndex()
                .addSliceDim(from, to)
                .addAllDim()
                .addSliceDim(top, bottom)
                .addSliceDim(left, right);
    }
}
