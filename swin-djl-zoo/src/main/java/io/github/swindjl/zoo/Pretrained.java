// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.util.Progress;
import ai.djl.util.Utils;
import io.github.swindjl.zoo.download.DownloadException;
import io.github.swindjl.zoo.download.Downloader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Published weights in DJL's cache ({@code DJL_CACHE_DIR}, else {@code .djl.ai} in the user's
 * home).
 *
 * <p>Thread-safe; several processes may use one cache.
 */
public final class Pretrained {

    private static final Logger LOG = LoggerFactory.getLogger(Pretrained.class);

    private Pretrained() {}

    /**
     * Returns the folder for a model's published weights.
     *
     * @param entry the model
     * @return the folder, which may not exist yet
     */
    public static Path directory(PublishedModel entry) {
        return Utils.getCacheDir()
                .resolve("cache/repo/model")
                .resolve(entry.application().getPath())
                .resolve(SwinModelZoo.GROUP_ID.replace('.', '/'))
                .resolve(entry.artifactId())
                .resolve(entry.name());
    }

    /**
     * Finds a model's published weights in the cache.
     *
     * @param entry the model
     * @return the file, or null if it is not there
     */
    public static Path cached(PublishedModel entry) {
        Path directory = directory(entry);
        return entry.files().stream()
                .map(file -> directory.resolve(file.name()))
                .filter(Files::exists)
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns a model's published weights, after downloading them if they are not in the cache.
     *
     * @param entry the model
     * @param progress told how much has come; may be null
     * @return the file
     * @throws IllegalArgumentException if no weights are published for this model
     * @throws DownloadException if they cannot be had from any address; says where to put them by
     *     hand
     * @throws IOException if the cached file is not the published one, or the cache cannot be
     *     written
     */
    public static Path fetch(PublishedModel entry, Progress progress) throws IOException {
        return fetch(
                entry.name(), entry.files(), directory(entry), progress, Downloader.standard());
    }

    static Path fetch(
            String model,
            List<WeightsFile> files,
            Path directory,
            Progress progress,
            Downloader downloader)
            throws IOException {
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "No weights were released for " + model + ": give a file of your own");
        }
        Optional<WeightsFile> present =
                files.stream()
                        .filter(file -> Files.exists(directory.resolve(file.name())))
                        .findFirst();
        if (present.isPresent()) {
            return fetch(present.get(), directory, progress, downloader);
        }
        List<DownloadException> failures = new ArrayList<>();
        for (WeightsFile file : files) {
            try {
                Path fetched = fetch(file, directory, progress, downloader);
                failures.forEach(e -> LOG.warn("Took {} instead: {}", fetched, e.getMessage()));
                return fetched;
            } catch (DownloadException e) {
                failures.add(e);
            }
        }
        DownloadException first = failures.get(0);
        failures.stream().skip(1).forEach(first::addSuppressed);
        throw first;
    }

    private static Path fetch(
            WeightsFile file, Path directory, Progress progress, Downloader downloader)
            throws IOException {
        return downloader.fetch(
                file.address(), directory.resolve(file.name()), file.sha256(), progress);
    }
}
