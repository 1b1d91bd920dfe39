// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;

/** The JSON that commands print: names in lower case with underscores, nothing left out. */
final class Json {

    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .setPrettyPrinting()
                    .serializeNulls()
                    .disableHtmlEscaping()
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
