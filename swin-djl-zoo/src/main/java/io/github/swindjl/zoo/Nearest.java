// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the names that someone who misspelt one may have meant. */
public final class Nearest {

    private Nearest() {}

    /**
     * Returns the known name nearest to a word, if one is near at all.
     *
     * @param word what was written
     * @param known the valid names
     * @return the nearest, or empty if every name is far from the word
     */
    public static Optional<String> to(String word, Collection<String> known) {
        return to(word, known, 1).stream().findFirst();
    }

    /**
     * Returns the known names nearest to a word, leaving out those that share too little with it.
     *
     * @param word what was written
     * @param known the valid names
     * @param limit how many names at most
     * @return the nearest names, nearest first; equally near ones in alphabetical order
     */
    public static List<String> to(String word, Collection<String> known, int limit) {
        String wanted = fold(word);
        return known.stream()
                .filter(name -> near(wanted, fold(name)))
                .sorted(
                        Comparator.comparingInt((String name) -> distance(wanted, fold(name)))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(limit)
                .toList();
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** A name is near when less than half of it has to change, or when one holds the other. */
    private static boolean near(String word, String name) {
        boolean part =
                Math.min(word.length(), name.length()) >= 3
                        && (name.contains(word) || word.contains(name));
        return part || 2 * distance(word, name) <= Math.max(word.length(), name.length());
    }

    /**
     * Insertions, deletions, substitutions and swaps of neighbours that turn one into the other.
     */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int best =
                        Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], row[j - 1]));
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                row[j] = swapped ? Math.min(best, beforeLast[j - 2] + 1) : best;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
