// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.data.Notes;
import io.github.swindjl.zoo.image.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** RandAugment (Cubuk et al., arXiv 1909.13719) with timm's operations and numbers. */
record RandAugment(RandPolicy policy, FilterChoice filters, Fill fill) implements Augmentation {

    @Override
    public Picture apply(Picture picture, SplittableRandom random) {
        return apply(picture, random, Notes.NONE);
    }

    @Override
    public Picture apply(Picture picture, SplittableRandom random, Notes notes) {
        return Step.applyAll(draw(random), picture, notes);
    }

    /** Draws what is done to one picture. */
    List<Step> draw(SplittableRandom random) {
        List<Step> steps = new ArrayList<>();
        for (RandOperation operation : operations(random)) {
            if (random.nextDouble() < policy.probability()) {
                steps.add(operation.draw(policy, filters, fill, random));
            }
        }
        return steps;
    }

    private List<RandOperation> operations(SplittableRandom random) {
        List<RandOperation> drawn = new ArrayList<>();
        List<RandOperation> left = new ArrayList<>(List.of(RandOperation.values()));
        for (int i = 0; i < policy.operations(); i++) {
            drawn.add(
                    policy.weighted()
                            ? left.remove(weighted(left, random))
                            : left.get(random.nextInt(left.size())));
        }
        return drawn;
    }

    private static int weighted(List<RandOperation> operations, SplittableRandom random) {
        double total = operations.stream().mapToDouble(RandOperation::weight).sum();
        double place = total * random.nextDouble();
        int last = operations.size() - 1;
        for (int i = 0; i < last; i++) {
            place -= operations.get(i).weight();
            if (place < 0) {
                return i;
            }
        }
        return last;
    }
}
