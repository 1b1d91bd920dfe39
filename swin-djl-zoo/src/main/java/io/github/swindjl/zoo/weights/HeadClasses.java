// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** How the classes of ImageNet's two published heads belong together. */
public final class HeadClasses {

    private HeadClasses() {}

    /**
     * Returns where the 1000 classes are among the 21841. It is the published map, which gives one
     * class that the larger set lacks, n04399382, the place of another.
     *
     * @return for each of the 1000 classes, its row in a head of 21841; a new array
     */
    public static int[] rowsOfOneThousand() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                HeadClasses.class.getResourceAsStream("imagenet22k-to-1k.txt"),
                                StandardCharsets.UTF_8))) {
            return lines.lines().mapToInt(Integer::parseInt).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException("The map of classes cannot be read", e);
        }
    }
}
