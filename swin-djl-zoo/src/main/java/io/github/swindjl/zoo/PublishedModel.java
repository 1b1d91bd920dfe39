// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Application;
import java.util.List;
import java.util.Map;

/**
 * What is known of a network that somebody published, whatever it is for.
 *
 * <p>Immutable, thread-safe.
 */
public sealed interface PublishedModel permits ModelEntry, SegmentationEntry {

    /**
     * Returns the name.
     *
     * @return the one name that no other network of the tables has
     */
    String name();

    /**
     * Returns other names.
     *
     * @return names that mean this network, too
     */
    List<String> aliases();

    /**
     * Returns who published the weights.
     *
     * @return the publisher, {@link Source#NONE} if they were not released
     */
    Source source();

    /**
     * Returns the weights' licence.
     *
     * @return its short name
     */
    String licence();

    /**
     * Returns where the weights can be had.
     *
     * @return the original first, then others that hold the same values; empty if there are none
     */
    List<WeightsFile> files();

    /**
     * Returns what is not published but assumed or derived.
     *
     * @return sentences
     */
    List<String> uncertain();

    /**
     * Counts the trained values.
     *
     * @return the number of parameters, heads included
     */
    long parameters();

    /**
     * Returns what the network is for, in DJL's terms.
     *
     * @return the application
     */
    Application application();

    /**
     * Returns the artifact of DJL's zoo that the network belongs to.
     *
     * @return the artifact's id
     */
    String artifactId();

    /**
     * Returns what DJL's filters can ask for.
     *
     * @return values by name; the network's name is {@code name}
     */
    Map<String, String> properties();
}
