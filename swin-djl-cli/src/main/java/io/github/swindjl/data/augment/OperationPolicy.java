// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.zoo.Nearest;
import java.util.List;
import java.util.Optional;

/**
 * Random operations by name: {@code none}; {@code trivial}, which is torchvision's
 * TrivialAugmentWide; or RandAugment in timm's notation, such as {@code rand-m9-mstd0.5-inc1}.
 */
public final class OperationPolicy {

    private static final String NONE = "none";
    private static final String TRIVIAL = "trivial";
    private static final List<String> NAMES =
            List.of(NONE, TRIVIAL, RandPolicy.PREFIX + "-m9-mstd0.5-inc1");

    private OperationPolicy() {}

    /**
     * Returns the operations that a name stands for.
     *
     * @param name the policy's name
     * @param filters how pictures are turned, sheared and moved
     * @param fill what RandAugment shows where a picture has moved away
     * @return the operations, or nothing for {@code none}
     * @throws IllegalArgumentException if the name or a part of it is unknown; the message names
     *     the nearest
     */
    public static Optional<Augmentation> parse(String name, FilterChoice filters, Fill fill) {
        if (name.equals(NONE)) {
            return Optional.empty();
        }
        if (name.equals(TRIVIAL)) {
            return Optional.of(new TrivialAugment(filters));
        }
        if (name.equals(RandPolicy.PREFIX) || name.startsWith(RandPolicy.PREFIX + "-")) {
            return Optional.of(new RandAugment(RandPolicy.parse(name), filters, fill));
        }
        throw new IllegalArgumentException(
                "found '"
                        + name
                        + "', expected "
                        + String.join(", ", NAMES)
                        + Nearest.to(name, NAMES)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse(""));
    }
}
