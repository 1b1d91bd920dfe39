// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.io.IOException;

/** A file that cannot be used as a picture. The message names it, says what was found and why. */
public final class PictureException extends IOException {

    private static final long serialVersionUID = 1L;

    /** The file's name, as given by the caller. */
    private final String name;

    /**
     * Describes an unusable picture.
     *
     * @param name the file's name
     * @param problem what was found, what was expected and what to do
     */
    public PictureException(String name, String problem) {
        this(name, problem, null);
    }

    /**
     * Describes an unusable picture.
     *
     * @param name the file's name
     * @param problem what was found, what was expected and what to do
     * @param cause what the decoder or the file system reported; may be null
     */
    public PictureException(String name, String problem, Throwable cause) {
        super(name + ": " + problem, cause);
        this.name = name;
    }

    /**
     * Returns the name of the file in question.
     *
     * @return the name, as given to the reader
     */
    public String name() {
        return name;
    }
}
