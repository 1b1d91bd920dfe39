// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.eval.OutputSubset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the outputs of a model that belong to the classes of a data set. */
final class ClassMatch {

    private ClassMatch() {}

    /**
     * Finds the outputs.
     *
     * @param subset whether the data may have some of the model's classes only, in any order
     * @throws DataException if the data has other classes
     */
    static OutputSubset outputs(OpenModel open, PictureSource data, boolean subset)
            throws DataException {
        List<String> expected = open.classFolders();
        List<String> found = data.classes();
        if (expected.equals(found)) {
            return OutputSubset.ALL;
        }
        Set<String> missing = new HashSet<>(expected);
        found.forEach(missing::remove);
        Set<String> unknown = new HashSet<>(found);
        expected.forEach(unknown::remove);
        if (subset && unknown.isEmpty()) {
            return OutputSubset.of(expected, found);
        }
        throw new DataException(
                data.root()
                        + " does not have the classes of the model '"
                        + open.description().name()
                        + "': "
                        + found.size()
                        + " folders for "
                        + expected.size()
                        + " classes; "
                        + some("missing", missing)
                        + "; "
                        + some("unknown to the model", unknown)
                        + (missing.isEmpty() && unknown.isEmpty() ? "; their order differs" : "")
                        + ". Name the data the model was trained for, or other weights"
                        + (unknown.isEmpty() ? ", or judge among these classes: --subset." : "."));
    }

    private static String some(String what, Set<String> names) {
        List<String> sorted = names.stream().sorted().toList();
        return sorted.isEmpty()
                ? "none " + what
                : what
                        + " "
                        + String.join(", ", sorted.subList(0, Math.min(5, sorted.size())))
                        + (sorted.size() > 5 ? " and " + (sorted.size() - 5) + " more" : "");
    }
}
