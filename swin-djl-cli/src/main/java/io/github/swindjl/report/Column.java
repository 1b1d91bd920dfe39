// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.util.Locale;
import java.util.function.Function;

/**
 * A column of a {@link TextTable}. Text output shows a title and values made readable; CSV output
 * has the key and the values as they are.
 *
 * @param title heading in text output
 * @param key heading in CSV output
 * @param right whether values are set flush right, as numbers are
 * @param format makes a value readable; it never sees null or NaN, which appear as a dash
 */
public record Column(String title, String key, boolean right, Function<Object, String> format) {

    /**
     * Returns a column of names.
     *
     * @param title heading in text output
     * @param key heading in CSV output
     * @return a column flush left, values as they are
     */
    public static Column text(String title, String key) {
        return new Column(title, key, false, String::valueOf);
    }

    /**
     * Returns a column of whole numbers.
     *
     * @param title heading in text output
     * @param key heading in CSV output
     * @return a column flush right, values as they are
     */
    public static Column count(String title, String key) {
        return new Column(title, key, true, String::valueOf);
    }

    /**
     * Returns a column of numbers with a fixed number of decimals.
     *
     * @param title heading in text output
     * @param key heading in CSV output
     * @param decimals digits after the point in text output; CSV output is not rounded
     * @return a column flush right, for values that are {@link Number}s
     */
    public static Column decimal(String title, String key, int decimals) {
        return new Column(
                title,
                key,
                true,
                value ->
                        String.format(
                                Locale.ROOT,
                                "%." + decimals + "f",
                                ((Number) value).doubleValue()));
    }

    /**
     * Returns a column of shares.
     *
     * @param title heading in text output
     * @param key heading in CSV output
     * @return a column flush right for {@link Number}s from 0 to 1, shown as per cent with two
     *     decimals; CSV output is not multiplied
     */
    public static Column percent(String title, String key) {
        return new Column(
                title,
                key,
                true,
                value ->
                        String.format(
                                Locale.ROOT, "%.2f %%", 100 * ((Number) value).doubleValue()));
    }
}
