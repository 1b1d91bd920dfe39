// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.swindjl.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterGroupsTest {

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
        assertEquals(expected, ParameterGroups.decays(name, dimensions));
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
            assertTrue(ParameterGroups.decays((String) name, 2), (String) name);
        }
    }

    @Test
    void keepsTheOrder() {
        Map<String, Integer> dimensions = new LinkedHashMap<>();
        dimensions.put("z.weight", 2);
        dimensions.put("z.bias", 1);
        dimensions.put("a.weight", 2);
        dimensions.put("a.bias", 1);
        assertEquals(
                new ParameterGroups(List.of("z.weight", "a.weight"), List.of("z.bias", "a.bias")),
                ParameterGroups.of(dimensions));
    }
}
