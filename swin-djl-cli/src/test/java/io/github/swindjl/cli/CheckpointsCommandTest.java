// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.google.gson.JsonParser;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.weights.Safetensors;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsCommandTest {

    @TempDir private static Path shared;
    private static Path set;
    private static Path run;

    @TempDir private Path folder;
    private final TestConsole console = new TestConsole();

    @BeforeAll
    static void train() throws IOException {
        set = shared.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 3));
        run = shared.resolve("run");
        TestConsole console = new TestConsole();
        int code =
                console.run(
                        "train",
                        "--data",
                        set.toString(),
                        "--device",
                        "cpu",
                        "--epochs",
                        "4",
                        "--batch-size",
                        "8",
                        "--out",
                        run.toString(),
                        "--set",
                        "checkpoints.keep=3",
                        "--set",
                        "checkpoints.keep_best=2",
                        "--set",
                        "model.overrides={width: 8, depths: [1, 1], heads: [1, 2],"
                                + " reference_windows: [0, 0], image_height: 32, image_width: 32}");
        assertEquals(ExitCode.OK, code, console.err());
    }

    private static Path weights(Path folder) {
        return folder.resolve("model.safetensors");
    }

    private static Path checkpoint(int update) {
        return run.resolve("checkpoints/update-0000000" + update);
    }

    @Test
    void theListHasEveryCheckpointAndItsRank() {
        assertEquals(ExitCode.OK, console.run("checkpoints", "list", run.toString()));
        List<String> lines = console.out().lines().toList();
        assertTrue(lines.get(0).startsWith("checkpoint"), console.out());
        assertTrue(console.out().contains("update-000000024"), console.out());
        TestConsole json = new TestConsole();
        json.run("checkpoints", "list", run.toString(), "--format", "json");
        var rows = JsonParser.parseString(json.out()).getAsJsonArray();
        assertEquals(24, rows.get(0).getAsJsonObject().get("update").getAsInt());
        List<Integer> ranks = new ArrayList<>();
        rows.forEach(row -> ranks.add(row.getAsJsonObject().get("rank").getAsInt()));
        assertEquals(rows.size(), ranks.stream().distinct().count());
        assertTrue(ranks.contains(1) && rows.size() >= 3, json.out());
    }

    @Test
    void strippedWeightsAreThoseOfTheBestAndNothingElse() throws IOException {
        Path out = folder.resolve("released");
        assertEquals(
                ExitCode.OK,
                console.run("checkpoints", "strip", run.toString(), "--out", out.toString()),
                console.err());
        try (Stream<Path> files = Files.list(out)) {
            assertEquals(
                    List.of("model.json", "model.safetensors"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        Path best =
                run.resolve(
                        JsonParser.parseString(Files.readString(run.resolve("results.json")))
                                .getAsJsonObject()
                                .get("checkpoint")
                                .getAsString());
        assertSame(List.of(best), weights(out));
        assertTrue(console.out().contains("sha256"), console.out());

        TestConsole eval = new TestConsole();
        assertEquals(
                ExitCode.OK,
                eval.run(
                        "eval",
                        "--device",
                        "cpu",
                        "--weights",
                        out.toString(),
                        "--data",
                        set.toString()),
                eval.err());
        refused(ExitCode.BAD_INPUT, "holds weights already", "strip", "" + run, "--out", "" + out);
    }

    /** Writes the weights of a checkpoint again, in several files. */
    private static Path inParts(Path checkpoint, Path target) throws IOException {
        Files.createDirectory(target);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (SwinModel model = SwinModel.load(checkpoint, Device.cpu())) {
            StateDict.of(model.block())
                    .forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
            StateShards.write(target, SwinModel.WEIGHTS_FILE, arrays, 5000);
        }
        Files.copy(checkpoint.resolve("model.json"), target.resolve("model.json"));
        assertTrue(Files.exists(target.resolve("model.safetensors.index.json")));
        assertTrue(Files.notExists(weights(target)));
        return target;
    }

    @Test
    void weightsInSeveralFilesAreNotMixedWithOthers() throws IOException {
        Path parts = inParts(checkpoint(24), folder.resolve("parts"));
        refused(
                ExitCode.BAD_INPUT,
                "holds weights already",
                "strip",
                "" + run,
                "--out",
                "" + parts);
    }

    @Test
    void checkpointsInSeveralFilesAreAveragedAndStripped() throws IOException {
        Path parts = inParts(checkpoint(24), folder.resolve("parts"));
        Path mean = folder.resolve("mean");
        Path stripped = folder.resolve("stripped");
        assertEquals(
                ExitCode.OK,
                console.run(
                        "checkpoints",
                        "average",
                        checkpoint(18).toString(),
                        parts.toString(),
                        "--out",
                        mean.toString()),
                console.err());
        assertSame(List.of(checkpoint(18), checkpoint(24)), weights(mean));
        assertEquals(
                ExitCode.OK,
                console.run("checkpoints", "strip", "" + parts, "--out", "" + stripped),
                console.err());
        assertSame(List.of(checkpoint(24)), weights(stripped));
    }

    /** The file has the mean, in float64, of the checkpoints' weights. */
    private static void assertSame(List<Path> checkpoints, Path found) throws IOException {
        try (Safetensors mean = Safetensors.open(found)) {
            assertTrue(mean.tensors().size() > 10);
            for (String name : mean.tensors().keySet()) {
                double[] sum = new double[(int) mean.info(name).elements()];
                for (Path checkpoint : checkpoints) {
                    try (Safetensors one = Safetensors.open(weights(checkpoint))) {
                        float[] values = one.readFloats(name);
                        Arrays.setAll(sum, i -> sum[i] + values[i]);
                    }
                }
                float[] expected = new float[sum.length];
                for (int i = 0; i < sum.length; i++) {
                    expected[i] = (float) (sum[i] / checkpoints.size());
                }
                assertArrayEquals(expected, mean.readFloats(name), name);
            }
        }
    }

    @Test
    void theMeanIsThatOfTheCheckpointsNamed() throws IOException {
        Path named = folder.resolve("named");
        assertEquals(
                ExitCode.OK,
                console.run(
                        "checkpoints",
                        "average",
                        checkpoint(18).toString(),
                        checkpoint(24).toString(),
                        "--out",
                        named.toString()),
                console.err());
        assertSame(List.of(checkpoint(18), checkpoint(24)), weights(named));
        Path newest = folder.resolve("newest");
        assertEquals(
                ExitCode.OK,
                console.run(
                        "checkpoints",
                        "average",
                        run.toString(),
                        "--last",
                        "2",
                        "--out",
                        newest.toString()),
                console.err());
        assertArrayEquals(Files.readAllBytes(weights(named)), Files.readAllBytes(weights(newest)));
    }

    @Test
    void whatDoesNotBelongTogetherIsRefused() throws IOException {
        String out = folder.resolve("out").toString();
        refused(ExitCode.USAGE, "two checkpoints or more", "average", "" + run, "--out", out);
        refused(
                ExitCode.USAGE,
                "either --best or --last",
                "average",
                "" + run,
                "--best",
                "1",
                "--last",
                "1",
                "--out",
                out);
        refused(
                ExitCode.BAD_INPUT,
                "checkpoints, asked for 9",
                "average",
                "" + run,
                "--best",
                "9",
                "--out",
                out);
        Path other = folder.resolve("other");
        Files.createDirectories(other);
        Files.copy(weights(checkpoint(24)), weights(other));
        Files.writeString(
                other.resolve("model.json"),
                Files.readString(checkpoint(24).resolve("model.json")).replace("star", "sun"));
        refused(
                ExitCode.BAD_INPUT,
                "of another model",
                "average",
                "" + checkpoint(24),
                "" + other,
                "--out",
                out);
        assertTrue(Files.notExists(Path.of(out)));
    }

    private static void refused(int code, String says, String... arguments) {
        TestConsole refusal = new TestConsole();
        List<String> all = new ArrayList<>(List.of("checkpoints"));
        all.addAll(List.of(arguments));
        assertEquals(code, refusal.run(all.toArray(String[]::new)), refusal.err());
        assertTrue(refusal.err().contains(says), refusal.err());
    }
}
