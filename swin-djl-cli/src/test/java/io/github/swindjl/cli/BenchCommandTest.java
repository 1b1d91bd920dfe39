// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.bench.BenchCase;
import io.github.swindjl.bench.BenchMode;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {

    private static final List<String> QUICK = List.of("--model", "mini", "--repeats", "2");

    @TempDir private Path folder;

    private final TestConsole console = new TestConsole();

    private int bench(String... options) {
        List<String> line = new ArrayList<>(List.of("bench", "--warm-up", "1"));
        line.addAll(QUICK);
        line.addAll(List.of(options));
        return console.run(line.toArray(String[]::new));
    }

    private JsonArray results(String... options) {
        List<String> line = new ArrayList<>(List.of(options));
        line.addAll(List.of("--format", "json"));
        assertEquals(ExitCode.OK, bench(line.toArray(String[]::new)), console.err());
        return JsonParser.parseString(console.out()).getAsJsonObject().getAsJsonArray("results");
    }

    @Test
    void everyCombinationIsACase() {
        JsonArray rows =
                results(
                        "--batch-size=1,2",
                        "--precision=fp32,bf16",
                        "--img-size=48,64",
                        "--set=window=4");
        List<String> cases = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            JsonObject row = rows.get(i).getAsJsonObject();
            cases.add(
                    row.get("infer_img_size").getAsInt()
                            + " "
                            + row.get("precision").getAsString()
                            + " "
                            + row.get("infer_batch_size").getAsInt());
            assertEquals("window=4", row.get("settings").getAsString());
            assertEquals(2, row.get("steps").getAsInt());
            assertEquals(1, row.get("warm_up").getAsInt());
            assertEquals(
                    row.get("infer_samples_per_sec").getAsDouble(),
                    row.get("infer_batch_size").getAsInt()
                            * 1000
                            / row.get("infer_step_time").getAsDouble(),
                    0.05 * row.get("infer_samples_per_sec").getAsDouble());
        }
        assertEquals(
                List.of(
                        "48 fp32 1",
                        "48 fp32 2",
                        "48 bf16 1",
                        "48 bf16 2",
                        "64 fp32 1",
                        "64 fp32 2",
                        "64 bf16 1",
                        "64 bf16 2"),
                cases);
        assertTrue(
                console.err().contains("Case 8 of 8: mini, 64 pixels, bf16, batch of 2."),
                console.err());
        assertTrue(
                rows.get(7).getAsJsonObject().get("infer_gmacs").getAsDouble()
                        > rows.get(0).getAsJsonObject().get("infer_gmacs").getAsDouble());
    }

    @Test
    void csvHasTimmsColumns() throws IOException {
        Path csv = folder.resolve("bench.csv");
        assertEquals(
                ExitCode.OK,
                bench("--mode=train", "--batch-size=2", "--csv=" + csv, "--outside=0.1"),
                console.err());
        List<String> lines = Files.readAllLines(csv);
        assertEquals(2, lines.size());
        assertTrue(
                lines.get(0)
                        .startsWith(
                                "model,train_samples_per_sec,train_step_time,train_batch_size,"
                                        + "train_img_size,train_gmacs,param_count,library,"
                                        + "precision,"),
                lines.get(0));
        assertTrue(lines.get(1).startsWith("mini,"), lines.get(1));
        assertFalse(lines.get(1).endsWith(","), "the share outside is missing: " + lines.get(1));
        assertTrue(console.out().contains("images/s"), console.out());
        assertTrue(console.out().contains(" %"), console.out());
    }

    @Test
    void everyMemoryModeIsACase() {
        JsonArray rows = results("--mode=train", "--batch-size=2", "--memory=plain,block");
        assertEquals(2, rows.size());
        assertEquals("plain", rows.get(0).getAsJsonObject().get("memory").getAsString());
        assertEquals("block", rows.get(1).getAsJsonObject().get("memory").getAsString());
    }

    @Test
    void threadsAreSet() {
        int before = EngineInfo.threads();
        try {
            JsonObject row = results("--batch-size=1", "--threads=1").get(0).getAsJsonObject();
            assertEquals(1, row.get("threads").getAsInt());
            assertEquals(1, EngineInfo.threads());
        } finally {
            EngineInfo.setThreads(before);
        }
    }

    @Test
    void jsonDescribesTheMachine() {
        assertEquals(
                ExitCode.OK, bench("--batch-size=1", "--format=json", "--seed=3"), console.err());
        JsonObject machine =
                JsonParser.parseString(console.out()).getAsJsonObject().getAsJsonObject("machine");
        assertEquals(EngineInfo.libtorchVersion(), machine.get("libtorch").getAsString());
        assertTrue(machine.get("processors").getAsInt() >= 1);
    }

    @Test
    void wrongValuesAreUsageErrors() {
        refused("--batch-size", "--batch-size=0");
        refused("--warm-up", "--warm-up=0");
        refused("--repeats", "--repeats=0");
        refused("--threads", "--threads=0");
        refused("--outside", "--outside=-1");
        refused("--set sets model.overrides.windw", "--set=windw=3");
        refused("--img-size", "--img-size=big");
        refused("image", "--img-size=-4");
        refused("--drop-path sets training.drop_path", "--mode=train", "--drop-path=2");
        refused("--drop-path has no effect", "--drop-path=0.2");
        refused("--memory has no effect", "--memory=block");
        refused("--memory", "--mode=train", "--memory=little");
        refused("--mode", "--mode=both");
        refused("--precision", "--precision=int8");
        refused("Did you mean", "--model=swin_tinny_patch4_window7_224");
        refused("one case", "--paced", "--batch-size=1,2");
        for (String option :
                List.of("--csv=x.csv", "--outside=1", "--repeats=2", "--format=json")) {
            refused("has no effect on --paced", "--paced", "--batch-size=1", option);
        }
    }

    private void refused(String keyword, String... options) {
        TestConsole own = new TestConsole();
        List<String> line = new ArrayList<>(List.of("bench"));
        if (!options[0].startsWith("--model")) {
            line.addAll(List.of("--model", "mini"));
        }
        line.addAll(List.of(options));
        assertEquals(ExitCode.USAGE, own.run(line.toArray(String[]::new)), own.err());
        assertTrue(own.err().contains(keyword), own.err());
        assertEquals("", own.out());
    }

    @Test
    void aCsvInNoFolderIsRefusedBeforeTheWork() {
        assertEquals(ExitCode.BAD_INPUT, bench("--csv=" + folder.resolve("missing/bench.csv")));
        assertTrue(console.err().contains("folder that exists"), console.err());
    }

    private static String paced(String input) throws IOException {
        StringWriter out = new StringWriter();
        BenchCase what =
                new BenchCase(
                        BenchCase.network("mini", List.of(), null, 0),
                        List.of(),
                        BenchMode.INFER,
                        1,
                        MemoryMode.PLAIN,
                        false,
                        Precision.FP32,
                        Device.cpu(),
                        0);
        new PacedBench(new StringReader(input), new PrintWriter(out))
                .run(what, 1, (failed, next) -> {});
        return out.toString();
    }

    @Test
    void roundsAreTimedAsTheInputSays() throws IOException {
        List<String> lines = paced("round 3\nround 2\nend\n").lines().toList();
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).startsWith("{\"ready\":{\"processor\":"), lines.get(0));
        assertEquals(3, milliseconds(lines.get(1)).size());
        assertEquals(2, milliseconds(lines.get(2)).size());
        JsonObject result =
                JsonParser.parseString(lines.get(3)).getAsJsonObject().getAsJsonObject("result");
        assertEquals(5, result.get("steps").getAsInt());
    }

    private static JsonArray milliseconds(String line) {
        return JsonParser.parseString(line).getAsJsonObject().getAsJsonArray("milliseconds");
    }

    @Test
    void theEndOfTheInputEndsItWithoutResult() throws IOException {
        assertEquals(1, paced("").lines().count());
    }

    @Test
    void anotherLineIsRefused() {
        assertTrue(
                assertThrows(IOException.class, () -> paced("rounds 3\n"))
                        .getMessage()
                        .contains("expected 'round N'"));
    }
}
