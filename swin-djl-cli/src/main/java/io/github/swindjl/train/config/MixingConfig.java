// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.data.Mixup;
import java.util.List;
import java.util.Optional;

/**
 * How the pictures of a batch are mixed.
 *
 * @param mixup parameter of Mixup's beta distribution, 0 for no Mixup
 * @param cutmix parameter of CutMix's beta distribution, 0 for no CutMix
 * @param cutmixSides least and greatest side of CutMix's boxes, or empty for boxes by the beta
 *     distribution
 * @param probability chance that anything is mixed, from 0 to 1
 * @param switching chance of CutMix where both are on, from 0 to 1
 * @param mode what is drawn once
 */
public record MixingConfig(
        double mixup,
        double cutmix,
        List<Double> cutmixSides,
        double probability,
        double switching,
        Mixup.Mode mode) {

    public MixingConfig {
        Check.within("mixup", mixup, 0, Double.MAX_VALUE);
        Check.within("cutmix", cutmix, 0, Double.MAX_VALUE);
        cutmixSides = List.copyOf(cutmixSides);
        if (!cutmixSides.isEmpty()) {
            Check.range("cutmix_sides", cutmixSides, 0, 1);
        }
        if (!cutmixSides.isEmpty() && mixup > 0 && cutmix == 0) {
            throw new ConfigException(
                    "cutmix_sides", "has no effect while cutmix is 0; set both or neither");
        }
        Check.within("probability", probability, 0, 1);
        Check.within("switching", switching, 0, 1);
    }

    /**
     * Returns what mixes.
     *
     * @return the mixing, or nothing if neither Mixup nor CutMix is on
     */
    public Optional<Mixup> augmentation() {
        return mixup == 0 && cutmix == 0 || probability == 0
                ? Optional.empty()
                : Optional.of(new Mixup(mixup, cutmix, cutmixSides, probability, switching, mode));
    }
}
