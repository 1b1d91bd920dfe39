// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import io.github.swindjl.zoo.image.Picture;

/**
 * A picture with hidden parts, and what a network makes of it.
 *
 * @param name the picture's name in its set
 * @param original the whole picture
 * @param masked the picture with the hidden parts grey
 * @param guessed the picture with the hidden parts guessed
 */
public record Reconstruction(String name, Picture original, Picture masked, Picture guessed) {}
