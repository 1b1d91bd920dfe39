// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastTrafficTest {

    /**
     * By hand for Swin-T at 224 pixels, in values: the stem 2·56²·96; each block 14 arrays of its
     * map, 301,056 values in stage 1 and half as many in each further one; mergings 2.5 of them.
     */
    @ParameterizedTest
    @CsvSource({
        "INFER, 1, FP32, 4, 2",
        "INFER, 64, BF16, 2, 2",
        "TRAIN, 8, FP32, 4, 5",
        "TRAIN, 2, BF16, 2, 5"
    })
    void countsEachOutputAndEachWeight(
            BenchMode mode, int batch, Precision precision, int width, int passes) {
        double map = 56 * 56 * 96;
        double blocks = 14 * map * (2 + 2 / 2.0 + 6 / 4.0 + 2 / 8.0);
        double outputs = 2 * map + blocks + 2.5 * map * (1 + 1 / 2.0 + 1 / 4.0);
        long parameters = 28_288_354;
        double weights = (double) parameters * (mode == BenchMode.INFER ? width : 2 * width + 32);
        BenchCase what =
                new BenchCase(
                        BenchCase.network("swin_tiny_patch4_window7_224", List.of(), null, 0),
                        List.of(),
                        mode,
                        batch,
                        MemoryMode.PLAIN,
                        false,
                        precision,
                        Device.cpu(),
                        0);
        assertEquals(
                batch * outputs * width * passes + weights,
                LeastTraffic.ofStep(what, parameters),
                1);
    }
}
