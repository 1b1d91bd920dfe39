// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

/**
 * The two splits that training needs, with the same classes.
 *
 * @param train pictures to learn from
 * @param val pictures to validate on
 */
public record TrainVal(PictureSource train, PictureSource val) implements DataSplits {}
