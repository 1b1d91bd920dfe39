// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.Objects;

/**
 * What may be chosen when weights are loaded. Immutable.
 *
 * @param averaged whether averaged weights are taken where a file has both; true by default, as in
 *     timm
 * @param tables how relative position biases come to another window
 * @param forced whether weights are taken although they cover too little of the backbone
 */
public record LoadOptions(boolean averaged, TableResize tables, boolean forced) {

    /** Averaged weights first, plain bicubic, no force. */
    public static final LoadOptions DEFAULT = new LoadOptions(true, TableResize.BICUBIC, false);

    public LoadOptions {
        Objects.requireNonNull(tables, "tables");
    }

    /**
     * Returns these options with another choice between averaged and last weights.
     *
     * @param averaged whether averaged weights are taken where a file has both
     * @return the options
     */
    public LoadOptions withAveraged(boolean averaged) {
        return new LoadOptions(averaged, tables, forced);
    }

    /**
     * Returns these options with another resize of position biases.
     *
     * @param tables how relative position biases come to another window
     * @return the options
     */
    public LoadOptions withTables(TableResize tables) {
        return new LoadOptions(averaged, tables, forced);
    }

    /**
     * Returns these options with or without force.
     *
     * @param forced whether weights are taken although they cover too little of the backbone
     * @return the options
     */
    public LoadOptions withForced(boolean forced) {
        return new LoadOptions(averaged, tables, forced);
    }
}
