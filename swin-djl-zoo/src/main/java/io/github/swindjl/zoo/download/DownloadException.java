// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * A file that could not be downloaded. The message names the address, the reason, and where to put
 * the file by hand.
 */
public final class DownloadException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param address what was asked for
     * @param target where the file belongs
     * @param problem what was found and what was expected
     * @param cause the failure behind it, or null
     */
    public DownloadException(URI address, Path target, String problem, Throwable cause) {
        super(
                "Cannot download "
                        + address
                        + ": "
                        + problem
                        + ". To do without, get the file by other means and put it at "
                        + target.toAbsolutePath()
                        + ".",
                cause);
    }
}
