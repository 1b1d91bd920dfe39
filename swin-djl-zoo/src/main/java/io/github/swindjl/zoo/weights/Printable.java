// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

/** Text from a file, made fit for a message. */
final class Printable {

    private static final int LIMIT = 120;

    private Printable() {}

    /** Replaces control characters and shortens what is long. */
    static String text(String raw) {
        String shown = raw.length() > LIMIT ? raw.substring(0, LIMIT) + "…" : raw;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    /** Shows a scalar of a pickle; of anything else, which may hold itself, only the kind. */
    static String value(Object value) {
        if (value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean) {
            return text(String.valueOf(value));
        }
        return "(" + value.getClass().getSimpleName() + ")";
    }
}
