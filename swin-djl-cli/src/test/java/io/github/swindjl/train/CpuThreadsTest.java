// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.train.config.TrainConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CpuThreadsTest {

    private final SwinClassifier small = new SwinClassifier(config(32), 2);
    private final SwinClassifier large = new SwinClassifier(config(224), 2);
    private int former;

    private static SwinConfig config(int side) {
        return SwinConfig.v1().optImageSize(side, side).build();
    }

    @BeforeEach
    void three() {
        former = EngineInfo.threads();
        EngineInfo.setThreads(3);
    }

    @AfterEach
    void restore() {
        EngineInfo.setThreads(former);
    }

    @Test
    void smallNetworksGetOneAndLargeOnesAll() {
        try (CpuThreads threads = CpuThreads.of(TrainConfig.defaults(), small)) {
            assertEquals(1, EngineInfo.threads());
        }
        assertEquals(3, EngineInfo.threads());
        try (CpuThreads threads = CpuThreads.of(TrainConfig.defaults(), large)) {
            assertEquals(3, EngineInfo.threads());
        }
    }

    @Test
    void theConfigurationDecides() {
        TrainConfig config = TrainConfig.defaults().with("threads", "2");
        try (CpuThreads outer = CpuThreads.of(config, small)) {
            assertEquals(2, EngineInfo.threads());
            try (CpuThreads inner = CpuThreads.of(TrainConfig.defaults(), small)) {
                assertEquals(1, EngineInfo.threads());
            }
            assertEquals(2, EngineInfo.threads());
        }
        assertEquals(3, EngineInfo.threads());
    }
}
