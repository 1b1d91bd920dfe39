// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.window.WindowShrink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsLoaderTest {

    private static final DialectCase V1 = DialectCase.named("microsoft_v1");
    private static final DialectCase V2 = DialectCase.named("microsoft_v2");

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("weights.safetensors");
    }

    /** Adds a case's tensors under other names; a name that becomes null is left away. */
    private static void copy(
            SafetensorsWriter writer, StateSource source, UnaryOperator<String> rename) {
        for (TensorInfo info : source.tensors().values()) {
            String name = rename.apply(info.name());
            if (name != null) {
                writer.add(
                        name, info.type(), info.shape(), TensorContent.from(source, info.name()));
            }
        }
    }

    private void write(DialectCase one, UnaryOperator<String> rename) throws IOException {
        try (StateSource source = one.open()) {
            SafetensorsWriter writer = new SafetensorsWriter();
            copy(writer, source, rename);
            writer.write(file());
        }
    }

    private LoadReport report(SwinConfig config, int classes, LoadOptions options)
            throws IOException {
        try (StateSource source = Safetensors.open(file())) {
            return WeightsLoader.load(source, config, classes, options).report();
        }
    }

    private LoadReport report(DialectCase one) throws IOException {
        return report(one.config(), one.classes(), LoadOptions.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.",
                "state_dict.",
                "module.",
                "model.module.",
                "state_dict.module.",
                "model_ema.",
                "state_dict_ema.",
                "backbone.",
                "state_dict.backbone.",
                "state_dict.net._orig_mod."
            })
    void wrappersAreStripped(String wrapper) throws IOException {
        write(V1, name -> wrapper + name);
        LoadReport report = report(V1);
        assertEquals(wrapper, report.wrapper());
        assertEquals(Dialect.MICROSOFT, report.dialect());
        assertTrue(report.isComplete(), report.details());
        assertEquals(Map.of(), report.renamed());
    }

    @ParameterizedTest
    @CsvSource({
        "model, state_dict_ema, true, state_dict_ema",
        "model, model_ema, true, model_ema",
        "model_ema, state_dict_ema, true, state_dict_ema",
        "model, state_dict, true, state_dict",
        "model, ema, true, ema",
        "teacher, model, true, model",
        "student, teacher, true, student",
        "model, state_dict_ema, false, model",
        "state_dict, model_ema, false, state_dict"
    })
    void preferenceAmongSeveralNetworks(String one, String other, boolean averaged, String expected)
            throws IOException {
        try (StateSource source = V1.open()) {
            SafetensorsWriter writer = new SafetensorsWriter();
            copy(writer, source, name -> one + "." + name);
            copy(writer, source, name -> other + "." + name);
            writer.add("epoch", TensorType.I64, new long[0], longs(7));
            writer.write(file());
            LoadReport report = report(V1.config(), 5, LoadOptions.DEFAULT.withAveraged(averaged));
            assertEquals(expected + ".", report.wrapper());
            assertEquals(source.tensors().size() + 1, report.outside().size());
            assertTrue(report.isComplete());
            assertTrue(
                    report.summary().contains("of other parts of the file left"), report.summary());
        }
    }

    private static TensorContent longs(long value) {
        return TensorContent.of(() -> LazyTensorTest.buffer(Long.BYTES).putLong(value).flip());
    }

    @Test
    void earlySpellingsAreUnderstood() throws IOException {
        write(
                DialectCase.named("simmim_v2"),
                name -> "model." + name.replace("cpb_mlp", "rpe_mlp"));
        LoadReport report = report(V2.config(), 0, LoadOptions.DEFAULT);
        assertEquals(Dialect.SIMMIM, report.dialect());
        assertEquals(1, report.backboneShare());
        assertEquals(
                List.of("model.encoder.layers.0.blocks.0.attn.rpe_mlp.0.weight"),
                report.renamed().get("layers.0.blocks.0.attn.cpb_mlp.0.weight"));
        write(
                DialectCase.named("torchvision_v2"),
                name -> name.replace("logit_scale", "v2_logit_scale"));
        assertTrue(report(DialectCase.named("torchvision_v2")).isComplete());
    }

    @Test
    void joinedKeyBiasIsDroppedWithANote() throws IOException {
        DialectCase one = DialectCase.named("torchvision_v2");
        try (StateSource source = one.open()) {
            LoadReport report =
                    WeightsLoader.load(source, one.config(), 5, LoadOptions.DEFAULT).report();
            assertEquals(1, report.notes().size());
            assertTrue(report.notes().get(0).contains("key biases of 4 blocks"), report.summary());
        }
    }

    @Test
    void headlessTimmIsFoundByItsMergings() throws IOException {
        write(DialectCase.named("timm_v1"), name -> name.startsWith("head") ? null : name);
        LoadReport report = report(V1.config(), 5, LoadOptions.DEFAULT);
        assertEquals(Dialect.TIMM, report.dialect());
        assertEquals(List.of("head.weight", "head.bias"), report.missing());
        assertEquals(1, report.backboneShare());
        assertFalse(report.isComplete());
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        new SafetensorsWriter()
                .add("bert.weight", TensorType.F32, new long[] {1}, TensorContent.of(1f))
                .write(file());
        StateException failure = assertThrows(StateException.class, () -> report(V1));
        for (String part : List.of("weights.safetensors", "bert.weight", "patch_embed.proj")) {
            assertTrue(failure.getMessage().contains(part), failure.getMessage());
        }
    }

    @Test
    void anotherModelIsRefusedUnlessForced() throws IOException {
        write(V1, name -> "model." + name);
        StateException failure =
                assertThrows(
                        StateException.class, () -> report(V2.config(), 5, LoadOptions.DEFAULT));
        for (String part :
                List.of(
                        "% of the backbone",
                        "V1 of width 4 and depths [1, 2, 1]", "V2", "belong to")) {
            assertTrue(failure.getMessage().contains(part), failure.getMessage());
        }
        LoadReport forced = report(V2.config(), 5, LoadOptions.DEFAULT.withForced(true));
        assertTrue(forced.backboneShare() < WeightsLoader.REQUIRED_SHARE);
        assertTrue(forced.missing().contains("layers.0.blocks.0.attn.logit_scale"));
        assertTrue(
                forced.unexpected()
                        .contains("model.layers.0.blocks.0.attn.relative_position_bias_table"));
    }

    @Test
    void aFewMissingTensorsAreAllowedAndStartAsTheBlockSays() throws IOException {
        write(V1, name -> name.startsWith("norm.") ? null : name);
        try (StateSource source = Safetensors.open(file())) {
            LoadedWeights weights = WeightsLoader.load(source, V1.config(), 5, LoadOptions.DEFAULT);
            assertEquals(List.of("norm.weight", "norm.bias"), weights.report().missing());
            assertTrue(weights.report().backboneShare() >= WeightsLoader.REQUIRED_SHARE);
            assertEquals(5, DialectCase.compute(weights, 5).length);
        }
    }

    @Test
    void anotherNumberOfClassesGetsAZeroHead() throws IOException {
        try (StateSource source = V1.open()) {
            LoadedWeights weights = WeightsLoader.load(source, V1.config(), 7, LoadOptions.DEFAULT);
            assertEquals(List.of("head.weight", "head.bias"), weights.report().created());
            assertEquals(List.of(), weights.report().unexpected());
            assertArrayEquals(new float[7], DialectCase.compute(weights, 7));
            assertTrue(
                    weights.report().summary().contains("head.bias starts at zero"),
                    weights.report().summary());
        }
    }

    @Test
    void classesOf22kAreMappedToThe1000() throws IOException {
        SwinConfig config = V1.config();
        int width = config.stageWidth(config.stages() - 1);
        float[] rows = new float[21841 * width];
        float[] bias = new float[21841];
        for (int row = 0; row < bias.length; row++) {
            bias[row] = row;
            rows[row * width + width - 1] = row;
        }
        try (StateSource source = V1.open()) {
            SafetensorsWriter writer = new SafetensorsWriter();
            copy(writer, source, name -> name.startsWith("head") ? null : name);
            writer.add(
                    "head.weight",
                    TensorType.F32,
                    new long[] {21841, width},
                    TensorContent.of(rows));
            writer.add("head.bias", TensorType.F32, new long[] {21841}, TensorContent.of(bias));
            writer.write(file());
        }
        try (StateSource source = Safetensors.open(file())) {
            assertEquals(21841, WeightsLoader.classes(source, LoadOptions.DEFAULT));
            LoadedWeights weights = WeightsLoader.load(source, config, 1000, LoadOptions.DEFAULT);
            float[] found = weights.state().readFloats("head.bias");
            float[] mapped = weights.state().readFloats("head.weight");
            long sum = 0;
            for (int i = 0; i < found.length; i++) {
                sum += (long) found[i];
                assertEquals(found[i], mapped[i * width + width - 1]);
                assertEquals(0, mapped[i * width]);
            }
            // First, sixth and last entry and the sum of the official list.
            assertEquals(359, found[0]);
            assertEquals(492, found[5]);
            assertEquals(21817, found[999]);
            assertEquals(6_373_512, sum);
            assertEquals(2, weights.report().resized().size());
            assertTrue(weights.report().isComplete());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    void otherChannelsAsInTimm(int channels) throws IOException {
        SwinConfig config =
                SwinConfig.v1()
                        .optImageSize(32, 32)
                        .optWidth(2)
                        .optStages(List.of(1), List.of(1))
                        .optChannels(channels)
                        .build();
        try (StateSource tables = DialectCase.open("tables")) {
            String key = "channels." + channels;
            LazyTensor before = LazyTensor.of(tables, key + ".before");
            LazyTensor after =
                    new ShapeRules(config, TableResize.BICUBIC)
                            .fit("patch_embed.proj.weight", before, 2, channels, 4, 4)
                            .orElseThrow()
                            .tensor();
            assertArrayEquals(tables.readFloats(key + ".after"), after.floats(), 1e-6f);
        }
    }

    @Test
    void tablesOfAnotherWindowAreResizedAsAsked() throws IOException {
        SwinConfig larger = WeightsLoader.resize(V1.config(), 96, 96, 6);
        String name = "layers.1.blocks.1.attn.relative_position_bias_table";
        Map<TableResize, float[]> found = new TreeMap<>();
        try (StateSource source = V1.open()) {
            for (TableResize rule : TableResize.values()) {
                LoadedWeights weights =
                        WeightsLoader.load(source, larger, 5, LoadOptions.DEFAULT.withTables(rule));
                assertEquals(4, weights.report().resized().size());
                LoadReport.Resized resized = weights.report().resized().get(0);
                assertEquals(List.of(49L, 1L), resized.from());
                assertEquals(List.of(121L, 1L), resized.to());
                float[] expected =
                        TableResize.resample(
                                source.readFloats(name),
                                rule.weights(7, 11),
                                rule.weights(7, 11),
                                2);
                found.put(rule, weights.state().readFloats(name));
                assertArrayEquals(expected, found.get(rule));
            }
        }
        assertFalse(Arrays.equals(found.get(TableResize.BICUBIC), found.get(TableResize.TIMM)));
        assertFalse(Arrays.equals(found.get(TableResize.BICUBIC), found.get(TableResize.SIMMIM)));
    }

    @Test
    void tablesBecomeWindowsThatAreNotSquare() throws IOException {
        SwinConfig wide =
                V1.config().toBuilder()
                        .optImageSize(64, 32)
                        .optShrink(WindowShrink.PER_AXIS)
                        .build();
        try (StateSource source = V1.open()) {
            LoadReport report = WeightsLoader.load(source, wide, 5, LoadOptions.DEFAULT).report();
            assertEquals(
                    List.of(
                            LoadReport.Resized.of(
                                    "layers.2.blocks.0.attn.relative_position_bias_table",
                                    new long[] {49, 4},
                                    new long[] {21, 4},
                                    "bicubic")),
                    report.resized());
        }
    }

    @Test
    void otherHeadCountsAreNotResized() throws IOException {
        SwinConfig config =
                V1.config().toBuilder().optStages(List.of(1, 2, 1), List.of(1, 2, 2)).build();
        try (StateSource source = V1.open()) {
            LoadReport report = WeightsLoader.load(source, config, 5, LoadOptions.DEFAULT).report();
            String name = "layers.2.blocks.0.attn.relative_position_bias_table";
            assertEquals(List.of(name), report.missing());
            assertEquals(List.of(name), report.unexpected());
            assertTrue(report.summary().contains("[49, 4] in the file"), report.summary());
        }
    }

    @Test
    void referenceWindowsComeFromTheFile() throws IOException {
        DialectCase one = DialectCase.named("microsoft_v2_pretrained");
        SwinConfig silent = one.config().toBuilder().optReferenceWindows(null).build();
        try (StateSource source = one.open()) {
            LoadedWeights weights = WeightsLoader.load(source, silent, 5, LoadOptions.DEFAULT);
            assertEquals(one.config(), weights.config());
            assertTrue(
                    weights.report().summary().contains("windows [6, 6, 3]"),
                    weights.report().summary());
            assertArrayEquals(one.logits(), DialectCase.compute(weights, 5), 1e-5f);
            SwinConfig other =
                    one.config().toBuilder().optReferenceWindows(List.of(9, 9, 9)).build();
            LoadedWeights asked = WeightsLoader.load(source, other, 5, LoadOptions.DEFAULT);
            assertEquals(other, asked.config());
            assertTrue(
                    asked.report().summary().contains("[9, 9, 9] as its reference"),
                    asked.report().summary());
        }
    }

    @Test
    void aWindowAskedForKeepsTheTrainedOneAsReference() throws IOException {
        SwinConfig larger = V2.config().toBuilder().optImageSize(96, 96).optWindow(6).build();
        try (StateSource source = V2.open()) {
            assertEquals(
                    List.of(4, 4, 4),
                    WeightsLoader.load(source, larger, 5, LoadOptions.DEFAULT)
                            .config()
                            .referenceWindows());
        }
        assertEquals(
                List.of(4, 4, 4), WeightsLoader.resize(V2.config(), 96, 96, 6).referenceWindows());
        assertEquals(
                List.of(0, 0, 0), WeightsLoader.resize(V1.config(), 96, 96, 6).referenceWindows());
    }

    @Test
    void integersAreNoWeights() throws IOException {
        try (StateSource source = V1.open()) {
            SafetensorsWriter writer = new SafetensorsWriter();
            copy(writer, source, name -> name.equals("norm.bias") ? null : name);
            writer.add(
                    "norm.bias", TensorType.I32, new long[] {16}, TensorContent.of(new float[16]));
            writer.write(file());
        }
        LoadReport report = report(V1);
        assertEquals(List.of("norm.bias"), report.missing());
        assertTrue(report.summary().contains("norm.bias holds I32"), report.summary());
    }

    @Test
    void partsThatDoNotFitAreMissingWithANote() throws IOException {
        DialectCase one = DialectCase.named("huggingface_v1");
        String key = "swin.encoder.layers.0.blocks.0.attention.self.key.bias";
        try (StateSource source = one.open()) {
            SafetensorsWriter writer = new SafetensorsWriter();
            copy(writer, source, name -> name.equals(key) ? null : name);
            writer.add(key, TensorType.F64, new long[] {4}, TensorContent.of(new float[8]));
            writer.write(file());
        }
        LoadReport report = report(one);
        assertEquals(List.of("layers.0.blocks.0.attn.qkv.bias"), report.missing());
        assertTrue(report.summary().contains("F32[4] and F64[4]"), report.summary());
    }

    @Test
    void theReportTellsEverything() throws IOException {
        DialectCase one = DialectCase.named("timm_v1");
        try (StateSource source = one.open()) {
            LoadReport report =
                    WeightsLoader.load(
                                    source,
                                    WeightsLoader.resize(one.config(), 96, 96, 6),
                                    9,
                                    LoadOptions.DEFAULT)
                            .report();
            for (String part :
                    List.of("timm names", "backbone 100.0 %", "4 resized", "2 created")) {
                assertTrue(report.summary().contains(part), report.summary());
            }
            for (String part :
                    List.of(
                            "renamed layers.1.downsample.norm.bias to layers.0.downsample.norm.bias",
                            "created head.bias",
                            "[49, 1] to [121, 1], bicubic")) {
                assertTrue(report.details().contains(part), report.details());
            }
            JsonObject json = report.toJson();
            assertEquals("TIMM", json.get("dialect").getAsString());
            assertEquals(report.loaded().size(), json.getAsJsonArray("loaded").size());
            assertEquals(1.0, json.get("backboneShare").getAsDouble());
            assertEquals(4, json.getAsJsonArray("resized").size());
            assertEquals(2, json.getAsJsonArray("created").size());
            assertFalse(json.get("complete").getAsBoolean());
        }
    }

    @Test
    void exportRefusesWhatADialectCannotCompute() throws IOException {
        refused(DialectCase.named("microsoft_v1_absolute"), Dialect.TORCHVISION, "absolute");
        refused(DialectCase.named("microsoft_v1_absolute"), Dialect.HUGGING_FACE, "absolute");
        refused(DialectCase.named("microsoft_v2_pretrained"), Dialect.TORCHVISION, "[6, 6, 3]");
        SwinConfig shrunk = V1.config().toBuilder().optWindow(8).build();
        refused(V1, shrunk, Dialect.TORCHVISION, "windows of 4x4 shifted by 0x0 in stage 2");
        refused(V1, shrunk, Dialect.HUGGING_FACE, "windows of 4x4 shifted by 0x0 in stage 2");
        SwinConfig odd = V1.config().toBuilder().optImageSize(72, 72).build();
        refused(V1, odd, Dialect.MICROSOFT, "padding in stage 0");
        refused(V1, odd, Dialect.TIMM, "padding in stage 0");
        SwinConfig fixed =
                V1.config().toBuilder().optImageSize(32, 32).optShrink(WindowShrink.NEVER).build();
        refused(V1, fixed, Dialect.MICROSOFT, "shifted by 2x2 in stage 1");
    }

    private void refused(DialectCase one, Dialect dialect, String says) throws IOException {
        refused(one, one.config(), dialect, says);
    }

    private void refused(DialectCase one, SwinConfig config, Dialect dialect, String says)
            throws IOException {
        try (StateSource source = one.open()) {
            LoadedWeights weights = WeightsLoader.load(source, config, 5, LoadOptions.DEFAULT);
            IllegalArgumentException failure =
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    WeightsExporter.write(
                                            weights.state(), weights.config(), dialect, file()));
            assertTrue(failure.getMessage().contains(says), failure.getMessage());
        }
    }

    @Test
    void theReferenceWindowsAreKeptWhenExported() throws IOException {
        DialectCase one = DialectCase.named("microsoft_v2_pretrained");
        try (StateSource source = one.open()) {
            LoadedWeights weights =
                    WeightsLoader.load(source, one.config(), 5, LoadOptions.DEFAULT);
            WeightsExporter.write(weights.state(), weights.config(), Dialect.MICROSOFT, file());
            try (StateSource exported = Safetensors.open(file())) {
                String name = "layers.1.blocks.1.attn.relative_coords_table";
                assertArrayEquals(source.readFloats(name), exported.readFloats(name), 1e-6f);
                assertEquals(Map.of("format", "pt"), exported.metadata());
            }
        }
    }
}
