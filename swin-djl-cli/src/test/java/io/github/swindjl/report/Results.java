// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.eval.ClassificationMetrics;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.Outcome;
import io.github.swindjl.zoo.image.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Results and pictures made up for tests. */
final class Results {

    private Results() {}

    /** Three ants, all right; four bees, two taken for ants, one cat taken for a bee; no dog. */
    static ClassificationResult small() {
        ClassificationMetrics metrics =
                new ClassificationMetrics(List.of("ant", "bee", "cat", "no picture"));
        int[][] pairs = {{0, 0}, {0, 0}, {0, 0}, {1, 1}, {1, 1}, {1, 0}, {1, 0}, {2, 1}};
        for (int[] pair : pairs) {
            metrics.add(new Outcome(pair[0], pair[1], 0.9, pair[0] == pair[1] ? 0 : 1, 0.5));
        }
        return metrics.result();
    }

    /**
     * As many classes as asked for, ten pictures each; class {@code i} has {@code i % 10} right.
     */
    static ClassificationResult large(int classes) {
        ClassificationMetrics metrics =
                new ClassificationMetrics(
                        IntStream.range(0, classes).mapToObj(i -> "class " + i).toList());
        for (int i = 0; i < 10 * classes; i++) {
            int label = i / 10;
            boolean right = i % 10 < label % 10;
            int predicted = right ? label : (label + 1) % classes;
            metrics.add(new Outcome(label, predicted, 0.9, right ? 0 : 1, 0.5));
        }
        return metrics.result();
    }

    static Picture plain(int width, int height, int value) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) value);
        return new Picture(width, height, rgb);
    }
}
