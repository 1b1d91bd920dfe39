// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.swindjl.OneThread;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowShrink;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages name what was found and what was expected. */
@ExtendWith(OneThread.class)
class ValidationTest {

    private static void assertRefused(Executable executable, String... words) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, executable);
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), word + " is missing: " + e.getMessage());
        }
    }

    private static Arguments refused(UnaryOperator<SwinConfig.Builder> change, String... words) {
        return Arguments.of(change, words);
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                refused(b -> b.optImageSize(0, 224), "imageHeight", "0"),
                refused(b -> b.optImageSize(224, -1), "imageWidth", "-1"),
                refused(b -> b.optPatchSize(0), "patchSize", "0"),
                refused(b -> b.optChannels(0), "channels", "0"),
                refused(b -> b.optWidth(0), "width", "0"),
                refused(b -> b.optWindow(0), "window", "0"),
                refused(b -> b.optStages(List.of(), List.of()), "depths"),
                refused(b -> b.optStages(List.of(2, 0), List.of(3, 6)), "depths", "0"),
                refused(b -> b.optStages(List.of(2, 2), List.of(3)), "heads", "[2, 2]", "[3]"),
                refused(b -> b.optStages(List.of(2, 2), List.of(3, 0)), "heads", "0"),
                refused(b -> b.optStages(List.of(2, 2), List.of(3, 7)), "stage 1", "192", "7"),
                refused(b -> b.optReferenceWindows(List.of(1, 2)), "referenceWindows", "[1, 2]"),
                refused(b -> b.optReferenceWindows(List.of(8, 8, 8, -1)), "-1"),
                refused(b -> b.optMlpRatio(0), "mlpRatio", "0.0"),
                refused(b -> b.optMlpRatio(1e-3), "mlpRatio", "0.001"),
                refused(b -> b.optMlpRatio(Double.NaN), "mlpRatio", "NaN"),
                refused(b -> b.optExtraNormEvery(-1), "extraNormEvery", "-1"),
                refused(b -> b.optDropPath(1), "dropPath", "1.0"),
                refused(b -> b.optDropPath(-0.1), "dropPath", "-0.1"),
                refused(b -> b.optDropPath(Double.NaN), "dropPath", "NaN"),
                refused(b -> b.optNormEpsilon(0), "normEpsilon", "0.0"),
                refused(b -> b.optEdges(Edges.STRICT).optImageSize(225, 224), "225x224", "PAD"),
                refused(
                        b -> b.optEdges(Edges.DROP_LEFTOVER_PIXELS).optImageSize(3, 224),
                        "3x224",
                        "at least 4"));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void refusesContradictoryConfigurations(
            UnaryOperator<SwinConfig.Builder> change, String... words) {
        assertRefused(() -> change.apply(SwinConfig.v1()).build(), words);
    }

    @Test
    void aBuilderOfAConfigurationKeepsEveryValue() {
        SwinConfig config =
                SwinConfig.v2()
                        .optImageSize(96, 64)
                        .optPatchSize(2)
                        .optChannels(1)
                        .optWidth(24)
                        .optStages(List.of(1, 3), List.of(2, 6))
                        .optWindow(5)
                        .optReferenceWindows(List.of(4, 3))
                        .optMlpRatio(3)
                        .optQkvBias(false)
                        .optPatchNorm(false)
                        .optAttention(AttentionKind.DOT_PRODUCT)
                        .optNormPlacement(NormPlacement.PRE)
                        .optPositionBias(PositionBias.LINEAR_CPB)
                        .optAbsolutePosition(true)
                        .optShift(ShiftMode.PADDED)
                        .optShrink(WindowShrink.PER_AXIS)
                        .optShiftCancel(ShiftCancel.WHERE_COVERED)
                        .optEdges(Edges.STRICT)
                        .optExtraNormEvery(2)
                        .optDropPath(0.3)
                        .optNormEpsilon(1e-6)
                        .build();
        assertEquals(config, config.toBuilder().build());
    }

    @Test
    void refusesClassesAndStagesThatCannotBe() {
        SwinConfig config = SwinConfig.v1().build();
        assertRefused(() -> new SwinClassifier(config, -1), "classes", "-1");
        assertRefused(() -> new SwinFeatures(config, List.of(), true), "[]", "0 and 3");
        assertRefused(() -> new SwinFeatures(config, List.of(1, 4), true), "[1, 4]", "0 and 3");
        assertRefused(() -> new SwinFeatures(config, List.of(-1), true), "[-1]", "0 and 3");
    }

    @Test
    void refusesWhatIsNoBatchOfImages() {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(manager, Networks.small(1).build());
            assertRefused(infer(network, manager, new Shape(3, 32, 32)), "(3, 32, 32)", "batch");
            assertRefused(infer(network, manager, new Shape(1, 32, 32, 3)), "(1, 32, 32, 3)", "3,");
            NDArray bytes = manager.zeros(new Shape(1, 3, 32, 32), DataType.UINT8);
            assertRefused(() -> Networks.infer(network, bytes), "float32", "uint8");
        }
    }

    @Test
    void refusesSizesThatStrictEdgesExclude() {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinConfig config = Networks.small(1).optEdges(Edges.STRICT).build();
            SwinClassifier network = Networks.classifier(manager, config);
            assertRefused(infer(network, manager, new Shape(1, 3, 33, 32)), "33x32", "PAD");
            // A grid of 9x8 in windows of 4.
            assertRefused(infer(network, manager, new Shape(1, 3, 36, 32)), "9x8", "4x4", "PAD");
            SwinConfig odd = config.toBuilder().optWindow(3).build();
            SwinClassifier oddNetwork = Networks.classifier(manager, odd);
            // A grid of 9x9 in windows of 3 cannot be merged.
            assertRefused(infer(oddNetwork, manager, new Shape(1, 3, 36, 36)), "9, 9", "even");
        }
    }

    @Test
    void refusesImagesWithoutAWholePatch() {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinConfig config = Networks.small(1).optEdges(Edges.DROP_LEFTOVER_PIXELS).build();
            SwinClassifier network = Networks.classifier(manager, config);
            assertRefused(infer(network, manager, new Shape(1, 3, 3, 9)), "3x9", "at least 4");
        }
    }

    private static Executable infer(SwinClassifier network, NDManager manager, Shape shape) {
        return () -> Networks.infer(network, manager.zeros(shape));
    }

    @Test
    void outputShapesAreThoseOfTheOutputs() {
        SwinConfig config = Networks.small(2).build();
        Shape image = new Shape(2, 3, 37, 50);
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Block block :
                    List.of(
                            new PatchEmbedding(config),
                            new SwinBackbone(config),
                            new SwinFeatures(config, List.of(0), false),
                            new SwinClassifier(config, 5),
                            new SwinClassifier(config, 0))) {
                Networks.filled(manager, block, image);
                assertEquals(
                        block.getOutputShapes(new Shape[] {image})[0],
                        Networks.infer(block, manager.zeros(image)).getShape());
            }
            Shape map = new Shape(2, 5, 7, 8);
            for (Block block :
                    List.of(
                            new WindowAttention(config, 0, 1),
                            new Mlp(8, 16),
                            new SwinBlock(config, 0, 1),
                            new SwinStage(config, 0),
                            new PatchMerging(config, 0))) {
                Networks.filled(manager, block, map);
                assertEquals(
                        block.getOutputShapes(new Shape[] {map})[0],
                        Networks.infer(block, manager.zeros(map)).getShape());
            }
        }
    }
}
