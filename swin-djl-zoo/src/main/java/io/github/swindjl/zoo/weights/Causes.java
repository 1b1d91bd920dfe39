// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import com.google.gson.JsonParseException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;

/** Says why something failed, for messages that name the file themselves. */
public final class Causes {

    /** What Gson tells programmers: a link, and a setting of its parser. */
    private static final Pattern ADVICE = Pattern.compile("\\s*See https?://\\S+");

    private static final Pattern MALFORMED =
            Pattern.compile("Use JsonReader\\.setStrictness\\S* to accept malformed JSON");

    private Causes() {}

    /**
     * Returns the message of what was thrown, or of the cause that it only wraps: without the name
     * of the file where it is the file system's, and without advice that is meant for programmers.
     *
     * @param failure what was thrown
     * @return some words, without a full stop where the message has none
     */
    public static String of(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && isWrapper(cause)) {
            cause = cause.getCause();
        }
        if (cause instanceof FileSystemException file) {
            return of(file);
        }
        if (cause.getMessage() == null) {
            return cause.getClass().getSimpleName();
        }
        String message = ADVICE.matcher(cause.getMessage()).replaceAll("");
        return MALFORMED.matcher(message).replaceAll("malformed JSON");
    }

    /** Streams and Gson put exceptions around others that say nothing themselves. */
    private static boolean isWrapper(Throwable failure) {
        return failure instanceof UncheckedIOException
                || failure instanceof JsonParseException
                || failure instanceof InvocationTargetException
                || failure.getClass() == RuntimeException.class
                || failure.getMessage() == null;
    }

    /** The file system's own exceptions often hold nothing but the path. */
    private static String of(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "it does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is no folder";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "there is such a file already";
        }
        return failure.getReason() == null
                ? failure.getClass().getSimpleName()
                : failure.getReason();
    }
}
