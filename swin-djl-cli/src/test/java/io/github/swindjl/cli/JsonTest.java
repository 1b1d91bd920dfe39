// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.bench.DeviceAgreement.Finding;
import io.github.swindjl.kernels.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void whatIsNoFiniteNumberIsNull(double difference) {
        String text = Json.text(new Finding("logits", Precision.FP32, difference, 1e-4, 1.5));
        JsonObject finding = JsonParser.parseString(text).getAsJsonObject();
        assertTrue(finding.get("difference").isJsonNull(), text);
        assertEquals(1.5, finding.get("milliseconds").getAsDouble());
    }

    @Test
    void namesAreInLowerCaseAndNothingIsLeftOut() {
        record Example(String someName, Integer missing) {}
        assertEquals(
                "{\n  \"some_name\": \"<a>\",\n  \"missing\": null\n}",
                Json.text(new Example("<a>", null)));
    }
}
