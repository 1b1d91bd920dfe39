// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A configuration that cannot be used; the message names the key, what was found and what is
 * expected.
 */
public final class ConfigException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final String problem;
    private final transient Path file;

    /**
     * Creates an exception.
     *
     * @param key path of the key, empty if the whole configuration is meant
     * @param problem what was found and what is expected
     */
    public ConfigException(String key, String problem) {
        this(null, key, problem, null);
    }

    private ConfigException(Path file, String key, String problem, Throwable cause) {
        super(
                (file == null ? "" : file + ": ") + (key.isEmpty() ? "" : key + ": ") + problem,
                cause);
        this.key = key;
        this.problem = problem;
        this.file = file;
    }

    /** The same problem seen from the mapping that holds the key. */
    ConfigException within(String parent) {
        return new ConfigException(
                file, key.isEmpty() ? parent : parent + "." + key, problem, this);
    }

    /**
     * Returns the same problem with the file it was found in.
     *
     * @param source the file
     * @return the problem, whose message begins with the file's name
     */
    public ConfigException in(Path source) {
        return new ConfigException(source, key, problem, this);
    }

    /**
     * Returns the path of the key at fault.
     *
     * @return keys joined by dots, empty for the whole document
     */
    public String key() {
        return key;
    }

    /**
     * Returns the file at fault.
     *
     * @return the file, or empty if the value was given by the caller
     */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }
}
