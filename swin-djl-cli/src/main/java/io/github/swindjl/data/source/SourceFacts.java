// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import java.util.List;

/**
 * What was found where a split lies, beyond its pictures.
 *
 * @param layout how it lies on disk
 * @param classOrder how the classes are ordered, and where labels come from
 * @param ignored how many files are taken for something else than pictures
 * @param ignoredNames the first {@value #NAMED} of them
 * @param unreadable files, folders and archives that cannot be used; their pictures are not in the
 *     split
 */
public record SourceFacts(
        Layout layout,
        String classOrder,
        int ignored,
        List<String> ignoredNames,
        List<Unreadable> unreadable) {

    /** How many ignored files are named. */
    public static final int NAMED = 1000;

    /** Copies the lists. {@inheritDoc} */
    public SourceFacts {
        ignoredNames = List.copyOf(ignoredNames);
        unreadable = List.copyOf(unreadable);
    }
}
