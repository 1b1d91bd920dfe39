// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/** When a shifted block whose window was not shrunk stops shifting. */
public enum ShiftCancel {
    /** On an axis that one window covers, whatever the input's size: torchvision. */
    WHERE_COVERED,
    /** Never: the shift is settled when the network is built. */
    NEVER
}
