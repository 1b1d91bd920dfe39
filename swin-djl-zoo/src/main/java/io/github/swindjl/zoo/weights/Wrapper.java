// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What stands before the names of a network within a file.
 *
 * @param container what stands before everything that belongs to the network, such as {@code
 *     model.}; empty or ending with a dot
 * @param part what stands, after the container, before the backbone alone, such as {@code swin.};
 *     empty or ending with a dot
 * @param dialect the dialect whose anchor was found behind both
 */
record Wrapper(String container, String part, Dialect dialect) {

    /** Names that people give a backbone within a larger network. */
    private static final Set<String> PARTS = Set.of("swin", "swinv2", "backbone", "encoder");

    /** Containers in the order in which they are taken, averaged weights first. */
    private static final List<String> PREFERENCE =
            List.of("state_dict_ema", "model_ema", "ema", "state_dict", "model", "");

    private static final int AVERAGED = 3;

    /** Finds every place in a file where a network's patch embedding is. */
    static List<Wrapper> find(Set<String> names) {
        Set<String> seen = new TreeSet<>();
        List<Wrapper> found = new ArrayList<>();
        for (String name : names) {
            for (Dialect dialect : Dialect.values()) {
                String anchor = dialect.anchor();
                boolean ends = name.equals(anchor) || name.endsWith("." + anchor);
                String prefix = ends ? name.substring(0, name.length() - anchor.length()) : null;
                if (ends && seen.add(prefix)) {
                    found.add(of(prefix, dialect));
                }
            }
        }
        return found;
    }

    private static Wrapper of(String prefix, Dialect dialect) {
        int before = prefix.lastIndexOf('.', prefix.length() - 2) + 1;
        String last = prefix.isEmpty() ? "" : prefix.substring(before, prefix.length() - 1);
        return PARTS.contains(last)
                ? new Wrapper(prefix.substring(0, before), last + '.', dialect)
                : new Wrapper(prefix, "", dialect);
    }

    /** Chooses one of several networks in a file. */
    static Wrapper choose(List<Wrapper> found, boolean averaged) {
        return found.stream()
                .min(
                        Comparator.comparingInt((Wrapper wrapper) -> wrapper.rank(averaged))
                                .thenComparing(Wrapper::prefix))
                .orElseThrow();
    }

    private int rank(boolean averaged) {
        String outermost = container.substring(0, Math.max(0, container.indexOf('.')));
        int rank = PREFERENCE.indexOf(outermost);
        if (rank < 0) {
            return PREFERENCE.size();
        }
        return rank < AVERAGED && !averaged ? PREFERENCE.size() + 1 : rank;
    }

    /** Returns all that stands before the backbone's names. */
    String prefix() {
        return container + part;
    }

    Wrapper as(Dialect other) {
        return new Wrapper(container, part, other);
    }
}
