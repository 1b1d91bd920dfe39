// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

/**
 * A folder or archive that holds pictures.
 *
 * @param kind what it is
 * @param path its path relative to the set's root, with slashes; empty for the root itself
 * @param prefix what stands before the names of its pictures, empty or with a slash at the end
 * @param stamp an archive's state when it was listed; null for folders
 */
record Container(Kind kind, String path, String prefix, Stamp stamp) {

    /** What holds the pictures. */
    enum Kind {
        FOLDER,
        TAR,
        ZIP
    }
}
