// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CausesTest {

    @Test
    void theFileSystemsPathsAreLeftAway() {
        assertEquals("it does not exist", Causes.of(new NoSuchFileException("a")));
        assertEquals("permission denied", Causes.of(new AccessDeniedException("a")));
        assertEquals("no space", Causes.of(new FileSystemException("a", null, "no space")));
        assertEquals(
                "it does not exist",
                Causes.of(new UncheckedIOException(new NoSuchFileException("a"))));
        assertEquals(
                "line 2", Causes.of(new IllegalStateException("line 2", new IOException("x"))));
        assertEquals("reset", Causes.of(new RuntimeException(new IOException("reset"))));
        assertEquals("IOException", Causes.of(new IOException()));
    }

    @Test
    void gsonsAdviceIsLeftAway() {
        for (String text : List.of("{\"a\": }", "[1,", "{a", "nul", "\"x", "7")) {
            Exception e =
                    assertThrows(
                            JsonParseException.class,
                            () -> new Gson().fromJson(text, JsonObject[].class).clone());
            String told = Causes.of(e);
            assertFalse(told.contains("http") || told.contains("JsonReader"), told);
        }
        Exception malformed =
                assertThrows(JsonParseException.class, () -> JsonParser.parseString("{\"a\" 1}"));
        assertTrue(Causes.of(malformed).contains("at line 1 column"), Causes.of(malformed));
    }
}
