// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigChangeTest {

    private static final TrainConfig BEFORE =
            TrainConfig.defaults().with("model.overrides.window", "8");

    private static List<ConfigChange> changes(String... settings) {
        return ConfigChange.between(BEFORE, BEFORE.with(List.of(settings)));
    }

    @Test
    void everyDifferentKeyIsNamed() {
        assertEquals(List.of(), changes());
        assertEquals(
                List.of(
                        "model.overrides.window is 8 there and not set here",
                        "optimizer.lr is 0.0015 there and 0.25 here",
                        "seed is 0 there and 7 here"),
                changes("seed=7", "optimizer.lr=0.25", "model.overrides={window: null}").stream()
                        .map(ConfigChange::toString)
                        .toList());
    }

    @Test
    void whatDecidesTheWeightsMayNotChange() {
        for (String setting :
                List.of("seed=7", "training.epochs=9", "training.batch_size=2", "precision=bf16")) {
            assertFalse(changes(setting).get(0).isAllowed(), setting);
        }
        for (String setting :
                List.of(
                        "data.workers=9",
                        "data.path=/elsewhere",
                        "log_every=3",
                        "checkpoints.keep=9",
                        "stopping.patience=3",
                        "evaluation.batch_size=3")) {
            assertTrue(changes(setting).get(0).isAllowed(), setting);
        }
    }

    @Test
    void theOptimizersStateMayMoveButNotBeRounded() {
        assertTrue(changes("optimizer.state=host").get(0).isAllowed());
        assertFalse(changes("optimizer.state=bfloat16").get(0).isAllowed());
        TrainConfig rounded = BEFORE.with("optimizer.state", "bfloat16");
        assertFalse(ConfigChange.between(rounded, BEFORE).get(0).isAllowed());
    }
}
