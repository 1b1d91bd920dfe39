// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

/** Takes down what was drawn for a picture, for people to read. */
@FunctionalInterface
public interface Notes {

    /** Forgets everything, at no cost. */
    Notes NONE = (format, values) -> {};

    /**
     * Takes down one step.
     *
     * @param format a text as for {@link String#format}
     * @param values what to put into it
     */
    void add(String format, Object... values);
}
