// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.OneThread;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinSize;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(OneThread.class)
class UperNetTest {

    private static final Shape IMAGES = new Shape(2, 3, 33, 47);

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static SwinConfig backbone() {
        return SwinConfig.v1()
                .optWidth(8)
                .optStages(List.of(1, 2, 1), List.of(1, 2, 4))
                .optWindow(4)
                .optDropPath(0.5)
                .build();
    }

    private UperNet network(double dropout) {
        UperNet network = new UperNet(new UperNetConfig(backbone(), 5, 12, 6, dropout));
        Formula.fill(network);
        network.initialize(manager, DataType.FLOAT32, IMAGES);
        return network;
    }

    private NDList forward(UperNet network, boolean training, PairList<String, Object> params) {
        NDArray x = Formula.input(manager, IMAGES);
        return network.forward(new ParameterStore(manager, false), new NDList(x), training, params);
    }

    private float[] infer(UperNet network) {
        return forward(network, false, null).singletonOrThrow().toFloatArray();
    }

    private NDList train(UperNet network, long seed) {
        try (Autograd.Mode recording = Autograd.record()) {
            return forward(network, true, ForwardOptions.of(Precision.FP32, seed));
        }
    }

    /** The counts that the sources publish, backbone with four norms and both heads. */
    @ParameterizedTest
    @CsvSource({
        "T, 7, 27520698,31497366, 923798, 59941862",
        "S, 7, 48838602,31497366, 923798, 81259766",
        "B, 7, 86745016,33315990,1218710,121279716",
        "L, 7,194998164,36953238,1808534,233759936",
        "B,12, 86880376,33315990,1218710,121415076",
        "L,12,195201204,36953238,1808534,233962976"
    })
    void countsAreThoseOfThePublishedNetworks(
            SwinSize size, int window, long backbone, long decoder, long auxiliary, long total) {
        SwinConfig config = SwinConfig.v1().optSize(size).optWindow(window).build();
        UperNet network = new UperNet(UperNetConfig.of(config, 150));
        assertEquals(backbone, count(network, "backbone."));
        assertEquals(decoder, count(network, "decode_head."));
        assertEquals(auxiliary, count(network, "auxiliary_head."));
        assertEquals(total, count(network, ""));
    }

    private static long count(UperNet network, String prefix) {
        return StateDict.of(network).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .filter(entry -> entry.getValue().requiresGradient())
                .mapToLong(entry -> entry.getValue().getShape().size())
                .sum();
    }

    @Test
    void namesAreThoseOfTheOfficialFile() {
        UperNet network =
                new UperNet(UperNetConfig.of(SwinConfig.v1().optSize(SwinSize.T).build(), 150));
        Set<String> names = StateDict.of(network).keySet();
        // The file also has 12 index buffers and a counter of batches in each of the 13 norms.
        assertEquals(271 - 12 - 13, names.size());
        assertTrue(
                names.containsAll(
                        List.of(
                                "backbone.patch_embed.proj.weight",
                                "backbone.norm3.bias",
                                "decode_head.psp_modules.3.1.bn.running_var",
                                "decode_head.bottleneck.conv.weight",
                                "decode_head.lateral_convs.2.bn.weight",
                                "decode_head.fpn_convs.0.conv.weight",
                                "decode_head.fpn_bottleneck.bn.running_mean",
                                "decode_head.conv_seg.bias",
                                "auxiliary_head.convs.0.conv.weight",
                                "auxiliary_head.conv_seg.weight")),
                names.toString());
        assertEquals(
                new Shape(512, 2816, 3, 3),
                StateDict.of(network).get("decode_head.bottleneck.conv.weight").getShape());
    }

    @Test
    void runningStatisticsHaveNoGradient() {
        Set<String> frozen =
                StateDict.of(network(0)).entrySet().stream()
                        .filter(entry -> !entry.getValue().requiresGradient())
                        .map(entry -> entry.getKey().replaceFirst(".*\\.", ""))
                        .collect(Collectors.toSet());
        assertEquals(Set.of("running_mean", "running_var"), frozen);
    }

    @Test
    void inferenceNoticesNewStatistics() {
        UperNet network = network(0);
        float[] before = infer(network);
        train(network, 1).close();
        assertTrue(Goldens.difference(before, infer(network)) > 1e-3);
    }

    @Test
    void channelsAreDroppedBySeedInTrainingOnly() {
        float[] first = train(network(0.5), 1).get(0).toFloatArray();
        assertArrayEquals(first, train(network(0.5), 1).get(0).toFloatArray());
        assertTrue(Goldens.difference(first, train(network(0.5), 2).get(0).toFloatArray()) > 1e-3);
        assertArrayEquals(infer(network(0)), infer(network(0.5)));
        float[] undropped = train(network(0), 1).get(0).toFloatArray();
        assertTrue(Goldens.difference(first, undropped) > 1e-3);
        float[] auxiliary = train(network(0.5), 1).get(1).toFloatArray();
        assertTrue(
                Goldens.difference(auxiliary, train(network(0), 1).get(1).toFloatArray()) > 1e-3);
    }

    @Test
    void pathsOfTheBackboneAreDropped() {
        UperNet network = network(0);
        float[] first = train(network, 1).get(0).toFloatArray();
        assertFalse(java.util.Arrays.equals(first, train(network, 2).get(0).toFloatArray()));
        assertArrayEquals(first, train(network, 1).get(0).toFloatArray());
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "FP16"})
    void lowPrecisionsStayNear(Precision precision) {
        UperNet network = network(0);
        float[] exact = infer(network);
        float[] found = forward(network, false, ForwardOptions.of(precision)).get(0).toFloatArray();
        double difference = Goldens.difference(exact, found);
        assertTrue(difference > 0 && difference < 0.1, precision + ": " + difference);
    }

    @Test
    void aSinglePictureOfOnePixelCannotTrain() {
        UperNet network = network(0);
        NDArray x = Formula.input(manager, new Shape(1, 3, 33, 47));
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                network.forward(
                                        new ParameterStore(manager, false),
                                        new NDList(x),
                                        true,
                                        null));
        assertTrue(e.getMessage().contains("at least 2 pictures"), e.getMessage());
    }

    @Test
    void impossibleConfigurationsAreRefused() {
        SwinConfig one = SwinConfig.v1().optStages(List.of(2), List.of(3)).build();
        assertRefused("stages", one, 5, 8, 0);
        assertRefused("class", backbone(), 0, 8, 0);
        assertRefused("channel", backbone(), 5, 0, 0);
        assertRefused("dropout", backbone(), 5, 8, 1);
    }

    private static void assertRefused(
            String word, SwinConfig backbone, int classes, int channels, double dropout) {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new UperNetConfig(backbone, classes, channels, 4, dropout));
        assertTrue(e.getMessage().contains(word), e.getMessage());
    }
}
