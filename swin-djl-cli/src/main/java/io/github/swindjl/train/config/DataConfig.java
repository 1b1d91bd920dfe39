// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

/**
 * What to train on.
 *
 * @param path a dataset folder, or {@code sample}
 * @param workers threads that read and augment pictures, at least 1
 * @param skipBroken whether to leave out pictures that cannot be read, rather than to end
 */
public record DataConfig(String path, int workers, boolean skipBroken) {

    public DataConfig {
        Check.notBlank("path", path);
        Check.atLeast("workers", workers, 1);
    }
}
