// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checkpoint of UperNet as Transformers writes it, read and written again. */
class SegmentationWeightsTest {

    private static final String GOLDEN = "goldens/segmentation/huggingface";
    private static final SwinConfig BACKBONE =
            SwinConfig.v1()
                    .optWidth(4)
                    .optStages(List.of(1, 1, 2, 1), List.of(1, 2, 2, 4))
                    .optWindow(4)
                    .optMlpRatio(2)
                    .build();

    @TempDir Path folder;

    private static UperNet network(int classes) {
        return new UperNet(new UperNetConfig(BACKBONE, classes, 8, 6, 0.1));
    }

    private static StateSource open() throws StateException {
        return StateFiles.open(TestData.file(GOLDEN + ".checkpoint.safetensors"));
    }

    private static LoadedWeights load(StateSource source, int classes) throws StateException {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        UperNet network = network(classes);
        StateDict.of(network)
                .forEach((name, parameter) -> shapes.put(name, parameter.getShape().getShape()));
        return WeightsLoader.load(source, network.config().backbone(), shapes, LoadOptions.DEFAULT);
    }

    @Test
    void logitsAreThoseOfTransformers() throws IOException {
        try (StateSource source = open();
                NDManager manager = NDManager.newBaseManager()) {
            LoadedWeights loaded = load(source, 5);
            assertEquals(Dialect.HUGGING_FACE, loaded.report().dialect());
            assertTrue(loaded.report().isComplete(), loaded.report().details());
            assertEquals(5, WeightsLoader.classes(source, LoadOptions.DEFAULT));
            UperNet network = network(5);
            Shape shape = new Shape(2, 3, 64, 64);
            loaded.fill(network, manager, shape);
            NDArray x = Formula.input(manager, shape);
            NDArray logits =
                    network.forward(new ParameterStore(manager, false), new NDList(x), false, null)
                            .singletonOrThrow();
            float[] expected = Goldens.tensors(GOLDEN + ".safetensors").get("logits");
            assertTrue(Goldens.difference(expected, logits.toFloatArray()) <= 1e-5);
        }
    }

    @Test
    void exportGivesTheLibrarysOwnFile() throws IOException {
        Path file = folder.resolve("exported.safetensors");
        try (StateSource source = open()) {
            LoadedWeights loaded = load(source, 5);
            WeightsExporter.write(loaded.state(), loaded.config(), Dialect.HUGGING_FACE, file);
            try (StateSource exported = Safetensors.open(file)) {
                assertEquals(source.tensors().keySet(), exported.tensors().keySet());
                for (String name : source.tensors().keySet()) {
                    assertArrayEquals(source.info(name).shape(), exported.info(name).shape(), name);
                    assertEquals(source.bytes(name), exported.bytes(name), name);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MICROSOFT", "HUGGING_FACE", "OPEN_MMLAB"})
    void exportedWeightsComeBackBitForBit(Dialect dialect) throws IOException {
        Path file = folder.resolve("exported.safetensors");
        try (StateSource source = open()) {
            LoadedWeights loaded = load(source, 5);
            WeightsExporter.write(loaded.state(), loaded.config(), dialect, file);
            try (StateSource exported = Safetensors.open(file)) {
                LoadedWeights again = load(exported, 5);
                assertEquals(dialect, again.report().dialect());
                assertTrue(again.report().isComplete(), again.report().details());
                for (String name : loaded.state().tensors().keySet()) {
                    assertEquals(loaded.state().bytes(name), again.state().bytes(name), name);
                }
                if (dialect == Dialect.MICROSOFT) {
                    assertTrue(again.report().renamed().isEmpty(), again.report().details());
                }
            }
        }
    }

    @Test
    void openMmlabHasItsNamesAndItsOrderOfMergings() throws IOException {
        Path file = folder.resolve("exported.safetensors");
        try (StateSource source = open()) {
            LoadedWeights loaded = load(source, 5);
            WeightsExporter.write(loaded.state(), loaded.config(), Dialect.OPEN_MMLAB, file);
            try (StateSource exported = Safetensors.open(file)) {
                assertTrue(
                        exported.tensors()
                                .keySet()
                                .containsAll(
                                        List.of(
                                                "backbone.patch_embed.projection.weight",
                                                "backbone.stages.2.blocks.1.attn.w_msa.qkv.weight",
                                                "backbone.stages.2.blocks.1.ffn.layers.0.0.bias",
                                                "backbone.norm3.weight",
                                                "decode_head.psp_modules.0.1.bn.running_mean",
                                                "decode_head.conv_seg.bias",
                                                "auxiliary_head.convs.0.conv.weight")));
                float[] ours =
                        loaded.state().readFloats("backbone.layers.0.downsample.norm.weight");
                float[] theirs = exported.readFloats("backbone.stages.0.downsample.norm.weight");
                // Official: four tokens of four channels; theirs: four channels of four tokens.
                assertEquals(ours[1 * 4 + 2], theirs[2 * 4 + 2]);
                assertEquals(ours[2 * 4 + 3], theirs[3 * 4 + 1]);
            }
        }
    }

    @Test
    void otherDialectsAreRefused() throws IOException {
        try (StateSource source = open()) {
            LoadedWeights loaded = load(source, 5);
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    WeightsExporter.write(
                                            loaded.state(),
                                            loaded.config(),
                                            Dialect.TIMM,
                                            folder.resolve("x")));
            assertTrue(e.getMessage().contains("timm"), e.getMessage());
        }
    }

    @Test
    void otherClassesLeaveOnlyTheClassifiersUntrained() throws IOException {
        try (StateSource source = open()) {
            LoadReport report = load(source, 9).report();
            assertEquals(
                    List.of(
                            "auxiliary_head.conv_seg.bias",
                            "auxiliary_head.conv_seg.weight",
                            "decode_head.conv_seg.bias",
                            "decode_head.conv_seg.weight"),
                    report.created().stream().sorted().toList());
            assertTrue(report.missing().isEmpty(), report.details());
        }
    }

    @Test
    void aClassifiersBackboneIsTaken() throws IOException {
        Path file = folder.resolve("classifier.safetensors");
        try (StateSource source = open()) {
            LoadedWeights dense = load(source, 5);
            LoadedWeights classifier =
                    WeightsLoader.load(source, BACKBONE, 0, LoadOptions.DEFAULT.withForced(true));
            BackboneFile.write(classifier.state(), file);
            try (StateSource only = Safetensors.open(file)) {
                LoadedWeights loaded = load(only, 5);
                assertEquals(1, loaded.report().backboneShare());
                String name = "backbone.layers.2.blocks.1.attn.qkv.weight";
                assertEquals(dense.state().bytes(name), loaded.state().bytes(name));
                assertTrue(
                        loaded.report().missing().stream()
                                .allMatch(
                                        n ->
                                                n.contains("_head.")
                                                        || n.matches("backbone.norm\\d.*")),
                        loaded.report().details());
            }
        }
    }

    /** Writes a classifier's weights under the official names. */
    private static final class BackboneFile {

        static void write(StateSource state, Path file) throws StateException {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (Map.Entry<String, TensorInfo> tensor : state.tensors().entrySet()) {
                writer.add(
                        tensor.getKey(),
                        tensor.getValue().type(),
                        tensor.getValue().shape(),
                        TensorContent.from(state, tensor.getKey()));
            }
            writer.write(file);
        }
    }
}
