// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

/** What the numbers in a label file count. */
public enum LabelOrder {
    /** Numbers from 0: a class's place among the sorted identifiers, as in class folders. */
    SORTED("places among the sorted class names, from 0"),
    /** Numbers from 1: the identifiers of ILSVRC, in the order of its development kit. */
    ILSVRC("ILSVRC ids, from 1");

    private final String text;

    LabelOrder(String text) {
        this.text = text;
    }

    /** Returns what a person calls it. */
    @Override
    public String toString() {
        return text;
    }
}
