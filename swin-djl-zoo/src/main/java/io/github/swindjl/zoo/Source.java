// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

/** Who trained and published a model. */
public enum Source {
    /** The authors of Swin Transformer. */
    MICROSOFT,
    /** torchvision, with a training of its own. */
    TORCHVISION,
    /** OpenMMLab, with a training of its own. */
    OPEN_MMLAB,
    /** Nobody: the architecture is known, weights were not released. */
    NONE,
    /** This project: for the built-in sample pictures. */
    SWIN_DJL
}
