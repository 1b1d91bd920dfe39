// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Names and values, printed as lines with the values below each other. */
final class Facts {

    private static final String GAP = "  ";

    private final List<Fact> facts = new ArrayList<>();

    private record Fact(String name, String value) {}

    /** Adds a line. */
    Facts add(String name, Object value) {
        facts.add(new Fact(name, String.valueOf(value)));
        return this;
    }

    /** Prints all lines. */
    void print(PrintWriter out) {
        int width = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
        for (Fact fact : facts) {
            out.println(
                    fact.name() + " ".repeat(width - fact.name().length()) + GAP + fact.value());
        }
    }
}
