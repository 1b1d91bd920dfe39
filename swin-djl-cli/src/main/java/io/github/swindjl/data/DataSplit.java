// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.io.IOException;
import java.nio.file.Path;

/** Some pictures to learn from or to validate on, whatever is known of them. */
public interface DataSplit {

    /**
     * Returns where the pictures are.
     *
     * @return a folder or an archive
     */
    Path root();

    /**
     * Returns the number of pictures.
     *
     * @return the number, at least 1
     */
    int size();

    /**
     * Digests what tells this split from others: the names and sizes of all its files, in order.
     * Contents are not read, so this tells sets apart quickly, but is no proof that they are equal.
     *
     * @return SHA-256 in hexadecimal, 64 digits
     * @throws IOException if a file is gone or unreadable
     */
    String fingerprint() throws IOException;
}
