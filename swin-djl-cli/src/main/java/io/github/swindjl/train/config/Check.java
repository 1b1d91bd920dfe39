// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.List;
import java.util.function.Function;

/** Range checks of configuration records; each returns the value it was given. */
final class Check {

    private static final double BELOW_ONE = Math.nextDown(1.0);

    private Check() {}

    static int atLeast(String key, int value, int least) {
        if (value < least) {
            throw new ConfigException(key, "found " + value + ", expected at least " + least);
        }
        return value;
    }

    /** Both ends are allowed. */
    static double within(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new ConfigException(key, "found " + value + ", expected " + range(least, most));
        }
        return value;
    }

    /** The smallest and the largest numbers there are stand for ends that are not allowed. */
    private static String range(double least, double most) {
        String low = least == Double.MIN_VALUE ? "above 0" : "at least " + plain(least);
        if (most == Double.MAX_VALUE || most == Integer.MAX_VALUE) {
            return low;
        }
        return low + " and " + (most == BELOW_ONE ? "below 1" : "at most " + plain(most));
    }

    private static String plain(double end) {
        return end == Math.rint(end) ? String.valueOf((long) end) : String.valueOf(end);
    }

    /** Two numbers, the first not above the second, both within the ends. */
    static void range(String key, List<Double> values, double least, double most) {
        if (values.size() != 2 || values.get(0) > values.get(1)) {
            throw new ConfigException(
                    key, "found " + values + ", expected two numbers, the smaller one first");
        }
        within(key + ".0", values.get(0), least, most);
        within(key + ".1", values.get(1), least, most);
    }

    static double positive(String key, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new ConfigException(key, "found " + value + ", expected a number above 0");
        }
        return value;
    }

    /** A value that something can be made of; what is made throws if not. */
    static <T> T valid(String key, T value, Function<T, ?> make) {
        try {
            make.apply(value);
            return value;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, e.getMessage());
        }
    }

    static String notBlank(String key, String value) {
        if (value.isBlank()) {
            throw new ConfigException(key, "is empty");
        }
        return value;
    }
}
