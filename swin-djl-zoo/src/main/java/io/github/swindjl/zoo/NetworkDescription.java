// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

/** What a network is, as a checkpoint keeps it beside the weights. Immutable. */
public sealed interface NetworkDescription permits ModelDescription, SegmentationDescription {

    /**
     * Returns the network's name.
     *
     * @return the name
     */
    String name();

    /**
     * Returns this description as a checkpoint holds it.
     *
     * @return a JSON document
     */
    String toJson();
}
