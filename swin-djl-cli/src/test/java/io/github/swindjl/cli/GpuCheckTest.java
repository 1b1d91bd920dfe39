// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/gpu-check} on a machine whose GPU, programs and figures are made up. */
@DisabledOnOs(OS.WINDOWS)
class GpuCheckTest {

    private static final String SWIN =
            """
            #!/bin/sh
            echo "$*" >>"$CALLS"
            command=$1
            folder=
            csv=
            while [ $# -gt 0 ]; do
                case $1 in
                    --out | --resume) folder=$2 ;;
                    --csv) csv=$2 ;;
                    --mode) mode=$2 ;;
                esac
                [ "$1" != --deterministic ] || fixed=true
                last=$1
                shift
            done
            case $command in
                doctor)
                    echo '{"problems": []}'
                    echo 'logits of a network, bf16: agree, differ by 2.1e-03 of at most 3.0e-02' >&2
                    [ "$last" != json ] || exit "${DOCTOR_EXIT:-0}"
                    exit "${START_EXIT:-0}"
                    ;;
                train)
                    mkdir -p "$folder/checkpoints/update-000000004"
                    echo "${WEIGHTS:-${folder##*/}}" >"$folder/checkpoints/update-000000004/model.safetensors"
                    echo epoch >"$folder/history.csv"
                    ;;
                bench)
                    m=${mode:-infer}
                    {
                        echo "model,${m}_samples_per_sec,${m}_step_time,${m}_batch_size,${m}_gmacs,precision,settings,deterministic,memory_peak,least_mb,outside"
                        echo "swin_tiny_patch4_window7_224.ms_in1k,8000.5,8,64,4.49,bf16,,${fixed:-false},1234.4,1000,"
                    } >"$csv"
                    ;;
            esac
            """;

    private static final String PYTHON =
            """
            #!/bin/sh
            [ "$1" != -c ] || exit "${PEERS_EXIT:-0}"
            echo "$*" >>"$CALLS"
            mode=infer
            while [ $# -gt 0 ]; do
                case $1 in
                    --out) folder=$2 ;;
                    --mode) mode=$2 ;;
                    --model) model=$2 ;;
                    --peer) peer=${2%%:*} ;;
                esac
                shift
            done
            mkdir -p "$folder"
            {
                echo 'model,mode,precision,batch_size,peer,ratio,memory_peak,peer_memory_peak'
                echo "$model.ms_in1k,$mode,bf16,64,$peer,1.295,900,1000"
                echo "$model,$mode,bf16,1,$peer,1.5,1000.5,1000"
                echo "$model,$mode,bf16,8,$peer,0.9,,1000"
            } >"$folder/compare.csv"
            """;

    private static final String SMI =
            """
            #!/bin/sh
            echo "${CARD-NVIDIA H200}"
            """;

    @TempDir private Path temp;

    private Path script;
    private Path calls;
    private Path out;
    private final Map<String, String> environment = new TreeMap<>();

    private record Result(int exit, String text) {}

    @BeforeEach
    void outline() throws IOException {
        Path scripts = Files.createDirectories(temp.resolve("a project/scripts"));
        Path programs = Files.createDirectories(temp.resolve("bin"));
        script = scripts.resolve("gpu-check");
        calls = temp.resolve("calls");
        out = temp.resolve("a report");
        program(script, Files.readString(Program.launcher().resolveSibling("gpu-check")));
        program(scripts.resolve("swin"), SWIN);
        program(programs.resolve("python3"), PYTHON);
        program(programs.resolve("nvidia-smi"), SMI);
        environment.put("PATH", programs + ":/usr/bin:/bin");
        environment.put("CALLS", calls.toString());
        environment.put("WEIGHTS", "the same");
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertTrue(file.toFile().setExecutable(true));
    }

