// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.nn.Block;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinFeatures;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.simmim.SimMim;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.StateStorage;
import io.github.swindjl.train.config.TrainConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryPlanTest {

    private static final TrainConfig AUTO = TrainConfig.defaults().with("memory", "auto");
    private static final SwinClassifier NETWORK =
            new SwinClassifier(SwinConfig.v2().optImageSize(256, 256).build(), 10);

    private static MemoryPlan plan(TrainConfig config, long free) {
        return plan(NETWORK, config, free, false, Optional.empty());
    }

    private static MemoryPlan plan(
            Block network,
            TrainConfig config,
            long free,
            boolean hasHost,
            Optional<MemoryMode> first) {
        return MemoryPlan.of(
                network, config, Precision.FP32, OptionalLong.of(free), hasHost, first);
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
                plan(
                        new SwinFeatures(SwinConfig.v1().build(), List.of(3), false),
                        AUTO,
                        Long.MAX_VALUE,
                        false,
                        Optional.empty());
        assertEquals(MemoryMode.SEQUENTIAL, plan.mode());
        assertTrue(plan.estimate().isEmpty());
    }

    /** Heads and losses count, too. */
    @Test
    void choosesForSegmentationAndPreTraining() {
        SwinConfig backbone = SwinConfig.v2().optImageSize(128, 128).optWindow(8).build();
        long classifier =
                plan(new SwinClassifier(backbone, 10), AUTO, 0, false, Optional.empty())
                        .plain()
                        .orElseThrow()
                        .activations();
        List<Block> networks =
                List.of(new UperNet(UperNetConfig.of(backbone, 150)), new SimMim(backbone));
        for (Block network : networks) {
            TrainConfig config = AUTO.with("segmentation.crop", "128");
            MemoryPlan none = plan(network, config, 0, false, Optional.empty());
            assertEquals(MemoryMode.SEQUENTIAL, none.mode());
            MemoryEstimate plain = none.plain().orElseThrow();
            assertTrue(plain.activations() > classifier);
            long enough = (plain.total() - plain.parameters()) * 10 / 9 + 100;
            assertEquals(
                    MemoryMode.PLAIN,
                    plan(network, config, enough, false, Optional.empty()).mode());
            assertEquals(
                    MemoryMode.BLOCK,
                    plan(network, config, enough - 1000, false, Optional.empty()).mode());
        }
        Block network = networks.get(0);
        long large =
                plan(network, AUTO, 0, false, Optional.empty()).plain().orElseThrow().activations();
        long small =
                plan(network, AUTO.with("segmentation.crop", "128"), 0, false, Optional.empty())
                        .plain()
                        .orElseThrow()
                        .activations();
        assertTrue(large > 10 * small, "512 pixels " + large + ", 128 pixels " + small);
    }

    @Test
    void movesTheStateToTheHostWhereNothingElseHelps() {
        MemoryEstimate smallest =
                plan(AUTO.with("memory", "sequential"), 0).estimate().orElseThrow();
        long without = smallest.total() - smallest.parameters() - smallest.optimizer();
        long free = without * 10 / 9 + 100;
        MemoryPlan cpu = plan(NETWORK, AUTO, free, false, Optional.empty());
        assertEquals(StateStorage.FLOAT32, cpu.state());
        assertFalse(cpu.fits());
        assertTrue(cpu.describe().contains("optimizer.state=bfloat16 would save"), cpu.describe());
        MemoryPlan gpu = plan(NETWORK, AUTO, free, true, Optional.empty());
        assertEquals(StateStorage.HOST, gpu.state());
        assertEquals(MemoryMode.SEQUENTIAL, gpu.mode());
        assertTrue(gpu.fits());
        assertTrue(gpu.describe().contains("of the computer's memory"), gpu.describe());
        assertEquals(0, gpu.estimate().orElseThrow().optimizer());
        assertEquals(smallest.optimizer(), gpu.estimate().orElseThrow().host());
        TrainConfig rounded = AUTO.with("optimizer.state", "bfloat16");
        MemoryPlan asked = plan(NETWORK, rounded, 0, true, Optional.empty());
        assertEquals(StateStorage.BFLOAT16, asked.state());
        assertEquals(smallest.optimizer() / 2, asked.estimate().orElseThrow().optimizer());
    }

    @Test
    void keepsToTheModeThatTheRunBeganWith() {
        MemoryPlan plan = plan(NETWORK, AUTO, Long.MAX_VALUE, false, Optional.of(MemoryMode.BLOCK));
        assertEquals(MemoryMode.BLOCK, plan.mode());
        assertTrue(plan.describe().contains("with which the run began"), plan.describe());
        MemoryPlan narrow = plan(NETWORK, AUTO, 0, false, Optional.of(MemoryMode.PLAIN));
        assertEquals(MemoryMode.PLAIN, narrow.mode());
        assertTrue(narrow.describe().contains("not likely to fit"), narrow.describe());
        TrainConfig other = AUTO.with("memory", "stage");
        assertEquals(
                MemoryMode.STAGE,
                plan(NETWORK, other, 0, false, Optional.of(MemoryMode.BLOCK)).mode());
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
