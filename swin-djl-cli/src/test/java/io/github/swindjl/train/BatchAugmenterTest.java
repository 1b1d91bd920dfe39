// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.data.Erasure;
import io.github.swindjl.data.MixPlan;
import io.github.swindjl.data.MixPlan.Box;
import io.github.swindjl.data.MixPlan.Mix;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchAugmenterTest {

    private static final Shape SHAPE = new Shape(6, 3, 5, 4);

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void mixesAsTimm() throws IOException {
        JsonArray cases =
                JsonParser.parseString(
                                Files.readString(TestData.file("goldens/augment/mixing.json")))
                        .getAsJsonObject()
                        .getAsJsonArray("cases");
        assertEquals(9, cases.size());
        for (JsonElement element : cases) {
            JsonObject golden = element.getAsJsonObject();
            float[] input = floats(golden, "input");
            NDArray batch = manager.create(input, SHAPE);
            NDArray mixed = BatchAugmenter.mix(batch, plan(golden));
            String name = golden.get("mode") + " " + golden.get("lambdas");
            assertArrayEquals(floats(golden, "mixed"), mixed.toFloatArray(), 1e-7f, name);
            assertSame(manager, mixed.getManager());
        }
    }

    /** The plan that timm's draws amount to. */
    private static MixPlan plan(JsonObject golden) {
        Iterator<JsonElement> boxes = golden.getAsJsonArray("boxes").iterator();
        List<Mix> drawn = new ArrayList<>();
        for (JsonElement element : golden.getAsJsonArray("lambdas")) {
            double lambda = element.getAsJsonArray().get(0).getAsDouble();
            boolean cut = element.getAsJsonArray().get(1).getAsBoolean() && lambda != 1;
            Optional<Box> box = Optional.empty();
            if (cut) {
                JsonArray row = boxes.next().getAsJsonArray();
                box =
                        Optional.of(
                                new Box(
                                        row.get(0).getAsInt(),
                                        row.get(1).getAsInt(),
                                        row.get(2).getAsInt(),
                                        row.get(3).getAsInt()));
                lambda = row.get(4).getAsDouble();
            }
            drawn.add(new Mix(lambda, box));
        }
        List<Mix> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            // One for all, one for each of three pairs, or one for each.
            int from = drawn.size() == 1 ? 0 : drawn.size() == 3 ? Math.min(i, 5 - i) : i;
            all.add(drawn.get(from));
        }
        return new MixPlan(all);
    }

    private static float[] floats(JsonObject golden, String key) {
        return new Gson().fromJson(golden.get(key), float[].class);
    }

    @Test
    void nothingToMixLeavesTheBatch() {
        NDArray batch = manager.ones(SHAPE);
        Mix none = new Mix(1, Optional.empty());
        assertSame(batch, BatchAugmenter.mix(batch, new MixPlan(List.of(none, none))));
        Mix empty = new Mix(1, Optional.of(new Box(2, 2, 0, 3)));
        MixPlan clipped = new MixPlan(List.of(empty, empty, empty, empty, empty, empty));
        float[] before = batch.toFloatArray();
        assertArrayEquals(before, BatchAugmenter.mix(batch, clipped).toFloatArray());
    }

    @Test
    void leavesNothingBehind() {
        NDArray batch = manager.randomUniform(0, 1, SHAPE);
        int before = manager.getManagedArrays().size();
        Mix mix = new Mix(0.3, Optional.empty());
        NDArray mixed =
                BatchAugmenter.mix(batch, new MixPlan(List.of(mix, mix, mix, mix, mix, mix)));
        assertNotSame(batch, mixed);
        BatchAugmenter.erase(mixed, List.of(new Erasure(0, 0, 0, 2, 2, new float[3])));
        assertEquals(before, manager.getManagedArrays().size());
    }

    @Test
    void erasesInOrder() {
        NDArray batch = manager.ones(new Shape(2, 3, 4, 5));
        float[] noise = new float[3 * 2 * 3];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = 10 + i;
        }
        BatchAugmenter.erase(
                batch,
                List.of(
                        new Erasure(1, 1, 2, 2, 3, noise),
                        new Erasure(1, 2, 0, 2, 3, new float[] {-1, -2, -3})));
        float[] values = batch.toFloatArray();
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 4; y++) {
                for (int x = 0; x < 5; x++) {
                    assertEquals(1, values[((c) * 4 + y) * 5 + x]);
                    boolean second = y >= 2 && x < 3;
                    boolean first = y >= 1 && y < 3 && x >= 2;
                    float expected = first ? 10 + (c * 2 + y - 1) * 3 + x - 2 : 1;
                    expected = second ? -1 - c : expected;
                    assertEquals(expected, values[((3 + c) * 4 + y) * 5 + x]);
                }
            }
        }
        assertTrue(batch.getManager().isOpen());
    }
}
