// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.data.augment.ColorJitter;
import io.github.swindjl.data.augment.Fill;
import io.github.swindjl.data.augment.OperationPolicy;
import io.github.swindjl.zoo.image.Interpolation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How pictures change from epoch to epoch.
 *
 * @param crop which part of a picture is shown
 * @param area least and greatest share of the picture, for {@link Crop#RANDOM_RESIZED}
 * @param aspect least and greatest width by height, for {@link Crop#RANDOM_RESIZED}
 * @param padding pixels around the picture, for {@link Crop#PADDED}
 * @param flip probability of a mirror image, from 0 to 1
 * @param interpolation filter of random crops and of random operations
 * @param policy random operations by name, as {@link OperationPolicy} has them
 * @param colorJitter greatest change of brightness, contrast, saturation and hue
 * @param erasing how parts are erased
 * @param mixing how pictures of a batch are mixed
 * @param repeats how often each picture of an epoch is shown, each time changed differently
 */
public record AugmentationConfig(
        Crop crop,
        List<Double> area,
        List<Double> aspect,
        int padding,
        double flip,
        Filter interpolation,
        String policy,
        List<Double> colorJitter,
        ErasingConfig erasing,
        MixingConfig mixing,
        int repeats) {

    /** Which part of a picture is shown. */
    public enum Crop {
        /** A random part of random shape, resized. */
        RANDOM_RESIZED,
        /** As in evaluation, then moved within a border. */
        PADDED,
        /** As in evaluation. */
        NONE
    }

    /** Filter of random crops and of random operations. */
    public enum Filter {
        /** The filter of the model's evaluation. */
        MODEL,
        /** Linear between neighbours. */
        BILINEAR,
        /** A cubic. */
        BICUBIC,
        /** Bilinear or bicubic, drawn each time. */
        RANDOM;

        /**
         * Returns the filters to draw from.
         *
         * @param model the filter of the model's evaluation
         * @return the choice
         */
        public FilterChoice choice(Interpolation model) {
            return switch (this) {
                case MODEL -> FilterChoice.of(model);
                case BILINEAR -> FilterChoice.of(Interpolation.BILINEAR);
                case BICUBIC -> FilterChoice.of(Interpolation.BICUBIC);
                case RANDOM -> FilterChoice.RANDOM;
            };
        }
    }

    public AugmentationConfig {
        Check.range("area", area, Double.MIN_VALUE, 1);
        Check.range("aspect", aspect, Double.MIN_VALUE, Double.MAX_VALUE);
        area = List.copyOf(area);
        aspect = List.copyOf(aspect);
        Check.atLeast("padding", padding, 0);
        Check.within("flip", flip, 0, 1);
        Check.atLeast("repeats", repeats, 1);
        colorJitter = List.copyOf(colorJitter);
        if (colorJitter.size() != 4) {
            throw new ConfigException(
                    "color_jitter",
                    "found "
                            + colorJitter.size()
                            + " numbers, expected 4: brightness, contrast, saturation, hue");
        }
        Check.valid("color_jitter", colorJitter, AugmentationConfig::jitter);
        Check.valid("policy", policy, AugmentationConfig::operations);
    }

    private static Optional<Augmentation> operations(String policy) {
        return OperationPolicy.parse(policy, FilterChoice.RANDOM, Fill.BLACK);
    }

    private static ColorJitter jitter(List<Double> values) {
        return new ColorJitter(values.get(0), values.get(1), values.get(2), values.get(3));
    }

    /**
     * Returns the random operations and the colour jitter, in this order.
     *
     * @param filters how pictures are turned, sheared and moved
     * @param fill what is shown where a picture has moved away
     * @return the augmentations, empty if none is asked for
     */
    public List<Augmentation> operations(FilterChoice filters, Fill fill) {
        List<Augmentation> steps = new ArrayList<>();
        OperationPolicy.parse(policy, filters, fill).ifPresent(steps::add);
        if (colorJitter.stream().anyMatch(value -> value > 0)) {
            steps.add(jitter(colorJitter));
        }
        return steps;
    }
}
