// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.translate.TranslateException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.EvaluationJson;
import io.github.swindjl.eval.EvaluationRun;
import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.Label;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.weights.HeadClasses;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ImageNet's label sets and their variants, through {@code swin eval}. */
class LabelSetsCommandTest {

    private static final List<String> ONE_THOUSAND = ids(ClassSet.IMAGENET_1K);
    private static final List<String> ALL = ids(ClassSet.IMAGENET_22K);
    private static final int PICTURES = 12;

    @TempDir private static Path shared;
    private static Path small;
    private static Path large;

    /** Official validation pictures in one folder, and a file with their labels. */
    private static Path flat;

    @TempDir private Path folder;

    private final TestConsole console = new TestConsole();

    @BeforeAll
    static void prepare() throws IOException {
        small = TestModels.write(shared.resolve("1k"), 1, ONE_THOUSAND);
        large = TestModels.write(shared.resolve("22k"), 2, ALL);
        flat = shared.resolve("flat");
        for (int i = 1; i <= PICTURES; i++) {
            picture(flat.resolve("val").resolve(official(i)), i);
        }
        List<String> labels = new ArrayList<>(List.of("65", "970", "230", "809", "516"));
        for (int i = 6; i <= PICTURES; i++) {
            labels.add(String.valueOf(83 * i));
        }
        Files.write(flat.resolve("val.txt"), labels);
    }

    @Test
    void aModelOfOneThousandClasses() throws IOException {
        JsonArray pictures = predictions(small, flat);
        assertEquals(PICTURES, pictures.size());
        assertFalse(console.out().contains("classes   "), console.out());
        Map<Path, List<String>> ranked = ranked(small, ONE_THOUSAND);
        for (JsonElement picture : pictures) {
            assertEquals(expected(picture, ranked).subList(0, 5), top(picture));
        }
    }

    @Test
    void aModelOfAllClasses() throws IOException {
        Path set = folder.resolve("fall11");
        picture(set.resolve("fall11_whole/" + ALL.get(21840) + "/x.png"), 1);
        picture(set.resolve("fall11_whole/" + ALL.get(3) + "/y.png"), 2);
        Files.writeString(
                set.resolve("ILSVRC2011fall_whole_map_val.txt"),
                "[[\"" + ALL.get(21840) + "/x.png\", 21840], [\"" + ALL.get(3) + "/y.png\", 3]]");
        Path json = folder.resolve("result.json");
        assertEquals(ExitCode.OK, eval(large, set, "--json", "" + json), console.err());
        ClassificationResult result = EvaluationJson.read(json).result();
        assertEquals(ALL, result.labels());
        assertEquals(1, result.perClass().get(21840).support());
        assertEquals(1, result.perClass().get(3).support());
    }

    @Test
    void aModelOfAllClassesIsAskedAboutOneThousand() throws IOException {
        refused(large, flat, "1000 of the 21841 classes of the model 'tiny-test'. Give --subset");
        JsonArray pictures = predictions(large, flat, "--subset");
        assertTrue(console.out().contains("ImageNet's 1000 among the classifier's 21841"));
        int[] rows = HeadClasses.rowsOfOneThousand();
        List<String> among = IntStream.of(rows).mapToObj(ALL::get).toList();
        Map<Path, List<String>> ranked = ranked(large, among);
        for (JsonElement picture : pictures) {
            List<String> own =
                    expected(picture, ranked).stream()
                            .limit(5)
                            .map(name -> ONE_THOUSAND.get(among.indexOf(name)))
                            .toList();
            assertEquals(own, top(picture));
        }
    }

    /** Both have 200 class folders and a note at their root, and no splits. */
    @Test
    void theSubsetsImageNetAAndR() throws IOException {
        List<String> some =
                IntStream.range(0, 200).mapToObj(i -> ONE_THOUSAND.get(5 * i + 3)).toList();
        Path set = folder.resolve("imagenet-a");
        for (int i = 0; i < some.size(); i++) {
            picture(set.resolve(some.get(i)).resolve("0.0_" + i + ".jpg"), i);
        }
        Files.writeString(set.resolve("README.txt"), "note");
        refused(small, set, "200 of the 1000 classes of the model 'tiny-test'. Give --subset");
        JsonArray pictures = predictions(small, set, "--subset");
        assertTrue(console.out().contains("some of the classifier's classes"), console.out());
        Map<Path, List<String>> ranked = ranked(small, some, set);
        assertEquals(200, pictures.size());
        for (JsonElement picture : pictures) {
            assertEquals(expected(picture, ranked).subList(0, 5), top(picture));
        }
    }

