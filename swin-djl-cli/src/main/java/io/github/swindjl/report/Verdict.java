// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.zoo.image.Picture;

/**
 * A picture with its true and its predicted class.
 *
 * @param picture the picture, of any size
 * @param actual name of the true class
 * @param predicted what the model says
 */
public record Verdict(Picture picture, String actual, Prediction predicted) {

    /**
     * Tells whether the model is right.
     *
     * @return whether true and predicted class have the same name
     */
    public boolean correct() {
        return actual.equals(predicted.label());
    }
}
