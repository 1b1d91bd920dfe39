// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TimingsTest {

    @Test
    void percentilesAreThoseOfNumPy() {
        // numpy.percentile([7, 1, 4, 10, 2], ...)
        Timings times = new Timings(7, 1, 4, 10, 2);
        assertEquals(5, times.count());
        assertEquals(4, times.median());
        assertEquals(4.8, times.mean(), 1e-12);
        assertEquals(1, times.percentile(0));
        assertEquals(1.4, times.percentile(10), 1e-12);
        assertEquals(8.8, times.percentile(90), 1e-12);
        assertEquals(9.4, times.percentile(95), 1e-12);
        assertEquals(9.88, times.percentile(99), 1e-12);
        assertEquals(10, times.percentile(100));
    }

    @Test
    void oneStepIsAllPercentiles() {
        assertEquals(3, new Timings(3).percentile(99));
    }

    @Test
    void noStepIsRefused() {
        assertThrows(IllegalArgumentException.class, Timings::new);
    }
}
