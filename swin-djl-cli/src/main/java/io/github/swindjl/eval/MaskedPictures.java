// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.data.ImageBatch;
import io.github.swindjl.data.MaskGenerator;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.simmim.LocalNormalization;
import io.github.swindjl.zoo.image.PixelNormalizer;
import io.github.swindjl.zoo.image.Preprocessing;
import java.util.Optional;

/**
 * Makes of loaded pictures what SimMIM sees and has to guess. Immutable, thread-safe.
 *
 * @param preprocessing whose normalisation of pixels holds
 * @param masks what is hidden
 * @param target what normalises the target, nothing for the picture as it is
 */
public record MaskedPictures(
        Preprocessing preprocessing, MaskGenerator masks, Optional<LocalNormalization> target) {

    /**
     * A batch on the device, with the manager that it was made with.
     *
     * @param inputs the pictures (n, 3, side, side) and the mask (n, patches, patches)
     * @param target what is to be guessed, of the pictures' shape
     */
    public record Batch(NDList inputs, NDArray target) {

        /**
         * Returns the pictures.
         *
         * @return shape (n, 3, side, side), normalised
         */
        public NDArray pictures() {
            return inputs.get(0);
        }

        /**
         * Returns the mask.
         *
         * @return shape (n, patches, patches), 1 where a patch is hidden
         */
        public NDArray mask() {
            return inputs.get(1);
        }
    }

    /**
     * Hides parts of pictures, by their indices in their set.
     *
     * @param manager owner of the batch's arrays
     * @param batch the pictures
     * @param seed of a place in the run, such as an epoch
     * @return the batch
     */
    public Batch of(NDManager manager, ImageBatch batch, long seed) {
        NDArray pictures =
                new PixelNormalizer(preprocessing.mean(), preprocessing.std())
                        .normalize(
                                manager,
                                batch.pixels(),
                                batch.size(),
                                batch.height(),
                                batch.width());
        int patches = masks.patches();
        float[] hidden = new float[batch.size() * patches * patches];
        for (int i = 0; i < batch.size(); i++) {
            float[] mask = masks.draw(seed, batch.indices()[i]);
            System.arraycopy(mask, 0, hidden, i * mask.length, mask.length);
        }
        NDArray mask = Transfers.send(manager, hidden, new Shape(batch.size(), patches, patches));
        return new Batch(
                new NDList(pictures, mask),
                target.map(local -> local.normalize(pictures)).orElse(pictures));
    }
}
