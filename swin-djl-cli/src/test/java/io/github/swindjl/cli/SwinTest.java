// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SwinTest {

    private final TestConsole console = new TestConsole();

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "doctor --help"})
    void helpIsAResult(String arguments) {
        assertEquals(ExitCode.OK, console.run(arguments.split(" ")));
        assertTrue(console.out().contains("Usage: swin"), console.out());
        assertEquals("", console.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"train", "eval", "predict", "bench", "data", "models", "convert", "doctor"})
    void everyCommandIsListedAndHasHelp(String command) {
        console.run("--help");
        assertTrue(console.out().contains("\n  " + command + " "), console.out());
        assertEquals(ExitCode.OK, new TestConsole().run(command, "--help"));
    }

    @Test
    void versionNamesTheProgramAndJava() {
        assertEquals(ExitCode.OK, console.run("--version"));
        assertTrue(console.out().startsWith("swin-djl "), console.out());
        assertTrue(console.out().contains(System.getProperty("java.version")), console.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "docter           | unknown command 'docter'; did you mean doctor?",
                "doctor --devise cpu | did you mean --device?",
                "doctor --device  | --device",
                "doctor --device tpu | tpu",
                "doctor --device gpu:x | gpu:N",
                "doctor --format xml | xml",
                "doctor extra     | extra",
                "''               | COMMAND"
            })
    void aWrongCommandLineNamesWhatIsWrong(String arguments, String says) {
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ");
        assertEquals(ExitCode.USAGE, console.run(words), console.err());
        assertTrue(console.err().startsWith("error: "), console.err());
        assertTrue(console.err().contains(says), console.err());
        assertTrue(console.err().contains("--help' shows the usage"), console.err());
        assertFalse(console.err().contains("\tat "), console.err());
        assertEquals("", console.out());
    }

    @Test
    void colourIsForTerminalsOnly() {
        TestConsole terminal = new TestConsole(true);
        terminal.run("nothing");
        assertTrue(terminal.err().contains("\u001b["), terminal.err());
        console.run("nothing");
        assertFalse(console.err().contains("\u001b["), console.err());
    }
}
