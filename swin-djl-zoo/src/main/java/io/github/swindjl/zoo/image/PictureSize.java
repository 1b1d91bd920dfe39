// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

/**
 * A picture's size as its file's header states it.
 *
 * @param width pixels per row
 * @param height rows
 */
public record PictureSize(int width, int height) {

    /**
     * Names the size.
     *
     * @return for example {@code 500x375}
     */
    @Override
    public String toString() {
        return width + "x" + height;
    }
}
