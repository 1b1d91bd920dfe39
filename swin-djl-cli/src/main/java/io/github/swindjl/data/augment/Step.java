// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.data.Notes;
import io.github.swindjl.zoo.image.Picture;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An operation with everything drawn.
 *
 * @param name what it does
 * @param value its argument, 0 where it has none
 * @param change does it
 */
record Step(String name, double value, UnaryOperator<Picture> change) {

    /** An operation without argument. */
    Step(String name, UnaryOperator<Picture> change) {
        this(name, 0, change);
    }

    static Picture applyAll(List<Step> steps, Picture picture, Notes notes) {
        Picture result = picture;
        for (Step step : steps) {
            if (step.value == 0) {
                notes.add("%s", step.name);
            } else {
                notes.add("%s %.4g", step.name, step.value);
            }
            result = step.change.apply(result);
        }
        return result;
    }
}
