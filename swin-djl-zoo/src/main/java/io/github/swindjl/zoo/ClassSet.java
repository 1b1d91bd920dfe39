// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

/** The classes that a published head tells apart. */
public enum ClassSet {
    /** The 1000 classes of ILSVRC 2012. */
    IMAGENET_1K(1000),
    /** The 21841 classes of the ImageNet release of autumn 2011 that have pictures. */
    IMAGENET_22K(21841),
    /** No classes: the weights are a backbone's, without a head. */
    NONE(0),
    /** The classes of the built-in sample pictures. */
    SAMPLE(12);

    private final int size;

    ClassSet(int size) {
        this.size = size;
    }

    /**
     * Returns the number of classes.
     *
     * @return the number of logits
     */
    public int size() {
        return size;
    }
}
