// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.data.MixPlan.Box;
import io.github.swindjl.data.MixPlan.Mix;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** Shows people what a training sees: the very pictures of {@link ImageLoader}, with notes. */
public final class AugmentationPreview {

    private static final int CHANNELS = RandomErasing.CHANNELS;

    private AugmentationPreview() {}

    /**
     * A changed picture.
     *
     * @param label name of its class
     * @param picture what a training sees, before normalisation
     * @param notes what was drawn for it, step by step
     */
    public record Shown(String label, Picture picture, List<String> notes) {

        /** Copies the list. {@inheritDoc} */
        public Shown {
            notes = List.copyOf(notes);
        }
    }

    /**
     * Loads and changes the first pictures of an epoch.
     *
     * @param data where the pictures come from
     * @param order picture indices in the order of their use
     * @param count how many of them to show, at most as many as there are
     * @param transform what changes them
     * @param erasing what to erase
     * @param preprocessing whose normalisation holds: erased parts are shown in its units
     * @param seed as for the loader
     * @return the pictures in order
     * @throws IOException if a picture cannot be read
     */
    public static List<Shown> of(
            PictureSource data,
            int[] order,
            int count,
            Augmentation transform,
            Optional<RandomErasing> erasing,
            Preprocessing preprocessing,
            long seed)
            throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            int index = order[place];
            List<String> notes = new ArrayList<>();
            Notes taken = (format, values) -> notes.add(String.format(Locale.ROOT, format, values));
            SplittableRandom random = EpochOrder.random(seed, order, place);
            Picture picture = transform.apply(data.open(index), random, taken);
            if (erasing.isPresent()) {
                for (Erasure part :
                        erasing.get().draw(place, picture.height(), picture.width(), random)) {
                    taken.add(
                            "erase %dx%d+%d+%d",
                            part.width(), part.height(), part.left(), part.top());
                    picture = erased(picture, part, preprocessing);
                }
            }
            shown.add(new Shown(data.classes().get(data.label(index)), picture, notes));
        }
        return shown;
    }

    private static Picture erased(Picture picture, Erasure part, Preprocessing preprocessing) {
        byte[] rgb = picture.rgb().clone();
        int pixels = part.height() * part.width();
        for (int pixel = 0; pixel < pixels; pixel++) {
            int y = part.top() + pixel / part.width();
            int x = part.left() + pixel % part.width();
            for (int c = 0; c < CHANNELS; c++) {
                float value = part.values()[part.perPixel() ? c * pixels + pixel : c];
                float share = value * preprocessing.std().get(c) + preprocessing.mean().get(c);
                rgb[CHANNELS * (y * picture.width() + x) + c] = level(255 * share);
            }
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }

    /**
     * Mixes the pictures of a batch.
     *
     * @param batch changed pictures of one size, as many as the plan has
     * @param plan how they are mixed
     * @return the mixed pictures, with what was mixed among their notes
     */
    public static List<Shown> mixed(List<Shown> batch, MixPlan plan) {
        List<Shown> result = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Shown own = batch.get(i);
            Shown partner = batch.get(plan.partner(i));
            Mix mix = plan.mixes().get(i);
            if (mix.equals(Mix.NONE)) {
                result.add(own);
                continue;
            }
            List<String> notes = new ArrayList<>(own.notes());
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "%s %.2f with %.2f %s",
                            mix.box().isPresent() ? "cutmix" : "mixup",
                            mix.lambda(),
                            1 - mix.lambda(),
                            partner.label()));
            result.add(new Shown(own.label(), mixed(own.picture(), partner.picture(), mix), notes));
        }
        return result;
    }

    private static Picture mixed(Picture own, Picture partner, Mix mix) {
        byte[] rgb = own.rgb().clone();
        if (mix.box().isPresent()) {
            Box box = mix.box().get();
            for (int y = box.top(); y < box.bottom(); y++) {
                int from = CHANNELS * (y * own.width() + box.left());
                int length = CHANNELS * (box.right() - box.left());
                System.arraycopy(partner.rgb(), from, rgb, from, length);
            }
        } else {
            double weight = mix.lambda();
            for (int i = 0; i < rgb.length; i++) {
                int other = partner.rgb()[i] & 0xFF;
                rgb[i] = level((float) (weight * (rgb[i] & 0xFF) + (1 - weight) * other));
            }
        }
        return new Picture(own.width(), own.height(), rgb);
    }

    private static byte level(float value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
}
