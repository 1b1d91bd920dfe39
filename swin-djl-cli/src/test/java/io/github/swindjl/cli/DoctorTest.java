// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {

    private final TestConsole console = new TestConsole();

    @TempDir private Path folder;

    @Test
    void tellsVersionsLibraryDevicesAndTrial() {
        assertEquals(ExitCode.OK, console.run("doctor", "--device", "cpu"), console.err());
        for (String name :
                List.of("Java", "DJL", "libtorch", "chosen", "loaded from", "CUDA", "memory")) {
            assertTrue(console.out().contains("\n" + name + " "), name + " in\n" + console.out());
        }
        assertTrue(console.out().contains("forward and backward on cpu"), console.out());
        assertTrue(console.out().contains("all is well"), console.out());
    }

    @Test
    void jsonIsOneDocumentAndNothingElse() {
        assertEquals(ExitCode.OK, console.run("doctor", "--device", "cpu", "--format", "json"));
        JsonObject report = JsonParser.parseString(console.out()).getAsJsonObject();
        assertEquals("2.7.1", report.get("libtorch").getAsString());
        assertTrue(report.get("jni").getAsString().startsWith("2.7.1-0.35.1"), console.out());
        assertTrue(Files.isDirectory(Path.of(report.get("loaded_from").getAsString())));
        assertTrue(report.getAsJsonArray("problems").isEmpty());
        assertEquals(
                EngineInfo.prepacksLinears(Device.cpu(), Precision.FP32),
                report.getAsJsonArray("prepacked").contains(new JsonPrimitive("fp32")));
        assertTrue(report.get("threads").getAsInt() >= 1);
        assertTrue(report.getAsJsonObject("trial").get("milliseconds").getAsDouble() > 0);
    }

    @Test
    void theClassArchiveIsInUseOnlyIfItIsMapped() throws IOException {
        Path maps = folder.resolve("maps");
        Files.writeString(maps, "7f00-7f01 r--p 00 08:01 5   /a project/classes-17.jsa\n");
        String given = "/a project/classes-17.jsa";
        assertEquals("in use: " + given, ClassArchive.describe(given, maps));
        assertTrue(ClassArchive.describe("/classes-17.jsa", maps).contains("does not fit"));
        assertTrue(ClassArchive.describe("", maps).contains("none"));
        assertTrue(ClassArchive.describe(given, folder.resolve("no")).contains("does not tell"));
    }

    @Test
    void aGpuThatIsNotThereMustBeMended() {
        assertEquals(ExitCode.ENVIRONMENT, console.run("doctor", "--device", "gpu:77"));
        assertTrue(console.out().contains("gpu:77"), console.out());
        assertTrue(console.out().contains("must be mended"), console.out());
    }

    @Test
    void tf32IsForGpusOnly() {
        assertEquals(ExitCode.USAGE, console.run("doctor", "--device", "cpu", "--tf32"));
        assertTrue(console.err().contains("--tf32: a CPU has no TF32"), console.err());
        if (EngineInfo.devices().size() == 1) {
            TestConsole without = new TestConsole();
            assertEquals(ExitCode.OK, without.run("doctor", "--tf32"), without.err());
            assertTrue(without.err().contains("--tf32 has no effect here"), without.err());
        }
    }

    @Test
    void devicesAreResolved() {
        List<Device> two = List.of(Device.gpu(0), Device.gpu(1), Device.cpu());
        List<Device> none = List.of(Device.cpu());
        assertEquals(Device.gpu(0), new DeviceChoice("auto").resolve(two));
        assertEquals(Device.cpu(), new DeviceChoice("auto").resolve(none));
        assertEquals(Device.cpu(), new DeviceChoice("cpu").resolve(two));
        assertEquals(Device.gpu(0), new DeviceChoice("gpu").resolve(two));
        assertEquals(Device.gpu(1), new DeviceChoice("gpu:1").resolve(two));
        String tooMany = refusal("gpu:2", two);
        assertTrue(tooMany.contains("no GPU number 2") && tooMany.contains("has 2"), tooMany);
        assertTrue(refusal("gpu", none).contains("no GPU is usable"));
    }

    private static String refusal(String name, List<Device> available) {
        return assertThrows(
                        EnvironmentException.class, () -> new DeviceChoice(name).resolve(available))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda", "path", "unknown"})
    void everyChoiceHasAFix(String kind) {
        String fix = new NativeChoice(kind, "x").fix();
        assertFalse(fix.isBlank());
        assertTrue(fix.contains("libtorch") || fix.contains("pytorch"), fix);
    }
}
