// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several parts into which the samples of a data set are dealt, like cards: sample {@code s}
 * belongs to part {@code s % count + 1}.
 *
 * @param index which part, from 1 to count
 * @param count number of parts, 1 or more
 */
public record Shard(int index, int count) {

    /** All samples in one part. */
    public static final Shard WHOLE = new Shard(1, 1);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the index does not lie between 1 and the count
     */
    public Shard {
        if (index < 1 || index > count) {
            throw new IllegalArgumentException(
                    "Shard "
                            + index
                            + "/"
                            + count
                            + " does not exist; expected I/N with I from 1"
                            + " to N.");
        }
    }

    /**
     * Reads the form {@code I/N}.
     *
     * @param text for example {@code 2/8}
     * @return the shard
     * @throws IllegalArgumentException if the text has another form or the range is wrong
     */
    public static Shard parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no shard; expected I/N with I from 1 to N, such as 2/8.");
        }
        return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /**
     * Tells whether a sample belongs to this part.
     *
     * @param sample index of the sample in its data set, 0 or more
     * @return whether it does
     */
    public boolean contains(long sample) {
        return sample % count == index - 1;
    }

    @Override
    public String toString() {
        return index + "/" + count;
    }
}
