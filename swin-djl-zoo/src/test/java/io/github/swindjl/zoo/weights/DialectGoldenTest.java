// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that the libraries wrote give the libraries' logits. */
class DialectGoldenTest {

    private static final float TOLERANCE = 1e-5f;

    @TempDir private Path folder;

    static List<DialectCase> cases() {
        return DialectCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void libraryAndNetworkAgree(DialectCase one) throws IOException {
        try (StateSource source = one.open()) {
            LoadedWeights weights =
                    WeightsLoader.load(source, one.target(), one.classes(), LoadOptions.DEFAULT);
            assertArrayEquals(one.logits(), DialectCase.compute(weights, one.classes()), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyTensorIsAccountedFor(DialectCase one) throws IOException {
        try (StateSource source = one.open()) {
            LoadReport report =
                    WeightsLoader.load(source, one.target(), one.classes(), LoadOptions.DEFAULT)
                            .report();
            assertEquals(one.dialect(), report.dialect());
            assertEquals(List.of(), report.missing());
            assertEquals(List.of(), report.created());
            assertEquals(1, report.backboneShare());
            assertEquals(List.of(), report.outside());
            assertTrue(report.unexpected().stream().allMatch(DialectGoldenTest::isForPretraining));
            assertEquals(one.classes(), WeightsLoader.classes(source, LoadOptions.DEFAULT));
            assertEquals(report.parameters(), report.loaded().size());
            List<String> buffers =
                    source.tensors().keySet().stream().filter(n -> isBuffer(n)).toList();
            assertEquals(buffers, report.buffers());
        }
    }

    private static boolean isForPretraining(String name) {
        return name.equals("encoder.mask_token") || name.startsWith("decoder.");
    }

    private static boolean isBuffer(String name) {
        return Stream.of("relative_position_index", "relative_coords_table", "attn_mask")
                .anyMatch(name::endsWith);
    }

    static List<Arguments> exports() {
        List<Arguments> exports = new ArrayList<>();
        for (DialectCase one : cases()) {
            for (Dialect dialect : Dialect.values()) {
                boolean ofOtherVersion =
                        dialect == (one.isV2() ? Dialect.OPEN_MMLAB : Dialect.OPEN_MMLAB_V2)
                                || dialect == Dialect.HUGGING_FACE_5 && one.isV2();
                boolean plain = !one.config().absolutePosition() && !one.name().contains("_v2_p");
                if (one.name().matches("microsoft.*|torchvision.*") && !ofOtherVersion && plain) {
                    exports.add(Arguments.of(one, dialect));
                }
            }
        }
        return exports;
    }

    @ParameterizedTest
    @MethodSource("exports")
    void exportedWeightsComeBackBitForBit(DialectCase one, Dialect dialect) throws IOException {
        Path file = folder.resolve("exported.safetensors");
        try (StateSource source = one.open()) {
            LoadedWeights weights =
                    WeightsLoader.load(source, one.config(), one.classes(), LoadOptions.DEFAULT);
            int written = WeightsExporter.write(weights.state(), weights.config(), dialect, file);
            try (StateSource exported = Safetensors.open(file)) {
                assertEquals(written, exported.tensors().size());
                LoadedWeights again =
                        WeightsLoader.load(
                                exported, one.config(), one.classes(), LoadOptions.DEFAULT);
                assertEquals(dialect, again.report().dialect());
                assertTrue(again.report().isComplete(), again.report().details());
                assertEquals(List.of(), again.report().notes());
                for (String name : weights.state().tensors().keySet()) {
                    assertEquals(weights.state().bytes(name), again.state().bytes(name), name);
                }
            }
        }
    }

    static List<DialectCase> written() {
        return cases().stream()
                .filter(one -> one.name().matches("(microsoft|timm|torchvision|huggingface)_v[12]"))
                .toList();
    }

    /** A file written by a library and read comes out as the library wrote it, buffers included. */
    @ParameterizedTest
    @MethodSource("written")
    void exportGivesTheLibrarysOwnFile(DialectCase one) throws IOException {
        Path file = folder.resolve("exported.safetensors");
        try (StateSource source = one.open()) {
            LoadedWeights weights =
                    WeightsLoader.load(source, one.config(), one.classes(), LoadOptions.DEFAULT);
            WeightsExporter.write(weights.state(), weights.config(), one.dialect(), file);
            try (StateSource exported = Safetensors.open(file)) {
                assertEquals(source.tensors().keySet(), exported.tensors().keySet());
                for (TensorInfo info : source.tensors().values()) {
                    String name = info.name();
                    assertArrayEquals(info.shape(), exported.info(name).shape(), name);
                    assertEquals(info.type(), exported.info(name).type(), name);
                    if (info.type() == TensorType.I64) {
                        assertEquals(source.bytes(name), exported.bytes(name), name);
                    } else if (!(one.name().equals("torchvision_v2")
                            && name.endsWith("qkv.bias"))) {
                        assertArrayEquals(
                                source.readFloats(name), exported.readFloats(name), 1e-6f, name);
                    }
                }
            }
        }
    }
}
