// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SimMimModel;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the official pre-training, to go on with it and to fine-tune. */
class SimMimWeightsTest {

    private static ModelDescription description(SwinConfig config, String... labels) {
        return new ModelDescription(
                "small",
                config,
                List.of(labels),
                Preprocessing.official(config.imageHeight(), config.imageWidth()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"simmim_v1", "simmim_v2"})
    void pretrainingGoesOnWithEveryTensor(String name) throws IOException {
        DialectCase golden = DialectCase.named(name);
        try (SimMimModel model =
                        SimMimModel.load(
                                description(golden.config()), golden.file(), Device.cpu(), 3);
                StateSource file = golden.open()) {
            LoadReport report = model.report().orElseThrow();
            assertEquals(List.of(), report.missing());
            assertEquals(List.of(), report.unexpected());
            StateDict.of(model.block())
                    .forEach(
                            (parameter, values) -> {
                                try {
                                    assertArrayEquals(
                                            file.readFloats(parameter),
                                            values.getArray().toFloatArray(),
                                            parameter);
                                } catch (StateException e) {
                                    throw new AssertionError(e);
                                }
                            });
        }
    }

    @Test
    void fineTuningResizesTablesAsTheOfficialOne() throws IOException {
        DialectCase golden = DialectCase.named("simmim_v1");
        SwinConfig trained = golden.config();
        SwinConfig larger =
                WeightsLoader.resize(
                        trained,
                        2 * trained.imageHeight(),
                        2 * trained.imageWidth(),
                        trained.window() + 1);
        try (SwinModel model =
                SwinModel.tune(description(larger, "a", "b"), golden.file(), Device.cpu(), 3)) {
            LoadReport report = model.report().orElseThrow();
            List<String> rules =
                    report.resized().stream()
                            .filter(one -> one.name().endsWith("relative_position_bias_table"))
                            .map(LoadReport.Resized::rule)
                            .distinct()
                            .toList();
            assertEquals(List.of("simmim"), rules);
            assertTrue(report.unexpected().contains("encoder.mask_token"));
            assertEquals(
                    larger.blocks(),
                    report.resized().stream()
                            .filter(one -> one.name().endsWith("bias_table"))
                            .count());
        }
    }

    @Test
    void labelsAreRefused() {
        SwinConfig config = DialectCase.named("simmim_v1").config();
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> SimMimModel.create(description(config, "a"), Device.cpu(), 1))
                        .getMessage();
        assertTrue(message.contains("without labels") && message.contains("1 classes"), message);
    }
}
