// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.ConfusionMatrix;
import io.github.swindjl.eval.EvaluationJson;
import io.github.swindjl.eval.EvaluationRun;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalCommandTest {

    @TempDir private static Path shared;
    private static Path set;
    private static Path weights;

    @TempDir private Path folder;

    private final TestConsole console = new TestConsole();

    @BeforeAll
    static void prepare() throws IOException {
        set = shared.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 40, 1, 3, 3));
        weights = TestModels.write(shared.resolve("model"), 5, SampleSet.classes());
    }

    @Test
    void countsAgreeWithThePredictor() throws Exception {
        Path json = folder.resolve("result.json");
        assertEquals(ExitCode.OK, eval("--json", json.toString()), console.err());
        ClassificationResult result = EvaluationJson.read(json).result();
        PictureSource data = PictureSets.open(set, "val");
        assertEquals(36, result.count());
        int correct = 0;
        try (SwinModel model = SwinModel.load(weights, Device.cpu());
                Predictor<Path, Classifications> predictor = model.newPredictor()) {
            for (int i = 0; i < data.size(); i++) {
                String predicted = predictor.predict(Path.of(data.place(i))).best().getClassName();
                if (predicted.equals(data.classes().get(data.label(i)))) {
                    correct++;
                }
            }
        }
        assertEquals(correct, result.top1Correct());
        assertTrue(console.out().contains("(" + correct + " of 36)"), console.out());
    }

    @Test
    void tableShowsSetupFiguresClassesAndMatrix() {
        assertEquals(ExitCode.OK, eval("--protocol", "hf"), console.err());
        List<String> lines = console.out().lines().toList();
        for (String begin :
                List.of(
                        "model     tiny-test, 12 classes",
                        "weights   " + weights,
                        "data      " + set.resolve("val") + ", 36 pictures",
                        "pictures  resized to 32x32 without regard",
                        "computed  on cpu in fp32",
                        "top-1     ",
                        "top-5     ",
                        "loss      ",
                        "index  class         pictures ",
                        "    7  spiral               3 ",
                        "index  true \\ predicted  ")) {
            assertTrue(
                    lines.stream().anyMatch(line -> line.startsWith(begin)),
                    begin + " in\n" + console.out());
        }
    }

    @Test
    void jsonIsOneDocumentAndOptionsMatter() {
        JsonObject usual = json();
        assertEquals("official", usual.getAsJsonObject("setup").get("protocol").getAsString());
        double loss = usual.get("loss").getAsDouble();
        assertEquals(loss, json("--batch-size", "5").get("loss").getAsDouble(), 1e-5);
        assertEquals(loss, json("--workers", "1").get("loss").getAsDouble(), 1e-5);
        assertTrue(loss != json("--protocol", "hf").get("loss").getAsDouble());
        assertTrue(loss != json("--precision", "bf16").get("loss").getAsDouble());
        assertEquals(12, json("--split", "train").get("count").getAsInt());
    }

    @Test
    void shardsMergeToTheWhole() throws IOException {
        Path whole = folder.resolve("whole.json");
        assertEquals(ExitCode.OK, eval(new TestConsole(), "--json", whole.toString()));
        List<String> parts = new ArrayList<>();
        for (int shard = 1; shard <= 3; shard++) {
            parts.add(folder.resolve("part" + shard + ".json").toString());
            assertEquals(
                    ExitCode.OK,
                    eval(
                            new TestConsole(),
                            "--shard",
                            shard + "/3",
                            "--json",
                            parts.get(shard - 1)));
        }
        Path merged = folder.resolve("merged.json");
        assertEquals(
                ExitCode.OK,
                merge(console, parts.get(2), parts.get(0), parts.get(1), "--json", "" + merged),
                console.err());
        assertTrue(console.out().contains("shards      [1, 2, 3] of 3"), console.out());
        EvaluationRun expected = EvaluationJson.read(whole);
        EvaluationRun found = EvaluationJson.read(merged);
        assertEquals(expected.result().confusion(), found.result().confusion());
        assertEquals(expected.result().loss(), found.result().loss(), 1e-5);
        assertTrue(found.complete());

        TestConsole partial = new TestConsole();
        assertEquals(ExitCode.OK, merge(partial, parts.get(1)));
        assertTrue(partial.err().contains("Shards [1, 3] of 3 are not"), partial.err());
    }

    @Test
    void onlyPartsOfOneEvaluationAreMerged() throws IOException {
        Path one = folder.resolve("one.json");
        Path other = folder.resolve("other.json");
        Path text = Files.writeString(folder.resolve("text.json"), "{}");
        eval("--shard", "1/2", "--json", one.toString());
        eval(new TestConsole(), "--shard", "2/2", "--protocol", "hf", "--json", other.toString());
        for (List<String> bad :
                List.of(
                        List.of(other.toString(), "protocol"),
                        List.of(one.toString(), "count twice"),
                        List.of(text.toString(), "no evaluation result"),
                        List.of(folder.resolve("none.json").toString(), "does not exist"))) {
            TestConsole refusal = new TestConsole();
            assertEquals(ExitCode.BAD_INPUT, merge(refusal, one.toString(), bad.get(0)));
            assertTrue(refusal.err().contains(bad.get(1)), refusal.err());
            assertEquals("", refusal.out());
        }
    }

    @Test
    void outHoldsReportPlotsAndResults() throws IOException {
        Path out = folder.resolve("out");
        assertEquals(ExitCode.OK, eval("--out", out.toString()), console.err());
        assertEquals(
                List.of(
                        "calibration.png",
                        "classes.csv",
                        "confusion.png",
                        "recall.png",
                        "report.html",
                        "results.json"),
                names(out));
        assertEquals(13, Files.readAllLines(out.resolve("classes.csv")).size());
        assertEquals(36, EvaluationJson.read(out.resolve("results.json")).result().count());
        assertTrue(PictureReader.size(out.resolve("confusion.png")).width() > 600);
        String html = Files.readString(out.resolve("report.html"));
        assertTrue(html.contains("Most confident mistakes") && html.contains("tiny-test"), html);
        assertTrue(html.contains("Calibration") && html.contains("images/s"), html);
        assertEquals(List.of("out"), names(folder));
    }

    @Test
    void predictionsTellOfEveryPicture() throws IOException {
        Path json = folder.resolve("each.json");
        Path csv = folder.resolve("each.csv");
        Path classes = folder.resolve("classes.csv");
        Path result = folder.resolve("result.json");
        assertEquals(ExitCode.OK, eval("--predictions", "" + json, "--json", "" + result));
        assertEquals(
                ExitCode.OK,
                eval(new TestConsole(), "--predictions", "" + csv, "--csv", "" + classes));
        assertEquals(List.of("classes.csv", "each.csv", "each.json", "result.json"), names(folder));
        JsonArray each = JsonParser.parseString(Files.readString(json)).getAsJsonArray();
        List<String> lines = Files.readAllLines(csv);
        assertEquals(36, each.size());
        assertEquals(37, lines.size());
        PictureSource data = PictureSets.open(set, "val");
        int correct = 0;
        double loss = 0;
        for (int i = 0; i < 36; i++) {
            JsonObject picture = each.get(i).getAsJsonObject();
            assertEquals(data.name(i), picture.get("picture").getAsString());
            assertEquals(data.label(i), picture.get("index").getAsInt());
            JsonArray five = picture.getAsJsonArray("predictions");
            assertEquals(5, five.size());
            JsonObject first = five.get(0).getAsJsonObject();
            assertTrue(
                    lines.get(i + 1)
                            .startsWith(
                                    data.name(i)
                                            + ","
                                            + data.label(i)
                                            + ","
                                            + data.classes().get(data.label(i))
                                            + ","
                                            + first.get("index")
                                            + ","),
                    lines.get(i + 1));
            correct += picture.get("rank").getAsInt() == 0 ? 1 : 0;
            loss += picture.get("loss").getAsDouble();
        }
        ClassificationResult counted = EvaluationJson.read(result).result();
        assertEquals(counted.top1Correct(), correct);
        assertEquals(counted.loss(), loss / 36, 1e-9);
        assertEquals(13, Files.readAllLines(classes).size());
    }

    @Test
    void anInterruptedEvaluationGoesOnExactly() throws IOException {
        Path whole = folder.resolve("whole.json");
        Path wholeEach = folder.resolve("whole-each.json");
        String[] options = {"--batch-size", "5", "--json", "", "--predictions", ""};
        options[3] = "" + whole;
        options[5] = "" + wholeEach;
        assertEquals(ExitCode.OK, eval(options));

        Path copy = folder.resolve("set");
        copy(set, copy);
        Path cut = copy.resolve("val/star").resolve(names(copy.resolve("val/star")).get(0));
        byte[] good = Files.readAllBytes(cut);
        byte[] bad = good.clone();
        Arrays.fill(bad, bad.length / 4, bad.length, (byte) 0);
        Files.write(cut, bad);
        Path part = folder.resolve("part.json");
        Path each = folder.resolve("each.json");
        options[3] = "" + part;
        options[5] = "" + each;
        TestConsole broken = new TestConsole();
        assertEquals(ExitCode.BAD_INPUT, on(copy, broken, options));
        Path journal = folder.resolve("part.json.unfinished");
        assertTrue(Files.size(journal) > 1000);
        assertFalse(Files.exists(part) || Files.exists(each));
        assertTrue(
                broken.err()
                        .matches("(?s).*The \\d+ pictures judged before are kept in .*--resume.*"),
                broken.err());

        Files.write(cut, good);
        TestConsole other = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                on(copy, other, "--batch-size", "6", "--json", "" + part, "--resume"));
        assertTrue(other.err().contains("batch_size=5 there, batch_size=6"), other.err());

        // A kill may cut the last batch off anywhere.
        byte[] kept = Files.readAllBytes(journal);
        Files.write(journal, Arrays.copyOf(kept, kept.length - 3));
        TestConsole resumed = new TestConsole();
        List<String> again = new ArrayList<>(List.of(options));
        again.add("--resume");
        assertEquals(ExitCode.OK, on(copy, resumed, again.toArray(String[]::new)), resumed.err());
        assertTrue(resumed.err().matches("(?s).*Resumed after (5|10|15|20|25) pictures.*"));
        assertEquals(Files.readString(whole), Files.readString(part));
        assertEquals(Files.readString(wholeEach), Files.readString(each));
        assertFalse(Files.exists(journal));

        TestConsole nothing = new TestConsole();
        assertEquals(ExitCode.OK, on(copy, nothing, again.toArray(String[]::new)));
        assertTrue(nothing.err().contains("starting at the beginning"), nothing.err());
        refused(ExitCode.USAGE, "--resume needs --out, --json or --predictions", "--resume");
    }

    @Test
    void aSubsetIsJudgedAmongItsOwnClasses() throws IOException {
        Path some = folder.resolve("some");
        copy(set, some);
        for (String split : List.of("train", "val")) {
            for (String name : SampleSet.classes().subList(4, 12)) {
                delete(some.resolve(split).resolve(name));
            }
        }
        TestConsole refusal = new TestConsole();
        assertEquals(ExitCode.BAD_INPUT, on(some, refusal));
        assertTrue(refusal.err().contains("--subset"), refusal.err());
        Path json = folder.resolve("some.json");
        assertEquals(ExitCode.OK, on(some, console, "--subset", "--json", "" + json));
        EvaluationRun run = EvaluationJson.read(json);
        assertEquals(12, run.result().count());
        assertEquals(12, run.result().top5Correct());
        assertEquals(SampleSet.classes().subList(0, 4), run.result().labels());
        assertEquals("those of the data's classes", run.setup().get("outputs"));
    }

    @Test
    void otherClassesAreRefused() throws IOException {
        List<String> labels = new ArrayList<>(SampleSet.classes());
        labels.set(3, "cube");
        Path cubes = TestModels.write(folder.resolve("cubes"), 5, labels);
        TestConsole refusal = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                run(refusal, "--weights", "" + cubes, "--data", set.toString()));
        assertTrue(refusal.err().contains("missing cube"), refusal.err());
        assertTrue(refusal.err().contains("unknown to the model cross"), refusal.err());

        List<String> turned = new ArrayList<>(SampleSet.classes());
        turned.set(0, SampleSet.classes().get(1));
        turned.set(1, SampleSet.classes().get(0));
        Path swapped = TestModels.write(folder.resolve("swapped"), 5, turned);
        Path json = folder.resolve("swapped.json");
        assertEquals(
                ExitCode.OK,
                run(console, "--weights", "" + swapped, "--data", "" + set, "--json", "" + json));
        assertTrue(console.out().contains("classes in another order"), console.out());
        Path usual = folder.resolve("usual.json");
        assertEquals(ExitCode.OK, eval(new TestConsole(), "--json", "" + usual));
        ConfusionMatrix there = EvaluationJson.read(usual).result().confusion();
        ConfusionMatrix here = EvaluationJson.read(json).result().confusion();
        for (int actual = 0; actual < 12; actual++) {
            assertEquals(there.count(actual, 0), here.count(actual, 1));
            assertEquals(there.count(actual, 1), here.count(actual, 0));
            assertEquals(there.count(actual, 5), here.count(actual, 5));
        }
    }

    @Test
    void brokenPicturesAndWrongOptionsLeaveNothing() throws IOException {
        Path broken = folder.resolve("broken");
        SampleSet.create(broken, new SampleSet.Options(SampleSet.Layout.IMAGENET, 40, 1, 1, 3));
        Path cut = broken.resolve("val/star").resolve(names(broken.resolve("val/star")).get(0));
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        TestConsole refusal = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                run(
                        refusal,
                        "--weights",
                        "" + weights,
                        "--data",
                        "" + broken,
                        "--out",
                        "" + folder.resolve("out"),
                        "--json",
                        "" + folder.resolve("out.json")));
        assertTrue(refusal.err().contains("star"), refusal.err());
        assertEquals("", refusal.out());
        assertEquals(List.of("broken"), names(folder));

        TestConsole rest = new TestConsole();
        assertEquals(
                ExitCode.OK,
                run(rest, "--weights", "" + weights, "--data", "" + broken, "--skip-broken"),
                rest.err());
        assertTrue(rest.err().contains("Left out: "), rest.err());
        assertTrue(rest.out().contains(", 11 pictures"), rest.out());

        refused(ExitCode.USAGE, "3/2", "--shard", "3/2");
        refused(ExitCode.USAGE, "2/8", "--shard", "half");
        refused(ExitCode.USAGE, "--batch-size is 0", "--batch-size", "0");
        refused(ExitCode.USAGE, "--workers is 0", "--workers", "0");
        refused(ExitCode.BAD_INPUT, "no split 'test'", "--split", "test");
        refused(ExitCode.BAD_INPUT, "--json", "--json", "" + folder.resolve("no/where.json"));
        refused(ExitCode.BAD_INPUT, "is a file", "--out", "" + cut);
        TestConsole without = new TestConsole();
        assertEquals(ExitCode.USAGE, run(without, "--weights", "" + weights));
        assertTrue(without.err().contains("--data"), without.err());
        TestConsole nowhere = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                run(nowhere, "--weights", "" + weights, "--data", "" + folder.resolve("no")));
        assertTrue(nowhere.err().contains("no such folder"), nowhere.err());
        assertEquals(List.of("broken"), names(folder));
    }

    @Test
    void weightsThatAreNoNumbersAreBadInput() throws IOException {
        Path damaged = TestModels.write(folder.resolve("damaged"), 5, SampleSet.classes());
        try (SwinModel model = SwinModel.load(damaged, Device.cpu())) {
            StateDict.of(model.block()).get("head.bias").getArray().muli(0).divi(0);
            model.save(damaged);
        }
        TestConsole refusal = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                run(refusal, "--weights", "" + damaged, "--data", "" + set),
                refusal.err());
        assertTrue(
                refusal.err().contains("is NaN or infinite, expected a finite number"),
                refusal.err());
        TestConsole predict = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                predict.run("predict", "--device", "cpu", "--weights", "" + damaged, "" + set));
        assertTrue(predict.err().contains("weights are damaged"), predict.err());
    }

    @Test
    void whatCannotBeWrittenHeldOrUsedIsToldBeforeTheWork() throws IOException {
        String one = folder.resolve("one").toString();
        refused(ExitCode.USAGE, "--json and --csv both name " + one, "--json", one, "--csv", one);
        refused(
                ExitCode.USAGE,
                "--csv and --predictions both name",
                "--csv",
                one,
                "--predictions",
                folder.resolve("./one").toString());
        refused(
                ExitCode.BAD_INPUT,
                "expected a folder",
                "--out",
                weights.resolve("model.json") + "");
        refused(ExitCode.ENVIRONMENT, "of 99999x99999 ", "--img-size", "99999");
        refused(ExitCode.USAGE, "from 1 to 99999", "--img-size", "100000");
        refused(ExitCode.USAGE, "from 1 to 99999 or scaled", "--window", "0");
        refused(ExitCode.USAGE, "models of ImageNet's classes only", "--real-labels", one);
        refused(ExitCode.USAGE, "expected SIDE/STRIDE", "--slide", "512");
        assertEquals(List.of(), names(folder));
    }

    private void refused(int code, String says, String... arguments) {
        TestConsole refusal = new TestConsole();
        assertEquals(code, eval(refusal, arguments), refusal.err());
        assertTrue(refusal.err().contains(says), refusal.err());
        assertFalse(refusal.err().contains("\tat "), refusal.err());
        assertEquals("", refusal.out());
    }

    private static JsonObject json(String... options) {
        TestConsole own = new TestConsole();
        List<String> all = new ArrayList<>(List.of("--format", "json"));
        all.addAll(List.of(options));
        assertEquals(ExitCode.OK, eval(own, all.toArray(String[]::new)), own.err());
        return JsonParser.parseString(own.out()).getAsJsonObject();
    }

    private int eval(String... arguments) {
        return eval(console, arguments);
    }

    private static int eval(TestConsole to, String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--weights", weights.toString(), "--data", set.toString()));
        all.addAll(List.of(arguments));
        return run(to, all.toArray(String[]::new));
    }

    private static int on(Path data, TestConsole to, String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of("--weights", weights.toString(), "--data", data.toString()));
        all.addAll(List.of(arguments));
        return run(to, all.toArray(String[]::new));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static int run(TestConsole to, String... arguments) {
        List<String> all = new ArrayList<>(List.of("eval", "--device", "cpu"));
        all.addAll(List.of(arguments));
        return to.run(all.toArray(String[]::new));
    }

    private static int merge(TestConsole to, String... arguments) {
        List<String> all = new ArrayList<>(List.of("eval", "merge"));
        all.addAll(List.of(arguments));
        return to.run(all.toArray(String[]::new));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
