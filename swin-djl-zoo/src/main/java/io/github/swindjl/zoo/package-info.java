// SPDX-License-Identifier: Apache-2.0
/**
 * Published models by name, and what turns a name into a network that classifies pictures, labels
 * their pixels or gives feature maps.
 *
 * <p>The API are {@link io.github.swindjl.zoo.Swin} and the models it loads, their predictors and
 * descriptions, the tables {@link io.github.swindjl.zoo.ModelTable} and {@link
 * io.github.swindjl.zoo.SegmentationTable} with their entries, and for DJL {@link
 * io.github.swindjl.zoo.SwinModelZoo} and the two factories; the rest is public for other packages
 * of this project and may change.
 */
package io.github.swindjl.zoo;
