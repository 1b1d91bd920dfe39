// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.swindjl.TestData;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.DecayRule;
import io.github.swindjl.train.config.LayerRule;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterGroupTest {

    @ParameterizedTest
    @CsvSource({
        "patch_embed.proj.weight, 4, true",
        "patch_embed.proj.bias, 1, false",
        "patch_embed.norm.weight, 1, false",
        "absolute_pos_embed, 3, false",
        "mask_token, 3, false",
        "layers.0.blocks.0.attn.qkv.weight, 2, true",
        "layers.0.blocks.0.attn.q_bias, 1, false",
        "layers.0.blocks.0.attn.relative_position_bias_table, 2, false",
        "layers.0.blocks.0.attn.logit_scale, 3, false",
        "layers.0.blocks.0.attn.cpb_mlp.0.weight, 2, false",
        "layers.0.blocks.0.attn.cpb_mlp.2.weight, 2, false",
        "layers.0.blocks.0.mlp.fc1.weight, 2, true",
        "layers.0.downsample.reduction.weight, 2, true",
        "some.bias, 2, false",
        "head.weight, 2, true",
        "head.bias, 1, false",
    })
    void decays(String name, int dimensions, boolean expected) {
        assertEquals(expected, DecayRule.CLASSIFICATION.decays(name, dimensions));
    }

    @ParameterizedTest
    @CsvSource({"steps_v1", "steps_v2"})
    void decaysWhatTheReferenceDecays(String golden) throws IOException {
        String text = Files.readString(TestData.file("goldens/training/" + golden + ".json"));
        List<?> decayed =
                new Gson()
                        .fromJson(
                                new Gson().fromJson(text, JsonObject.class).get("decayed"),
                                List.class);
        assertTrue(decayed.size() > 10);
        for (Object name : decayed) {
            assertTrue(DecayRule.CLASSIFICATION.decays((String) name, 2), (String) name);
        }
    }

    private static final Map<String, Integer> DIMENSIONS = new LinkedHashMap<>();

    static {
        DIMENSIONS.put("z.weight", 2);
        DIMENSIONS.put("z.bias", 1);
        DIMENSIONS.put("a.weight", 2);
        DIMENSIONS.put("a.bias", 1);
    }

    private static List<ParameterGroup> groups(List<String> trained, String... settings) {
        return ParameterGroup.of(
                DIMENSIONS,
                trained,
                TrainConfig.defaults()
                        .with("optimizer.weight_decay", "0.1")
                        .with(List.of(settings))
                        .optimizer());
    }

    @Test
    void keepsTheOrder() {
        assertEquals(
                List.of(
                        new ParameterGroup(List.of("z.weight", "a.weight"), 0.1, 1, 1),
                        new ParameterGroup(List.of("z.bias", "a.bias"), 0, 1, 1)),
                groups(List.copyOf(DIMENSIONS.keySet())));
    }

    @Test
    void leavesOutWhatIsNotTrained() {
        assertEquals(
                List.of(
                        new ParameterGroup(List.of("a.weight"), 0.1, 1, 1),
                        new ParameterGroup(List.of("a.bias"), 0, 1, 1)),
                groups(List.of("a.weight", "a.bias")));
    }

    @Test
    void partsHaveRatesOfTheirOwn() {
        assertEquals(
                List.of(
                        new ParameterGroup(List.of("a.weight"), 0.1, 1, 10),
                        new ParameterGroup(List.of("z.weight"), 0.1, 1, 1),
                        new ParameterGroup(List.of("z.bias"), 0, 1, 1),
                        new ParameterGroup(List.of("a.bias"), 0, 1, 0.5)),
                groups(List.copyOf(DIMENSIONS.keySet()), "optimizer.rates={a.bias: 0.5, a: 10}"));
        String message =
                assertThrows(
                                ConfigException.class,
                                () -> groups(List.of("a.bias"), "optimizer.rates={a.bas: 2}"))
                        .getMessage();
        assertTrue(
                message.contains("optimizer.rates")
                        && message.contains("'a.bas'")
                        && message.contains("did you mean a.bias?"),
                message);
    }

    @ParameterizedTest
    @CsvSource({"v1, OFFICIAL", "v1, TIMM", "v2, OFFICIAL", "v2, TIMM"})
    void layersDecayAsTheReferenceHasIt(String version, LayerRule rule) throws IOException {
        String text = Files.readString(TestData.file("goldens/training/layers.json"));
        JsonObject golden = new Gson().fromJson(text, JsonObject.class);
        JsonObject network = golden.getAsJsonObject("networks").getAsJsonObject(version);
        JsonObject expected = network.getAsJsonObject(rule.name().toLowerCase(Locale.ROOT));
        List<?> undecayed = new Gson().fromJson(network.get("undecayed"), List.class);
        double decay = golden.get("layerDecay").getAsDouble();
        Map<String, Integer> dimensions = new LinkedHashMap<>();
        // The network's own order does not matter here, nor do true numbers of dimensions.
        for (String name : expected.keySet()) {
            dimensions.put(name, undecayed.contains(name) ? 1 : 2);
        }
        TrainConfig config =
                TrainConfig.defaults()
                        .with("optimizer.layer_decay", String.valueOf(decay))
                        .with("optimizer.layer_rule", rule.name().toLowerCase(Locale.ROOT));
        List<String> seen = new ArrayList<>();
        for (ParameterGroup group :
                ParameterGroup.of(
                        dimensions, List.copyOf(dimensions.keySet()), config.optimizer())) {
            for (String name : group.names()) {
                double scale = group.peakScale() * group.rateScale();
                assertEquals(expected.get(name).getAsDouble(), scale, 1e-12, name);
                assertEquals(
                        undecayed.contains(name) ? 0 : config.optimizer().weightDecay(),
                        group.weightDecay(),
                        name);
                seen.add(name);
            }
            assertEquals(1, rule == LayerRule.TIMM ? group.peakScale() : group.rateScale());
        }
        assertEquals(expected.size(), seen.size());
        assertTrue(seen.size() > 90);
    }

    @Test
    void theReferenceLeavesTheSameParametersUndecayed() throws IOException {
        String text = Files.readString(TestData.file("goldens/training/layers.json"));
        JsonObject networks =
                new Gson().fromJson(text, JsonObject.class).getAsJsonObject("networks");
        for (String version : List.of("v1", "v2")) {
            JsonObject network = networks.getAsJsonObject(version);
            List<?> undecayed = new Gson().fromJson(network.get("undecayed"), List.class);
            for (String name : network.getAsJsonObject("official").keySet()) {
                boolean vector = name.matches(".*norm\\d?\\.(weight|bias)|.*bias");
                assertEquals(
                        !undecayed.contains(name),
                        DecayRule.CLASSIFICATION.decays(name, vector ? 1 : 2),
                        name);
            }
        }
    }
}
