// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;

/**
 * The JSON that commands print: names in lower case with underscores, nothing left out; null also
 * stands for a number that is not finite.
 */
final class Json {

    /** JSON has no word for what is not a finite number. */
    private static final JsonSerializer<Double> NUMBER =
            (value, type, context) ->
                    Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;

    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .setPrettyPrinting()
                    .serializeNulls()
                    .disableHtmlEscaping()
                    .registerTypeAdapter(Double.class, NUMBER)
                    .registerTypeAdapter(double.class, NUMBER)
                    .create();

    private Json() {}

    /** Returns the document for a value, without a line feed at its end. */
    static String text(Object value) {
        return GSON.toJson(value);
    }

    /** Returns a value as JSON, to be put into a larger document. */
    static JsonElement tree(Object value) {
        return GSON.toJsonTree(value);
    }
}