    private Result check(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(List.of(arguments));
        Path said = temp.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(temp.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        builder.environment().remove("CUDA_VISIBLE_DEVICES");
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), Files.readString(said));
        return new Result(process.exitValue(), Files.readString(said));
    }

    private String report() throws IOException {
        return Files.readString(out.resolve("report.txt"));
    }

    private JsonObject json() throws IOException {
        return JsonParser.parseString(Files.readString(out.resolve("report.json")))
                .getAsJsonObject();
    }

    private static void assertHas(String text, String... lines) {
        for (String line : lines) {
            assertTrue(text.contains(line), line + "\nis missing in\n" + text);
        }
    }

    @Test
    void everythingIsMeasuredAndComparedWithTheCardAndTheTargets() throws Exception {
        Result result = check("--out", out.toString());
        assertEquals(0, result.exit, result.text);
        assertHas(
                report(),
                "Device gpu (NVIDIA H200), ",
                "  logits of a network, bf16: agree, differ by 2.1e-03 of at most 3.0e-02\n",
                "Training stopped and resumed: the same weights to the last bit\n",
                "swin_tiny_patch4_window7_224   infer bf16      64      8000.5     71.84    7 %"
                        + "     125.0    3 %      1234\n",
                "swin_tiny_patch4_window7_224   train bf16      64      8000.5    215.53   22 %"
                        + "     125.0    3 %      1234\n",
                "train bf16 d    64 ",
                "infer tf32      64      8000.5     71.84   15 %",
                "Shares are of the data sheet of NVIDIA H200.",
                "swin_tiny_patch4_window7_224 infer, bf16, batch 64: 1.29 times timm (MISSED, target"
                        + " 1.30); memory 900 of 1000 MB: reached\n",
                "batch 1: 1.50 times timm (reached, target 1.50); memory 1000 of 1000 MB: MISSED\n",
                "batch 8: 0.90 times timm (no target); memory unknown\n",
                "swinv2_base_window8_256 train, bf16, batch 64: 1.29 times timm (reached, target"
                        + " 1.15)",
                "batch 64: 1.29 times timm-compile (no target)");
        assertFalse(report().contains("Left out"), report());
        JsonObject json = json();
        assertEquals("NVIDIA H200", json.get("card").getAsString());
        assertEquals(989, json.getAsJsonObject("peak").get("bf16_tflops").getAsDouble());
        assertEquals("same", json.get("resumed").getAsString());
        assertEquals(7, json.getAsJsonArray("bench").size());
        assertEquals(7, json.getAsJsonArray("comparisons").size());
        JsonObject row = json.getAsJsonArray("bench").get(0).getAsJsonObject();
        assertEquals("bench-infer-bf16.csv", row.get("file").getAsString());
        row = row.getAsJsonArray("rows").get(0).getAsJsonObject();
        assertEquals(8000.5, row.get("infer_samples_per_sec").getAsDouble());
        assertTrue(row.get("settings").isJsonNull() && row.get("outside").isJsonNull());
        assertFalse(row.get("deterministic").getAsBoolean());
        assertEquals(report(), json.get("report").getAsString());
        String asked = Files.readString(calls);
        for (String model :
                List.of(
                        "swin_tiny_patch4_window7_224",
                        "swin_base_patch4_window7_224",
                        "swinv2_tiny_window8_256",
                        "swinv2_base_window8_256")) {
            for (String way : List.of("--precision bf16", "--tf32", "--batch-size 1,4,16,64,256")) {
                assertTrue(
                        asked.lines().anyMatch(l -> l.contains(model) && l.contains(way)),
                        model + " " + way + " in " + asked);
            }
        }
        assertHas(asked, "--thorough", "--deterministic", "train --resume");
    }

    @Test
    void theTableIsMadeAnewWithoutMeasuring() throws Exception {
        check("--out", out.toString());
        String before = report();
        byte[] json = Files.readAllBytes(out.resolve("report.json"));
        Files.delete(out.resolve("report.txt"));
        Files.delete(out.resolve("report.json"));
        Files.delete(calls);
        Result again = check("--table", out.toString());
        assertEquals(0, again.exit, again.text);
        assertTrue(again.text.startsWith(before), again.text);
        assertEquals(before, report());
        assertArrayEquals(json, Files.readAllBytes(out.resolve("report.json")));
        assertFalse(Files.exists(calls));
        Result none = check("--table", temp.toString());
        assertEquals(ExitCode.USAGE, none.exit, none.text);
        assertHas(none.text, "holds no run of gpu-check");
    }

    @Test
    void withoutTimePartsAreLeftOutAndNamed() throws Exception {
        Result result = check("--out", out.toString(), "--seconds", "38");
        assertHas(report(), "Left out for lack of time: doctor\n");
        assertHas(report(), "Left out for lack of time: against-compile\n");
        assertFalse(report().contains("time: bench-infer-bf16\n"), report());
        assertEquals(ExitCode.ENVIRONMENT, result.exit, "what was not examined is not sound");
        for (JsonElement part : json().getAsJsonArray("parts")) {
            JsonObject one = part.getAsJsonObject();
            if (one.get("part").getAsString().equals("doctor")) {
                assertTrue(one.get("exit").isJsonNull());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "WEIGHTS, '', OTHER WEIGHTS than without a stop",
        "DOCTOR_EXIT, 4, FAILED with 4: doctor",
        "START_EXIT, 4, FAILED with 4: start"
    })
    void whatIsWrongDecidesTheExitCode(String name, String value, String line) throws Exception {
        environment.put(name, value);
        assertEquals(ExitCode.ENVIRONMENT, check("--out", out.toString()).exit);
        assertHas(report(), line);
        json();
    }

    @Test
    void aCardThatIsNotListedHasNoShares() throws Exception {
        environment.put("CARD", "NVIDIA Something");
        environment.put("PEERS_EXIT", "1");
        Result result = check("--out", out.toString(), "--device", "gpu:3");
        assertEquals(0, result.exit, result.text);
        assertHas(result.text, "no comparison: 'python3' lacks torch or timm");
        assertHas(report(), "Device gpu:3 (NVIDIA Something)", "      -     125.0      -");
        assertFalse(report().contains("Against timm"), report());
        assertEquals(0, json().getAsJsonArray("comparisons").size());
        assertHas(Files.readString(calls), "bench --device gpu:3");
    }

    @Test
    void aCpuIsExaminedWithoutTf32() throws Exception {
        assertEquals(0, check("--out", out.toString(), "--device", "cpu", "--quick").exit);
        assertFalse(Files.readString(calls).contains("--tf32"));
        assertHas(report(), "Device cpu, ", "of this card, which is unknown");
        assertHas(report(), "batch 1: 1.50 times timm (no target)");
        assertTrue(json().get("card").getAsString().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "gpu:", "gpu:x", "cuda", ""})
    void aDeviceThatDoesNotExistIsRefused(String device) throws Exception {
        Result result = check("--device", device, "--out", out.toString());
        assertEquals(ExitCode.USAGE, result.exit);
        assertHas(
                result.text, "--device is '" + device + "', expected gpu, gpu:N (N from 0) or cpu");
        assertFalse(Files.exists(out));
        assertFalse(Files.exists(calls));
    }

    @Test
    void aWrongCommandLineIsRefused() throws Exception {
        assertHas(check("--seconds", "1m").text, "--seconds is '1m'");
        assertEquals(ExitCode.USAGE, check("--seconds", "0").exit);
        Result unknown = check("--fast");
        assertEquals(ExitCode.USAGE, unknown.exit);
        assertHas(unknown.text, "unknown option '--fast'; see --help");
        Result bare = check("--out");
        assertEquals(ExitCode.USAGE, bare.exit);
        assertHas(bare.text, "--out needs a value");
        Result help = check("--help");
        assertEquals(ExitCode.OK, help.exit);
        assertHas(help.text, "scripts/gpu-check [--device gpu|gpu:N|cpu]", "--table FOLDER");
        Files.createDirectories(out);
        Files.writeString(out.resolve("thesis.tex"), "all my work");
        Result full = check("--out", out.toString());
        assertEquals(ExitCode.USAGE, full.exit);
        assertHas(full.text, "holds something already");
    }
}