    @Test
    void theNumberedFoldersOfImageNetV2AreTheSortedIdentifiers() throws IOException {
        Path numbered = folder.resolve("imagenetv2-matched-frequency-format-val");
        Path named = folder.resolve("named");
        for (int i = 0; i < 1000; i++) {
            picture(numbered.resolve(i + "/p.png"), i);
            Files.createDirectories(named.resolve(ONE_THOUSAND.get(i)));
            Files.createLink(
                    named.resolve(ONE_THOUSAND.get(i) + "/p.png"), numbered.resolve(i + "/p.png"));
        }
        Path one = folder.resolve("one.json");
        Path other = folder.resolve("other.json");
        assertEquals(ExitCode.OK, eval(small, numbered, "--json", "" + one), console.err());
        assertTrue(console.out().contains("numbers of ImageNet's 1000 classes"), console.out());
        assertTrue(console.out().contains("  207 " + ONE_THOUSAND.get(207) + " "), console.out());
        assertEquals(ExitCode.OK, eval(small, named, "--json", "" + other), console.err());
        ClassificationResult found = EvaluationJson.read(one).result();
        ClassificationResult expected = EvaluationJson.read(other).result();
        assertEquals("999", found.labels().get(999));
        assertEquals(1000, found.count());
        // The order of pictures differs, and so do batches and the last bits of logits.
        assertEquals(expected.loss(), found.loss(), 1e-6);
        assertEquals(expected.top5Correct(), found.top5Correct());
        assertEquals(expected.confusion(), found.confusion());
    }

    @Test
    void realLabelsDecideWhatIsRightAndWhatIsJudged() throws IOException {
        JsonArray usual = predictions(small, flat);
        // Right by a second label, right among five only, wrong, and without a label.
        List<List<Integer>> labels = new ArrayList<>(Collections.nCopies(50_000, List.of(7)));
        List<Integer> first = places(usual.get(0));
        labels.set(0, List.of(unnamed(first), first.get(0)));
        labels.set(1, List.of(places(usual.get(1)).get(3)));
        labels.set(2, List.of(unnamed(places(usual.get(2)))));
        for (int i = 3; i < PICTURES; i++) {
            labels.set(i, List.of());
        }
        Path real = Files.writeString(folder.resolve("real.json"), labels.toString());
        Path json = folder.resolve("real-result.json");
        Path each = folder.resolve("real-each.json");
        String[] options = {
            "--real-labels", "" + real, "--json", "" + json, "--predictions", "" + each
        };
        assertEquals(ExitCode.OK, eval(small, flat, options), console.err());
        assertTrue(console.out().contains("labels    ReaL, " + real), console.out());
        EvaluationRun run = EvaluationJson.read(json);
        assertEquals(3, run.result().count());
        assertEquals(1, run.result().top1Correct());
        assertEquals(2, run.result().top5Correct());
        assertTrue(run.setup().get("labels").startsWith("ReaL, sha256:"), run.setup().toString());
        JsonArray judged = JsonParser.parseString(Files.readString(each)).getAsJsonArray();
        assertEquals(3, judged.size());
        assertEquals(first.get(0), judged.get(0).getAsJsonObject().get("index").getAsInt());

        Path merged = shards(options, real);
        assertEquals(run.result().confusion(), EvaluationJson.read(merged).result().confusion());
        assertEquals(run.setup(), EvaluationJson.read(merged).setup());
    }

    /** Evaluates in two shards, one of them with other labels at first, and merges them. */
    private Path shards(String[] options, Path real) throws IOException {
        Path one = folder.resolve("1.json");
        Path two = folder.resolve("2.json");
        Path merged = folder.resolve("merged.json");
        assertEquals(
                ExitCode.OK,
                eval(small, flat, options[0], options[1], "--shard", "1/2", "--json", "" + one));
        assertEquals(ExitCode.OK, eval(small, flat, "--shard", "2/2", "--json", "" + two));
        TestConsole refusal = new TestConsole();
        assertEquals(ExitCode.BAD_INPUT, refusal.run("eval", "merge", "" + one, "" + two));
        assertTrue(refusal.err().contains("labels"), refusal.err());
        assertEquals(
                ExitCode.OK,
                eval(small, flat, options[0], "" + real, "--shard", "2/2", "--json", "" + two));
        assertEquals(
                ExitCode.OK,
                new TestConsole().run("eval", "merge", "" + one, "" + two, "--json", "" + merged));
        return merged;
    }

