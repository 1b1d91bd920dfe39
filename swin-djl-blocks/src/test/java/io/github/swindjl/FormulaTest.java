// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FormulaTest {

    @Test
    void agreesWithTheScript() throws Exception {
        JsonObject golden =
                JsonParser.parseString(Files.readString(TestData.file("goldens/formula.json")))
                        .getAsJsonObject();
        int checked = 0;
        for (JsonElement element : golden.getAsJsonArray("parameters")) {
            JsonObject entry = element.getAsJsonObject();
            String name = entry.get("name").getAsString();
            long[] shape =
                    entry.getAsJsonArray("shape").asList().stream()
                            .mapToLong(JsonElement::getAsLong)
                            .toArray();
            float[] values = Formula.parameter(name, new Shape(shape));
            ByteBuffer bytes =
                    ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
            assertEquals(
                    entry.get("sha256OfLittleEndianFloat32").getAsString(),
                    HexFormat.of().formatHex(hash),
                    name);
            checked++;
        }
        assertEquals(golden.getAsJsonArray("parameters").size(), checked);
    }
}
