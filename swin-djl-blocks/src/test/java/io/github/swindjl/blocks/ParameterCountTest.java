// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Names, shapes and number of parameters, known before any is allocated. The counts are those of
 * the released networks.
 */
class ParameterCountTest {

    private static final int IMAGENET = 1000;

    private static SwinConfig published(int version, SwinSize size, int image, int window) {
        return (version == 1 ? SwinConfig.v1() : SwinConfig.v2())
                .optSize(size)
                .optImageSize(image, image)
                .optWindow(window)
                .build();
    }

    private static long count(Block block) {
        long count = 0;
        for (Parameter parameter : StateDict.of(block).values()) {
            assertFalse(parameter.isInitialized(), "an array was allocated");
            count += parameter.getShape().size();
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({
        "1,T,224, 7,1000, 28288354",
        "1,S,224, 7,1000, 49606258",
        "1,B,224, 7,1000, 87768224",
        "1,L,224, 7,1000,196532476",
        "1,B,384,12,1000, 87903584",
        "1,L,384,12,1000,196735516",
        "1,T,224, 7,21841, 44315083",
        "1,S,224, 7,21841, 65632987",
        "1,B,224, 7,21841,109130249",
        "1,B,384,12,21841,109265609",
        "1,L,224, 7,21841,228565093",
        "1,L,384,12,21841,228768133",
        "2,T,256, 8,1000, 28347154",
        "2,T,256,16,1000, 28347154",
        "2,S,256, 8,1000, 49728418",
        "2,B,256,16,1000, 87918816",
        "2,L,256,16,1000,196739932",
        "2,B,192,12,21841,109280841",
        "2,L,192,12,21841,228772549",
        "2,H,192,12,0,655219370",
        "2,G,192,12,0,2997843680"
    })
    void countsAreThoseOfTheReleasedNetworks(
            int version, SwinSize size, int image, int window, int classes, long expected) {
        SwinConfig config = published(version, size, image, window);
        assertEquals(expected, count(new SwinClassifier(config, classes)));
    }

    /** The paper gives 658 million and 3.0 billion; public code has no extra norms to count. */
    @ParameterizedTest
    @CsvSource({"H,655210922", "G,2997815008"})
    void countsWithoutExtraNorms(SwinSize size, long expected) {
        SwinConfig config = published(2, size, 192, 12).toBuilder().optExtraNormEvery(0).build();
        assertEquals(expected, count(new SwinClassifier(config, 0)));
    }

    @Test
    void countOfTheVariantWithHeadsOf24Channels() {
        SwinConfig config =
                SwinConfig.v1()
                        .optImageSize(256, 256)
                        .optWindow(8)
                        .optStages(List.of(2, 2, 6, 2), List.of(4, 8, 16, 32))
                        .build();
        assertEquals(28_306_432, count(new SwinClassifier(config, IMAGENET)));
    }

    @ParameterizedTest
    @CsvSource({
        "1,T,224, 7,173", "1,S,224, 7,329", "1,B,384,12,329", "1,L,224, 7,329",
        "2,T,256,16,221", "2,S,256, 8,425", "2,B,192,12,425", "2,L,256,16,425"
    })
    void namesAndShapesAreThoseOfTheOfficialCheckpoints(
            int version, SwinSize size, int image, int window, int entries) {
        SwinConfig config = published(version, size, image, window);
        Map<String, String> expected = officialKeys(version, config, IMAGENET);
        assertEquals(entries, expected.size());
        Map<String, String> found = new HashMap<>();
        StateDict.of(new SwinClassifier(config, IMAGENET))
                .forEach((name, parameter) -> found.put(name, parameter.getShape().toString()));
        assertEquals(expected, found);
    }

    /** The keys of the official state dictionaries without their buffers. */
    private static Map<String, String> officialKeys(int version, SwinConfig config, int classes) {
        Map<String, String> keys = new HashMap<>();
        int width = config.width();
        put(keys, "patch_embed.proj.weight", width, 3, 4, 4);
        put(keys, "patch_embed.proj.bias", width);
        norm(keys, "patch_embed.norm", width);
        for (int stage = 0; stage < 4; stage++) {
            int d = width << stage;
            int heads = config.heads().get(stage);
            int side = Math.min(config.window(), config.imageHeight() / 4 >> stage);
            for (int block = 0; block < config.depths().get(stage); block++) {
                String prefix = "layers." + stage + ".blocks." + block + ".";
                norm(keys, prefix + "norm1", d);
                norm(keys, prefix + "norm2", d);
                put(keys, prefix + "attn.qkv.weight", 3 * d, d);
                put(keys, prefix + "attn.proj.weight", d, d);
                put(keys, prefix + "attn.proj.bias", d);
                put(keys, prefix + "mlp.fc1.weight", 4 * d, d);
                put(keys, prefix + "mlp.fc1.bias", 4 * d);
                put(keys, prefix + "mlp.fc2.weight", d, 4 * d);
                put(keys, prefix + "mlp.fc2.bias", d);
                if (version == 1) {
                    int positions = (2 * side - 1) * (2 * side - 1);
                    put(keys, prefix + "attn.relative_position_bias_table", positions, heads);
                    put(keys, prefix + "attn.qkv.bias", 3 * d);
                } else {
                    put(keys, prefix + "attn.logit_scale", heads, 1, 1);
                    put(keys, prefix + "attn.q_bias", d);
                    put(keys, prefix + "attn.v_bias", d);
                    put(keys, prefix + "attn.cpb_mlp.0.weight", 512, 2);
                    put(keys, prefix + "attn.cpb_mlp.0.bias", 512);
                    put(keys, prefix + "attn.cpb_mlp.2.weight", heads, 512);
                }
            }
            if (stage < 3) {
                put(keys, "layers." + stage + ".downsample.reduction.weight", 2 * d, 4 * d);
                norm(keys, "layers." + stage + ".downsample.norm", version == 1 ? 4 * d : 2 * d);
            }
        }
        norm(keys, "norm", 8 * width);
        put(keys, "head.weight", classes, 8 * width);
        put(keys, "head.bias", classes);
        return keys;
    }

    private static void norm(Map<String, String> keys, String prefix, int channels) {
        put(keys, prefix + ".weight", channels);
        put(keys, prefix + ".bias", channels);
    }

    private static void put(Map<String, String> keys, String name, long... shape) {
        keys.put(name, new Shape(shape).toString());
    }

    @Test
    void optionsAddAndRemoveTheirParameters() {
        SwinConfig config = SwinConfig.v1().build();
        int plain = StateDict.of(new SwinClassifier(config, 10)).size();
        assertEquals(plain - 2, StateDict.of(new SwinClassifier(config, 0)).size());
        SwinConfig absolute = config.toBuilder().optAbsolutePosition(true).build();
        assertEquals(
                new Shape(1, 56 * 56, 96),
                StateDict.of(new SwinClassifier(absolute, 10))
                        .get("absolute_pos_embed")
                        .getShape());
        SwinConfig noNorm = config.toBuilder().optPatchNorm(false).build();
        assertEquals(plain - 2, StateDict.of(new SwinClassifier(noNorm, 10)).size());
        SwinConfig noBias = config.toBuilder().optQkvBias(false).build();
        assertEquals(plain - 12, StateDict.of(new SwinClassifier(noBias, 10)).size());
        SwinConfig unbiased = config.toBuilder().optPositionBias(PositionBias.NONE).build();
        assertEquals(plain - 12, StateDict.of(new SwinClassifier(unbiased, 10)).size());
        Block features = new SwinFeatures(config, List.of(3, 1), true);
        assertEquals(plain - 4 + 4, StateDict.of(features).size());
        assertEquals(new Shape(192), StateDict.of(features).get("norm1.weight").getShape());
    }

    @Test
    void extraNormsFollowEverySixthBlockOfAStage() {
        SwinConfig config = published(2, SwinSize.G, 192, 12);
        Set<String> found =
                StateDict.of(new SwinClassifier(config, 0)).keySet().stream()
                        .filter(name -> name.endsWith("norm3.weight"))
                        .collect(Collectors.toSet());
        Set<String> expected = new HashSet<>();
        for (int block = 5; block < 42; block += 6) {
            expected.add("layers.2.blocks." + block + ".norm3.weight");
        }
        assertEquals(expected, found);
    }
}
