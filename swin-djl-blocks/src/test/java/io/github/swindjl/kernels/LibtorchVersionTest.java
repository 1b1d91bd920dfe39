// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibtorchVersionTest {

    @TempDir private Path torch;
    private Path lib;

    @BeforeEach
    void outline() throws IOException {
        lib = Files.createDirectory(torch.resolve("lib"));
    }

    @ParameterizedTest
    @CsvSource({
        "build-version, 2.11.0+cu130",
        "version.py, '__version__ = ''2.11.0+cu130''\ndebug = False'",
        "version.py, 'from typing import Optional\n__version__ = \"2.11.0\"'"
    })
    void anotherVersionIsRefusedBeforeItIsLoaded(String file, String text) throws IOException {
        Files.writeString(torch.resolve(file), text);
        EngineException failure =
                assertThrows(EngineException.class, () -> LibtorchVersion.check(text(), null));
        assertTrue(failure.getMessage().contains("libtorch 2.11.0"), failure.getMessage());
        assertTrue(failure.getMessage().contains("made for 2.7.1"), failure.getMessage());
        assertThrows(EngineException.class, () -> LibtorchVersion.check(text(), "2.7.1"));
    }

    @ParameterizedTest
    @CsvSource({"build-version, 2.7.1+cu128", "version.py, '__version__ = ''2.7.1+cpu'''"})
    void theVersionThatDjlIsMadeForIsTaken(String file, String text) throws IOException {
        Files.writeString(torch.resolve(file), text);
        LibtorchVersion.check(text(), null);
    }

    @Test
    void theVersionThatTheUserNamesIsTaken() throws IOException {
        Files.writeString(torch.resolve("build-version"), "2.5.1+cu124\n");
        LibtorchVersion.check(text(), "2.5.1");
    }

    @Test
    void aLibraryCompiledForItIsTaken() throws IOException {
        Files.writeString(torch.resolve("build-version"), "2.11.0");
        Files.createFile(lib.resolve(System.mapLibraryName("djl_torch")));
        LibtorchVersion.check(text(), null);
    }

    @ParameterizedTest
    @CsvSource({"''", "'a text without numbers'", "'__version__ = unknown'"})
    void whatTellsNoVersionIsTaken(String text) throws IOException {
        Files.writeString(torch.resolve("version.py"), text);
        LibtorchVersion.check(text(), null);
        LibtorchVersion.check(null, null);
        LibtorchVersion.check(torch.resolve("missing").toString(), "");
    }

    private String text() {
        return lib.toString();
    }
}
