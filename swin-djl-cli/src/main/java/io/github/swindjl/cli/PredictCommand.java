// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.swindjl.eval.Ranking;
import io.github.swindjl.report.AnnotatedPicture;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.Prediction;
import io.github.swindjl.report.TextTable;
import io.github.swindjl.zoo.ClassPalette;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureException;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swin predict}. */
@Command(
        name = "predict",
        description = {
            "Classifies pictures, or labels their pixels with a segmentation model; then --out gets"
                    + " <name>.mask.png, whose palette holds the classes' colours, and"
                    + " <name>.overlay.png.",
            "A picture that cannot be read ends the command with 3, before anything is written."
        })
final class PredictCommand implements Callable<Integer> {

    private static final int DEFAULT_TOP = 5;

    @Spec private CommandSpec spec;

    @Mixin private ModelOptions model;

    @Mixin private ComputeOptions compute;

    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGE|DIR",
            description = "Picture files, and folders that are searched to the bottom.")
    private List<Path> arguments;

    @Option(
            names = "--topk",
            paramLabel = "K",
            description = "Classes to list for each picture (default: 5, or all of fewer).")
    private Integer top;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, json or csv (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(names = "--logits", description = "Add all logits to the JSON.")
    private boolean withLogits;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write each picture with its predictions to this folder, as PNG; "
                            + "pictures from folders keep their places.")
    private Path out;

    private enum Format {
        TABLE,
        JSON,
        CSV
    }

    /** What the model says about one picture. */
    private record Answer(Path image, List<Ranking> ranking, float[] logits) {}

    /** A picture as it is and as the network sees it. */
    private record Prepared(Picture picture, Picture input) {}

    @Override
    public Integer call() throws IOException {
        checkOptions();
        Device device = compute.device();
        List<PictureArguments.Input> inputs = PictureArguments.list(arguments);
        requireElsewhere(inputs);
        Optional<ModelOptions.Scenes> scenes = model.scenes();
        if (scenes.isPresent()) {
            return label(scenes.get(), inputs, device);
        }
        try (OpenModel open = model.choice().open(Swin.of(spec), device)) {
            checkTop(open.classes());
            print(open, answer(open, inputs));
        }
        return ExitCode.OK;
    }

    /** What is drawn bears the names of the pictures, and would replace them. */
    private void requireElsewhere(List<PictureArguments.Input> inputs) throws IOException {
        if (out == null || !Files.isDirectory(out)) {
            return;
        }
        Path folder = out.toRealPath();
        for (PictureArguments.Input input : inputs) {
            if (input.file().toRealPath().startsWith(folder)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--out "
                                + out
                                + " holds the picture "
                                + input.file()
                                + " itself; name another folder");
            }
        }
    }

    /** Labels pixels, and prints the largest classes of each picture. */
    private int label(
            ModelOptions.Scenes chosen, List<PictureArguments.Input> inputs, Device device)
            throws IOException {
        OptionChecks.refuse(spec, "segmentation models", List.of("--logits", "--batch-size"));
        Swin swin = Swin.of(spec);
        try (SegmentationModel scenes = chosen.open(swin, device)) {
            checkTop(scenes.description().palette().size());
            List<ScenePrediction> predictions;
            if (out == null) {
                predictions = ScenePrediction.of(swin, scenes, inputs, compute.precision(), null);
            } else {
                try (Staging staging = Staging.of(out)) {
                    predictions =
                            ScenePrediction.of(swin, scenes, inputs, compute.precision(), staging);
                    staging.commit();
                }
            }
            ClassPalette palette = scenes.description().palette();
            int limit = top != null ? top : DEFAULT_TOP;
            PrintWriter writer = swin.console().out();
            switch (format) {
                case JSON ->
                        writer.println(
                                Json.text(
                                        ScenePrediction.json(
                                                scenes.description().name(),
                                                palette,
                                                predictions)));
                case CSV -> ScenePrediction.table(palette, predictions, limit, true).csv(writer);
                case TABLE ->
                        writer.print(
                                ScenePrediction.table(palette, predictions, limit, false).text());
            }
        }
        return ExitCode.OK;
    }

    private void checkOptions() {
        if (withLogits && format != Format.JSON) {
            throw new ParameterException(
                    spec.commandLine(), "--logits has an effect with --format json only");
        }
        if (top != null) {
            OptionChecks.atLeastOne(spec, "--topk", top);
        }
        if (out != null && Fonts.problem().isPresent()) {
            throw new EnvironmentException(Fonts.problem().get());
        }
    }

    private void checkTop(int classes) {
        if (top != null && top > classes) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--topk is " + top + ", but the model has " + classes + " classes");
        }
    }

    private List<Answer> answer(OpenModel open, List<PictureArguments.Input> inputs)
            throws IOException {
        if (out == null) {
            return answer(open, inputs, null);
        }
        try (Staging staging = Staging.of(out)) {
            List<Answer> answers = answer(open, inputs, staging);
            staging.commit();
            return answers;
        }
    }

    private List<Answer> answer(
            OpenModel open, List<PictureArguments.Input> inputs, Staging staging)
            throws IOException {
        List<Answer> answers = new ArrayList<>(inputs.size());
        try (Progress progress = Progress.of(Swin.of(spec), "predict", inputs.size())) {
            for (int from = 0; from < inputs.size(); from += compute.batchSize()) {
                List<PictureArguments.Input> batch =
                        inputs.subList(from, Math.min(inputs.size(), from + compute.batchSize()));
                answerBatch(open, batch, staging, answers);
                progress.show(answers.size(), "");
            }
        }
        return answers;
    }

    private void answerBatch(
            OpenModel open,
            List<PictureArguments.Input> batch,
            Staging staging,
            List<Answer> answers)
            throws IOException {
        Preprocessing steps = open.description().preprocessing();
        List<Prepared> prepared = prepare(batch, steps);
        ByteBuffer pixels =
                ByteBuffer.allocateDirect(3 * steps.width() * steps.height() * batch.size());
        prepared.forEach(picture -> pixels.put(picture.input().rgb()));
        float[] logits = open.model().logits(pixels.flip(), batch.size(), compute.precision());
        int classes = open.classes();
        int limit = top != null ? top : Math.min(DEFAULT_TOP, classes);
        for (int i = 0; i < batch.size(); i++) {
            List<Ranking> ranking = Ranking.top(logits, i * classes, classes, limit);
            answers.add(
                    new Answer(
                            batch.get(i).file(),
                            ranking,
                            withLogits
                                    ? Arrays.copyOfRange(logits, i * classes, (i + 1) * classes)
                                    : null));
            if (staging != null) {
                List<Prediction> predictions =
                        ranking.stream()
                                .map(r -> new Prediction(label(open, r), r.probability()))
                                .toList();
                Png.write(
                        AnnotatedPicture.draw(prepared.get(i).picture(), predictions),
                        staging.file(batch.get(i).place()));
            }
        }
    }

    private static List<Prepared> prepare(List<PictureArguments.Input> batch, Preprocessing steps)
            throws IOException {
        try {
            return batch.parallelStream().map(input -> prepare(input.file(), steps)).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Prepared prepare(Path file, Preprocessing steps) {
        try {
            Picture picture = PictureReader.read(file);
            try {
                return new Prepared(picture, steps.apply(picture));
            } catch (IllegalArgumentException e) {
                throw new PictureException(file.toString(), e.getMessage(), e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String label(OpenModel open, Ranking ranking) {
        return open.description().labels().get(ranking.index());
    }

    private void print(OpenModel open, List<Answer> answers) throws IOException {
        PrintWriter writer = Swin.of(spec).console().out();
        switch (format) {
            case JSON -> writer.println(Json.text(json(open, answers)));
            case CSV -> table(open, answers, true).csv(writer);
            case TABLE -> writer.print(table(open, answers, false).text());
        }
    }

    private static JsonArray json(OpenModel open, List<Answer> answers) {
        JsonArray array = new JsonArray();
        for (Answer answer : answers) {
            JsonObject object = new JsonObject();
            object.addProperty("image", answer.image().toString());
            object.addProperty("model", open.description().name());
            JsonArray predictions = new JsonArray();
            for (Ranking ranking : answer.ranking()) {
                JsonObject prediction = new JsonObject();
                prediction.addProperty("index", ranking.index());
                prediction.addProperty("label", label(open, ranking));
                prediction.addProperty("probability", ranking.probability());
                predictions.add(prediction);
            }
            object.add("predictions", predictions);
            if (answer.logits() != null) {
                object.add("logits", Json.tree(answer.logits()));
            }
            array.add(object);
        }
        return array;
    }

    /** Rows of one picture follow each other; for people, only the first names it. */
    private static TextTable table(OpenModel open, List<Answer> answers, boolean complete) {
        TextTable table =
                new TextTable(
                        Column.text("image", "image"),
                        Column.count("rank", "rank"),
                        Column.count("index", "index"),
                        Column.text("class", "label"),
                        Column.percent("probability", "probability"));
        for (Answer answer : answers) {
            int rank = 1;
            for (Ranking ranking : answer.ranking()) {
                table.row(
                        complete || rank == 1 ? answer.image().toString() : "",
                        rank++,
                        ranking.index(),
                        label(open, ranking),
                        ranking.probability());
            }
        }
        return table;
    }
}