    @Test
    void realLabelsOfOtherPicturesAreRefused() throws IOException {
        Path none = folder.resolve("none.json");
        refused(small, flat, "There is no file " + none, "--real-labels", "" + none);
        Path few = Files.writeString(folder.resolve("few.json"), "[[1],[2]]");
        refused(small, flat, "for 2 pictures, expected 50000", "--real-labels", "" + few);
        Path nothing =
                Files.writeString(
                        folder.resolve("nothing.json"), "[[]" + ",[]".repeat(49_999) + "]");
        refused(small, flat, "has a ReaL label", "--real-labels", "" + nothing);
        Path other = folder.resolve("other");
        for (int i = 0; i < 5; i++) {
            picture(other.resolve("val/p" + i + ".png"), i);
        }
        Files.write(other.resolve("val.txt"), List.of("1", "2", "3", "4", "999"));
        refused(small, other, "no ReaL label for p0.png", "--real-labels", "" + nothing);
        Path named = folder.resolve("named");
        picture(named.resolve("val/" + ONE_THOUSAND.get(4)).resolve(official(1)), 1);
        refused(small, named, "1 of ImageNet's 1000 classes", "--real-labels", "" + nothing);
    }

    private void refused(Path model, Path data, String says, String... options) {
        TestConsole refusal = new TestConsole();
        assertEquals(ExitCode.BAD_INPUT, run(refusal, model, data, options), refusal.err());
        assertTrue(refusal.err().contains(says), refusal.err());
    }

    private JsonArray predictions(Path model, Path data, String... options) throws IOException {
        Path file = folder.resolve("each.json");
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--predictions", file.toString()));
        assertEquals(ExitCode.OK, eval(model, data, all.toArray(String[]::new)), console.err());
        return JsonParser.parseString(Files.readString(file)).getAsJsonArray();
    }

    private int eval(Path model, Path data, String... options) {
        return run(console, model, data, options);
    }

    private static int run(TestConsole to, Path model, Path data, String... options) {
        List<String> all =
                new ArrayList<>(
                        List.of("eval", "--device", "cpu", "--weights", "" + model, "--data"));
        all.add(data.toString());
        all.addAll(List.of(options));
        return to.run(all.toArray(String[]::new));
    }

    private static Map<Path, List<String>> ranked(Path model, List<String> among)
            throws IOException {
        return ranked(model, among, flat.resolve("val"));
    }

    /** Asks the predictor, and ranks some of its classes by what it says about them. */
    private static Map<Path, List<String>> ranked(Path model, List<String> among, Path folder)
            throws IOException {
        try (SwinModel open = SwinModel.load(model, Device.cpu());
                Predictor<Path, Classifications> predictor = open.newPredictor();
                Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(png|jpg|JPEG)"))
                    .collect(
                            Collectors.toMap(
                                    file -> folder.relativize(file),
                                    file -> ranked(predictor, among, file)));
        }
    }

    private static List<String> ranked(
            Predictor<Path, Classifications> predictor, List<String> among, Path file) {
        try {
            Classifications said = predictor.predict(file);
            List<String> names = said.getClassNames();
            List<Double> values = said.getProbabilities();
            Map<String, Double> byName =
                    IntStream.range(0, names.size())
                            .boxed()
                            .collect(Collectors.toMap(names::get, values::get));
            return among.stream()
                    .sorted(Comparator.comparing(byName::get, Comparator.reverseOrder()))
                    .toList();
        } catch (TranslateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> expected(JsonElement picture, Map<Path, List<String>> ranked) {
        return ranked.get(Path.of(picture.getAsJsonObject().get("picture").getAsString()));
    }

    /** Names of the classes that were named, without what people call them. */
    private static List<String> top(JsonElement picture) {
        return named(picture).map(said -> said.get("class").getAsString().split(" ")[0]).toList();
    }

    private static List<Integer> places(JsonElement picture) {
        return named(picture).map(said -> said.get("index").getAsInt()).toList();
    }

    private static Stream<JsonObject> named(JsonElement picture) {
        return picture.getAsJsonObject().getAsJsonArray("predictions").asList().stream()
                .map(JsonElement::getAsJsonObject);
    }

    private static int unnamed(List<Integer> classes) {
        return IntStream.range(0, 1000).filter(c -> !classes.contains(c)).findFirst().orElseThrow();
    }

    private static String official(int number) {
        return String.format(Locale.ROOT, "ILSVRC2012_val_%08d.JPEG", number);
    }

    /** Noise, which a network says something different about each time. */
    private static void picture(Path file, int seed) throws IOException {
        Files.createDirectories(file.getParent());
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage image =
                new BufferedImage(TestModels.SIDE, TestModels.SIDE, BufferedImage.TYPE_INT_RGB);
        int base = random.nextInt(1 << 24);
        for (int y = 0; y < TestModels.SIDE; y++) {
            for (int x = 0; x < TestModels.SIDE; x++) {
                image.setRGB(x, y, base ^ random.nextInt(1 << 24) & 0x3f3f3f);
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }

    private static List<String> ids(ClassSet set) {
        return Label.of(set).stream().map(Label::id).toList();
    }
}
