// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static io.github.swindjl.eval.ClassificationMetricsTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    @Test
    void binsAreOpenBelowAndClosedAbove() {
        Calibration.Builder builder = new Calibration.Builder();
        builder.add(1.0 / 15, true);
        builder.add(Math.nextUp(1.0 / 15), false);
        builder.add(1, true);
        builder.add(1e-9, false);
        List<Calibration.Bin> bins = builder.build().bins();
        assertEquals(2, bins.get(0).count());
        assertEquals(1, bins.get(0).correct());
        assertEquals(1, bins.get(1).count());
        assertEquals(1, bins.get(14).count());
    }

    @Test
    void theErrorIsTheWeightedDistance() {
        Calibration.Builder builder = new Calibration.Builder();
        for (int i = 0; i < 8; i++) {
            builder.add(0.9, i < 4);
        }
        builder.add(0.5, true);
        builder.add(0.5, false);
        Calibration calibration = builder.build();
        // Eight samples 0.4 too sure, two exactly as sure as right.
        assertEquals(0.8 * 0.4, calibration.expectedError(), 1e-12);
        assertEquals(10, calibration.count());
        assertEquals(5, calibration.correct());
        assertTrue(Double.isNaN(new Calibration.Builder().build().expectedError()));
    }

    @Test
    void partsMergeToTheWholeInAnyOrder() {
        Random random = new Random(3);
        Calibration.Builder whole = new Calibration.Builder();
        Calibration.Builder[] parts = {new Calibration.Builder(), new Calibration.Builder()};
        for (int i = 0; i < 1000; i++) {
            double probability = random.nextDouble();
            boolean right = random.nextBoolean();
            whole.add(probability, right);
            parts[i % 2].add(probability, right);
        }
        Calibration one = parts[0].build();
        Calibration other = parts[1].build();
        assertEquals(whole.build(), one.merge(other));
        assertEquals(whole.build(), other.merge(one));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertMessage("15 bins, got 0", () -> new Calibration(List.of()));
        assertMessage("3 correct of 2", () -> new Calibration.Bin(2, 3, ClassificationResult.ZERO));
    }
}
