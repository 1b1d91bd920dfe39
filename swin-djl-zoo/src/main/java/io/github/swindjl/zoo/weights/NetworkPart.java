// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.regex.Pattern;

/** Which part of a network an official name belongs to. */
final class NetworkPart {

    /** Stands before the backbone's names in networks for dense prediction. */
    static final String BACKBONE = "backbone.";

    /** What counts the batches of a batch normalisation; nothing depends on it. */
    static final String BATCH_COUNTER = "num_batches_tracked";

    private static final Pattern CLASSIFIER = Pattern.compile("(head|\\w+_head\\.conv_seg)\\..+");
    private static final Pattern HEAD = Pattern.compile("(head|\\w+_head)\\..+");

    /** A dense backbone's norms of its maps, which a classifier does not have. */
    private static final Pattern MAP_NORM = Pattern.compile("backbone\\.norm\\d+\\..+");

    private NetworkPart() {}

    /** Tells whether a tensor belongs to what a backbone and a classifier of it share. */
    static boolean isBackbone(String name) {
        return !HEAD.matcher(name).matches() && !MAP_NORM.matcher(name).matches();
    }

    /** Tells whether a tensor's first axis are the classes. */
    static boolean isClassifier(String name) {
        return CLASSIFIER.matcher(name).matches();
    }

    /** Tells whether a tensor is one of a backbone within a network for dense prediction. */
    static boolean isWithin(String name) {
        return name.startsWith(BACKBONE);
    }

    /** Returns a name as a classifier has it. */
    static String inner(String name) {
        return isWithin(name) ? name.substring(BACKBONE.length()) : name;
    }
}
