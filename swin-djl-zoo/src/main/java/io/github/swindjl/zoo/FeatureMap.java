// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

/**
 * What one stage of a network makes of a picture.
 *
 * <p>The values are neither copied when the record is made nor when they are handed out.
 *
 * @param stage counted from 0
 * @param channels features of each place
 * @param height rows of places
 * @param width columns of places
 * @param values in the order channel, row, column
 */
public record FeatureMap(int stage, int channels, int height, int width, float[] values) {}
