// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.blocks.NormPlacement;
import io.github.swindjl.blocks.PositionBias;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models at other sizes of pictures and windows than their own. */
class SweepTest {

    @TempDir private static Path shared;
    private static Path set;
    private static Path log;
    private static Path table;

    @TempDir private Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        set = shared.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 40, 1, 1, 3));
        // The blocks of an untrained V2 are without effect; with norms before they are not.
        SwinConfig config =
                TestModels.CONFIG.toBuilder().optNormPlacement(NormPlacement.PRE).build();
        log = TestModels.write(shared.resolve("log"), 5, SampleSet.classes(), config);
        table =
                TestModels.write(
                        shared.resolve("table"),
                        5,
                        SampleSet.classes(),
                        config.toBuilder().optPositionBias(PositionBias.RELATIVE).build());
    }

    private static String eval(int code, Path weights, String... more) {
        List<String> all =
                Stream.concat(
                                Stream.of(
                                        "eval",
                                        "--device",
                                        "cpu",
                                        "--weights",
                                        weights.toString(),
                                        "--data",
                                        set.toString()),
                                Stream.of(more))
                        .toList();
        TestConsole console = new TestConsole();
        assertEquals(code, console.run(all.toArray(String[]::new)), console.err());
        return console.out() + (code == ExitCode.OK ? "" : console.err());
    }

    private static JsonObject json(Path weights, String... more) {
        List<String> all = new ArrayList<>(List.of("--format", "json"));
        all.addAll(List.of(more));
        return JsonParser.parseString(eval(ExitCode.OK, weights, all.toArray(String[]::new)))
                .getAsJsonObject();
    }

    @Test
    void aSweepTellsWhatSingleEvaluationsTell() throws IOException {
        Path out = folder.resolve("out");
        JsonArray points =
                json(
                                log,
                                "--sweep",
                                "img-size=32,64",
                                "--window",
                                "scaled",
                                "--against",
                                table.toString(),
                                "--out",
                                out.toString())
                        .getAsJsonArray("points");
        assertEquals(4, points.size());
        for (int i = 0; i < 4; i++) {
            JsonObject point = points.get(i).getAsJsonObject();
            assertEquals(i % 2 == 0 ? 32 : 64, point.get("img_size").getAsInt());
            assertEquals(i % 2 == 0 ? 4 : 8, point.get("window").getAsInt());
            assertEquals(i < 2 ? "log_cpb" : "relative", point.get("position_bias").getAsString());
            JsonObject single =
                    i % 2 == 0
                            ? json(i < 2 ? log : table)
                            : json(i < 2 ? log : table, "--img-size", "64", "--window", "8");
            for (String key : List.of("top1", "loss", "count")) {
                assertEquals(single.get(key).getAsDouble(), point.get(key).getAsDouble(), key);
            }
        }
        List<String> lines = Files.readAllLines(out.resolve("sweep.csv"));
        assertTrue(lines.get(0).startsWith("weights,position_bias,img_size,window,top1,change"));
        assertEquals(5, lines.size());
        assertTrue(Files.readString(out.resolve("sweep.json")).contains("\"sweep\": \"img-size\""));
        if (Fonts.problem().isEmpty()) {
            assertTrue(PictureReader.size(out.resolve("sweep.png")).width() > 900);
        }
    }

    @Test
    void ofSeveralSeedsMeanAndDeviationAreTold() throws IOException {
        Path other =
                TestModels.write(
                        folder.resolve("other"),
                        6,
                        SampleSet.classes(),
                        TestModels.CONFIG.toBuilder().optNormPlacement(NormPlacement.PRE).build());
        Path out = folder.resolve("out");
        JsonObject document =
                json(
                        log,
                        "--sweep",
                        "img-size=32,64",
                        "--against",
                        other.toString(),
                        "--against",
                        table.toString(),
                        "--out",
                        out.toString());
        List<Double> top1 = new ArrayList<>();
        document.getAsJsonArray("points")
                .forEach(point -> top1.add(point.getAsJsonObject().get("top1").getAsDouble()));
        JsonArray means = document.getAsJsonArray("means");
        assertEquals(4, means.size());
        JsonObject second = means.get(1).getAsJsonObject();
        assertEquals("log_cpb", second.get("position_bias").getAsString());
        assertEquals(2, second.get("models").getAsInt());
        assertEquals((top1.get(1) + top1.get(3)) / 2, second.get("top1").getAsDouble(), 1e-12);
        double change = top1.get(1) - top1.get(0);
        double otherChange = top1.get(3) - top1.get(2);
        assertEquals((change + otherChange) / 2, second.get("change").getAsDouble(), 1e-12);
        assertEquals(
                Math.abs(change - otherChange) / Math.sqrt(2),
                second.get("change_deviation").getAsDouble(),
                1e-12);
        assertEquals(5, Files.readAllLines(out.resolve("means.csv")).size());
        String text = eval(ExitCode.OK, log, "--sweep", "window=4", "--against", other.toString());
        assertTrue(text.contains("mean change"), text);
    }

    @Test
    void windowsAreSweptAlone() {
        String text = eval(ExitCode.OK, table, "--sweep", "window=2,4", "--img-size", "64");
        assertTrue(text.contains("position bias") && text.contains("change"), text);
        assertEquals(4, text.lines().count(), text);
    }

    @Test
    void shardsOfDifferentWindowsAreNotMerged() {
        Path first = folder.resolve("first.json");
        Path second = folder.resolve("second.json");
        eval(ExitCode.OK, log, "--window", "2", "--shard", "1/2", "--json", first.toString());
        eval(ExitCode.OK, log, "--window", "4", "--shard", "2/2", "--json", second.toString());
        TestConsole console = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                console.run("eval", "merge", first.toString(), second.toString()));
        assertTrue(console.err().contains("window"), console.err());
    }

    @Test
    void otherWindowsAndSizesChangeTheOutcome() {
        double own = json(log).get("loss").getAsDouble();
        assertEquals(own, json(log, "--window", "4", "--img-size", "32").get("loss").getAsDouble());
        assertNotEquals(own, json(log, "--window", "2").get("loss").getAsDouble());
        assertNotEquals(own, json(log, "--img-size", "48").get("loss").getAsDouble());
    }

    @Test
    void continuousBiasesKeepReferringToTheirWindows() {
        ModelDescription trained =
                new ModelDescription(
                        "m", TestModels.CONFIG, List.of("a"), Preprocessing.official(32, 32));
        ModelDescription scaled = Resolution.of(64, "scaled").of(trained);
        assertEquals(8, scaled.config().window());
        assertEquals(List.of(4, 4), scaled.config().referenceWindows());
        assertEquals(64, scaled.config().imageWidth());
        assertEquals(64, scaled.preprocessing().width());
        assertEquals(trained, Resolution.of(null, null).of(trained));
        assertEquals(4, Resolution.of(64, null).of(trained).config().window());
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Resolution.of(null, "wide").of(trained))
                        .getMessage()
                        .contains("or scaled"));
    }

    @Test
    void everyModelAndSizeIsCheckedBeforeTheFirstIsEvaluated() {
        String missing = folder.resolve("missing").toString();
        String[][] wrong = {
            {"3", "'" + missing + "' does not exist", "--against", missing},
            {
                "2",
                "--against " + log.resolve("model.safetensors"),
                "--against",
                log.resolve("model.safetensors").toString()
            },
            {"2", "is named twice", "--against", log.toString()},
            {"4", "are free", "--sweep", "img-size=32,99999"},
        };
        for (String[] options : wrong) {
            List<String> all = new ArrayList<>(List.of("--sweep", "img-size=32,64"));
            all.addAll(List.of(options).subList(2, options.length));
            if (options[2].equals("--sweep")) {
                all = all.subList(2, all.size());
            }
            String told = eval(Integer.parseInt(options[0]), log, all.toArray(String[]::new));
            assertTrue(told.contains(options[1]), told);
            assertFalse(told.contains("evaluate"), told);
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        String[][] wrong = {
            {"--sweep", "img-size=32", "--img-size", "64"},
            {"--sweep", "window=4", "--window", "8"},
            {"--sweep", "img-size=32", "--shard", "1/2"},
            {"--sweep", "img-size=32", "--predictions", folder.resolve("p.csv").toString()},
            {"--sweep", "depth=3"},
            {"--sweep", "img-size=0"},
            {"--sweep", "img-size=32,64,32"},
            {"--against", "x"},
            {"--img-size", "0"},
            {"--window", "wide"},
        };
        for (String[] options : wrong) {
            String told = eval(ExitCode.USAGE, log, options);
            assertTrue(told.contains(options[0].substring(0, 5)), String.join(" ", options) + told);
        }
    }
}
