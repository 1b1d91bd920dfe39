// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.zoo.ModelDescription;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkloadTest {

    private static BenchCase of(BenchMode mode, Precision precision) {
        return new BenchCase(
                BenchCase.network("mini", List.of(), null, 0.1),
                List.of(),
                mode,
                2,
                MemoryMode.PLAIN,
                false,
                precision,
                Device.cpu(),
                7);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aTrainingStepChangesEveryKindOfParameter(Precision precision) {
        try (TrainingWorkload workload = new TrainingWorkload(of(BenchMode.TRAIN, precision))) {
            float[] before = workload.value("layers.0.blocks.0.mlp.fc1.weight");
            float[] head = workload.value("head.bias");
            workload.step();
            workload.step();
            assertFalse(Arrays.equals(before, workload.value("layers.0.blocks.0.mlp.fc1.weight")));
            assertFalse(Arrays.equals(head, workload.value("head.bias")));
            assertTrue(workload.parameters() > 1_000_000);
        }
    }

    @Test
    void settingsChangeTheNetwork() {
        ModelDescription plain = BenchCase.network("mini", List.of(), null, 0.2);
        assertEquals(48, plain.config().imageWidth());
        assertEquals(0.2, plain.config().dropPath());
        assertEquals(12, plain.labels().size());
        ModelDescription changed =
                BenchCase.network("mini", List.of("shift=padded", "window=4"), 64, 0.2);
        assertEquals(ShiftMode.PADDED, changed.config().shift());
        assertEquals(4, changed.config().window());
        assertEquals(64, changed.config().imageHeight());
        assertEquals(64, changed.preprocessing().width());
        assertTrue(changed.multiplyAdds() > plain.multiplyAdds());
    }

    /** The depths of the three-billion network, with a thirtieth of its width. */
    private static ModelDescription narrowGiant() {
        return BenchCase.network(
                "mini",
                List.of(
                        "width=16",
                        "depths=[2, 2, 42, 4]",
                        "heads=[1, 2, 4, 8]",
                        "reference_windows=[0, 0, 0, 0]",
                        "extra_norm_every=6"),
                64,
                0.5);
    }

    @Test
    void aNarrowGiantLearnsTheSameWithEveryMemoryMode() {
        String far = "layers.0.blocks.0.attn.qkv.weight";
        String near = "layers.3.blocks.3.mlp.fc2.weight";
        float[] expected = null;
        for (MemoryMode mode : MemoryMode.values()) {
            BenchCase what =
                    new BenchCase(
                            narrowGiant(),
                            List.of(),
                            BenchMode.TRAIN,
                            2,
                            mode,
                            false,
                            Precision.FP32,
                            Device.cpu(),
                            3);
            try (TrainingWorkload workload = new TrainingWorkload(what)) {
                float[] start = workload.value(far);
                workload.step();
                workload.step();
                assertFalse(Arrays.equals(start, workload.value(far)), mode + " learns nothing");
                float[] found = workload.value(near);
                if (expected == null) {
                    expected = found;
                }
                // AdamW's first steps turn rounding into differences of the sign's size.
                float tolerance = mode == MemoryMode.SEQUENTIAL ? 2e-6f : 0;
                assertArrayEquals(expected, found, tolerance, mode.toString());
            }
        }
    }

    @Test
    void anUnknownSettingIsRefused() {
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> BenchCase.network("mini", List.of("windw=4"), null, 0))
                        .getMessage()
                        .contains("did you mean window?"));
    }

    @Test
    void anEmptyBatchIsRefused() {
        BenchCase full = of(BenchMode.INFER, Precision.FP32);
        assertThrows(IllegalArgumentException.class, () -> full.withBatchSize(0));
    }
}
