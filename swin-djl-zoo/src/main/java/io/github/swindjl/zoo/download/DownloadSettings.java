// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import ai.djl.util.Utils;
import java.io.IOException;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How patient and how careful downloads are.
 *
 * @param connectTimeout for a connection to be made
 * @param stallTimeout for the next bytes to come
 * @param attempts in a row that bring nothing before giving up
 * @param firstDelay before the second attempt; doubles with each further one
 * @param offline whether nothing may be downloaded
 * @param proxies chooses the way to a server and says who asks
 * @param space tells how many bytes fit into a directory
 */
record DownloadSettings(
        Duration connectTimeout,
        Duration stallTimeout,
        int attempts,
        Duration firstDelay,
        boolean offline,
        EnvironmentProxies proxies,
        Space space) {

    /** Tells how many bytes fit into a directory. */
    interface Space {
        long in(Path directory) throws IOException;
    }

    /** Returns what DJL's switches, Java's properties and the environment ask for. */
    static DownloadSettings standard() {
        return new DownloadSettings(
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                5,
                Duration.ofSeconds(1),
                Utils.isOfflineMode(),
                new EnvironmentProxies(
                        ProxySelector.getDefault(), System.getProperties(), System.getenv()),
                directory -> Files.getFileStore(directory).getUsableSpace());
    }
}
