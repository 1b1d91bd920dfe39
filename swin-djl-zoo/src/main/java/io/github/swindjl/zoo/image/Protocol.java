// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

/** The ways in which the publishers of checkpoints bring a picture to the model's input size. */
public enum Protocol {
    /**
     * Microsoft's evaluation: the short side becomes 256/224 of the input size, then a centre crop;
     * from 384 on the whole picture is squashed to the input size.
     */
    OFFICIAL,
    /** Microsoft's evaluation with its test crop switched on, whatever the input size. */
    OFFICIAL_CROP,
    /** Microsoft's evaluation with its test crop switched off, whatever the input size. */
    OFFICIAL_WHOLE,
    /** timm's evaluation: a centre crop of 0.9 of the short side, of all of it from 384 on. */
    TIMM,
    /** torchvision's presets: every model has its own size for the short side, then a crop. */
    TORCHVISION,
    /** Hugging Face's image processor: the picture is squashed to the input size. */
    HF,
    /** The picture has the input size already and is only normalised. */
    NONE
}
