// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.blocks.ActivationMemory;
import io.github.swindjl.blocks.SwinBackbone;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinSize;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.StateStorage;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.ModelTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryEstimateTest {

    private static final double MEGA = 1e6;

    /** What the libraries took besides, in every measurement: 210 to 250 MB. */
    private static final double LIBRARIES = 225;

    private static MemoryEstimate estimate(
            SwinConfig config, int classes, int batch, Precision precision, MemoryMode mode) {
        return MemoryEstimate.of(
                new ActivationMemory(config, batch, precision, ActivationMemory.Head.NONE),
                MemoryEstimate.Values.of(
                        TrainConfig.defaults(), new SwinClassifier(config, classes)),
                mode);
    }

    /**
     * What docs/memory.md shows as measured, 10⁶ bytes beyond those before the network was built.
     */
    @ParameterizedTest
    @CsvSource({
        "swin_tiny_patch4_window7_224, 2, FP32, PLAIN, 935",
        "swin_tiny_patch4_window7_224, 2, FP32, BLOCK, 723",
        "swin_tiny_patch4_window7_224, 16, FP32, PLAIN, 2490",
        "swin_tiny_patch4_window7_224, 16, FP32, STAGE, 1518",
        "swin_tiny_patch4_window7_224, 16, FP32, BLOCK, 1184",
        "swin_base_patch4_window7_224, 4, FP32, PLAIN, 2766",
        "swin_base_patch4_window7_224, 4, FP32, BLOCK, 1907",
        "swinv2_large_window12_192.ms_in22k, 2, FP32, PLAIN, 5006",
        "swinv2_large_window12_192.ms_in22k, 2, FP32, BLOCK, 4205",
        "swinv2_large_window12_192.ms_in22k, 2, FP32, SEQUENTIAL, 4231"
    })
    void liesWithinATenthOfWhatWasMeasured(
            String model, int batch, Precision precision, MemoryMode mode, double measured) {
        ModelDescription network = ModelTable.get(model).description();
        int classes = network.labels().size();
        double estimated =
                estimate(network.config(), classes, batch, precision, mode).total() / MEGA;
        assertEquals(measured, estimated + LIBRARIES, measured / 10);
    }

    /** The table of docs/memory.md, 10⁹ bytes of activations. */
    @ParameterizedTest
    @CsvSource({
        "192, 1, FP32, PLAIN, 2.1",
        "192, 8, FP32, PLAIN, 13.1",
        "640, 1, FP32, PLAIN, 82.1",
        "640, 8, FP32, PLAIN, 434.4",
        "192, 1, FP32, STAGE, 1.5",
        "192, 8, FP32, STAGE, 9.9",
        "640, 1, FP32, STAGE, 70.2",
        "640, 8, FP32, STAGE, 346.5",
        "192, 1, FP32, BLOCK, 0.4",
        "192, 8, FP32, BLOCK, 1.2",
        "640, 1, FP32, BLOCK, 11.9",
        "640, 8, FP32, BLOCK, 72.1",
        "192, 1, FP32, SEQUENTIAL, 0.4",
        "192, 8, FP32, SEQUENTIAL, 1.0",
        "640, 1, FP32, SEQUENTIAL, 3.9",
        "640, 8, FP32, SEQUENTIAL, 11.5",
        "192, 1, BF16, PLAIN, 7.9",
        "192, 8, BF16, PLAIN, 17.1",
        "640, 1, BF16, PLAIN, 100.2",
        "640, 8, BF16, PLAIN, 549.0",
        "192, 1, BF16, STAGE, 5.6",
        "192, 8, BF16, STAGE, 12.7",
        "640, 1, BF16, STAGE, 85.3",
        "640, 8, BF16, STAGE, 437.5",
        "192, 1, BF16, BLOCK, 0.8",
        "192, 8, BF16, BLOCK, 1.4",
        "640, 1, BF16, BLOCK, 14.4",
        "640, 8, BF16, BLOCK, 92.5",
        "192, 1, BF16, SEQUENTIAL, 0.8",
        "192, 8, BF16, SEQUENTIAL, 1.4",
        "640, 1, BF16, SEQUENTIAL, 4.0",
        "640, 8, BF16, SEQUENTIAL, 10.7",
    })
    void theThreeBillionNetworkNeedsWhatTheTableSays(
            int pixels, int batch, Precision precision, MemoryMode mode, double expected) {
        SwinConfig config =
                SwinConfig.v2()
                        .optSize(SwinSize.G)
                        .optImageSize(pixels, pixels)
                        .optWindow(pixels / 16)
                        .build();
        long activations =
                new ActivationMemory(config, batch, precision, ActivationMemory.Head.NONE)
                        .peak(mode.begin());
        assertEquals(expected, activations / (1000 * MEGA), 0.05);
    }

    /** The last table of docs/memory.md, 10⁹ bytes on a device, in bf16. */
    @ParameterizedTest
    @CsvSource({
        "192, 1, PLAIN, FLOAT32, 55.8",
        "192, 8, PLAIN, FLOAT32, 65.0",
        "640, 1, PLAIN, FLOAT32, 148.2",
        "640, 8, PLAIN, FLOAT32, 597.0",
        "192, 1, PLAIN, BFLOAT16, 43.8",
        "192, 8, PLAIN, BFLOAT16, 53.1",
        "640, 1, PLAIN, BFLOAT16, 136.2",
        "640, 8, PLAIN, BFLOAT16, 585.0",
        "192, 1, PLAIN, HOST, 31.8",
        "192, 8, PLAIN, HOST, 41.1",
        "640, 1, PLAIN, HOST, 124.2",
        "640, 8, PLAIN, HOST, 573.0",
        "192, 1, BLOCK, FLOAT32, 48.7",
        "192, 8, BLOCK, FLOAT32, 49.3",
        "640, 1, BLOCK, FLOAT32, 62.4",
        "640, 8, BLOCK, FLOAT32, 140.4",
        "192, 1, BLOCK, BFLOAT16, 36.8",
        "192, 8, BLOCK, BFLOAT16, 37.3",
        "640, 1, BLOCK, BFLOAT16, 50.4",
        "640, 8, BLOCK, BFLOAT16, 128.4",
        "192, 1, BLOCK, HOST, 24.7",
        "192, 8, BLOCK, HOST, 25.3",
        "640, 1, BLOCK, HOST, 38.4",
        "640, 8, BLOCK, HOST, 116.5",
        "192, 1, SEQUENTIAL, FLOAT32, 48.7",
        "192, 8, SEQUENTIAL, FLOAT32, 49.3",
        "640, 1, SEQUENTIAL, FLOAT32, 51.9",
        "640, 8, SEQUENTIAL, FLOAT32, 58.7",
        "192, 1, SEQUENTIAL, BFLOAT16, 36.8",
        "192, 8, SEQUENTIAL, BFLOAT16, 37.3",
        "640, 1, SEQUENTIAL, BFLOAT16, 39.9",
        "640, 8, SEQUENTIAL, BFLOAT16, 46.7",
        "192, 1, SEQUENTIAL, HOST, 24.7",
        "192, 8, SEQUENTIAL, HOST, 25.3",
        "640, 1, SEQUENTIAL, HOST, 28.0",
        "640, 8, SEQUENTIAL, HOST, 34.7",
    })
    void theThreeBillionNetworkNeedsTogether(
            int pixels, int batch, MemoryMode mode, StateStorage state, double expected) {
        SwinConfig config =
                SwinConfig.v2()
                        .optSize(SwinSize.G)
                        .optImageSize(pixels, pixels)
                        .optWindow(pixels / 16)
                        .build();
        MemoryEstimate estimate =
                MemoryEstimate.of(
                        new ActivationMemory(
                                config, batch, Precision.BF16, ActivationMemory.Head.NONE),
                        MemoryEstimate.Values.of(TrainConfig.defaults(), new SwinBackbone(config))
                                .with(state),
                        mode);
        assertEquals(expected, estimate.total() / (1000 * MEGA), 0.05);
        assertEquals(state.isOnHost() ? 24.0 : 0, estimate.host() / (1000 * MEGA), 0.05);
    }

    @Test
    void blocksTakeAThirdOfTheActivationsOfTwentyFourBlocks() {
        for (int version = 1; version <= 2; version++) {
            SwinConfig config =
                    (version == 1 ? SwinConfig.v1() : SwinConfig.v2()).optSize(SwinSize.B).build();
            long plain = estimate(config, 0, 4, Precision.FP32, MemoryMode.PLAIN).activations();
            long block = estimate(config, 0, 4, Precision.FP32, MemoryMode.BLOCK).activations();
            assertTrue(plain > 3 * block, plain + " and " + block);
        }
    }
}
