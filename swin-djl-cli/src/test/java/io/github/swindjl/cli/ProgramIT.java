// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher needs a POSIX shell")
class ProgramIT {

    @TempDir private Path folder;

    @Test
    void doctorLoadsTheEngineFromAnyFolder() throws Exception {
        Program.Result result =
                Program.run(folder, "doctor", "--device", "cpu", "--format", "json");
        assertEquals(ExitCode.OK, result.exit(), result.err());
        assertEquals("", result.err());
        var report = JsonParser.parseString(result.out()).getAsJsonObject();
        assertFalse(report.get("libtorch").isJsonNull());
        var chosen = report.getAsJsonObject("native_library");
        assertFalse(chosen.get("kind").getAsString().equals("unknown"), result.out());
        assertFalse(report.get("program").getAsString().equals("unpacked"), result.out());
    }

    @Test
    void exitCodesReachTheShell() throws Exception {
        Program.Result unknown = Program.run(folder, "docter");
        assertEquals(ExitCode.USAGE, unknown.exit());
        assertTrue(unknown.err().contains("doctor"), unknown.err());
        assertEquals("", unknown.out());
        assertEquals(
                ExitCode.ENVIRONMENT, Program.run(folder, "doctor", "--device", "gpu:99").exit());
    }
}
