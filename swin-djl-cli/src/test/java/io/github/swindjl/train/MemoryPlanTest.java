// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinFeatures;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryPlanTest {

    private static final TrainConfig AUTO = TrainConfig.defaults().with("memory", "auto");
    private static final SwinClassifier NETWORK =
            new SwinClassifier(SwinConfig.v2().optImageSize(256, 256).build(), 10);

    private static MemoryPlan plan(TrainConfig config, long free) {
        return MemoryPlan.of(NETWORK, config, Precision.FP32, OptionalLong.of(free));
    }

    /** What a mode takes besides the network, which is there already. */
    private static long needed(MemoryMode mode) {
        MemoryEstimate estimate =
                plan(AUTO.with("memory", mode.name().toLowerCase(Locale.ROOT)), 0)
                        .estimate()
                        .orElseThrow();
        return estimate.total() - estimate.parameters();
    }

    @Test
    void takesTheQuickestModeThatFits() {
        for (MemoryMode mode : List.of(MemoryMode.PLAIN, MemoryMode.BLOCK)) {
            long enough = needed(mode) * 10 / 9 + 100;
            assertEquals(mode, plan(AUTO, enough).mode());
            assertFalse(plan(AUTO, enough - 1000).mode() == mode);
        }
        assertEquals(MemoryMode.SEQUENTIAL, plan(AUTO, 0).mode());
    }

    @ParameterizedTest
    @EnumSource(MemoryMode.class)
    void aModeThatIsAskedForIsTaken(MemoryMode mode) {
        String name = mode.name().toLowerCase(Locale.ROOT);
        assertEquals(mode, plan(AUTO.with("memory", name), 0).mode());
    }

    @Test
    void tellsWhatItChoseAndWhatItCosts() {
        String text = plan(AUTO, needed(MemoryMode.BLOCK) * 10 / 9 + 100).describe();
        assertTrue(text.startsWith("block: blocks are computed twice"), text);
        assertTrue(text.contains("a third more time"), text);
        assertTrue(
                text.matches(".*an estimated [\\d.]+ GB instead of [\\d.]+ GB; free are.*"), text);
    }

    @Test
    void takesTheSmallestForNetworksItCannotEstimate() {
        MemoryPlan plan =
                MemoryPlan.of(
                        new SwinFeatures(SwinConfig.v1().build(), List.of(3), false),
                        AUTO,
                        Precision.FP32,
                        OptionalLong.of(Long.MAX_VALUE));
        assertEquals(MemoryMode.SEQUENTIAL, plan.mode());
        assertTrue(plan.estimate().isEmpty());
    }

    @Test
    void optimizersAndAveragesCountOnlyWhereTheyAre() {
        MemoryEstimate adam = plan(AUTO, 0).plain().orElseThrow();
        assertEquals(2 * adam.parameters(), adam.optimizer());
        assertEquals(0, adam.average());
        MemoryEstimate sgd =
                plan(
                                AUTO.with(
                                        List.of(
                                                "optimizer.name=sgd",
                                                "optimizer.momentum=0",
                                                "ema.decay=0.99")),
                                0)
                        .plain()
                        .orElseThrow();
        assertEquals(0, sgd.optimizer());
        assertEquals(sgd.parameters(), sgd.average());
    }

    @Test
    void theSystemTellsWhatIsFree() {
        OptionalLong free = MemoryUse.free(Device.cpu());
        free.ifPresent(bytes -> assertTrue(bytes > 1 << 20, "free: " + bytes));
    }
}
