// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.data.ClassMatch;
import io.github.swindjl.data.DataException;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.RealLabels;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.data.source.LabelOrder;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.eval.EvaluationJson;
import io.github.swindjl.eval.Evaluator;
import io.github.swindjl.eval.OutputSubset;
import io.github.swindjl.eval.SegmentationRun;
import io.github.swindjl.eval.Shard;
import io.github.swindjl.eval.Truth;
import io.github.swindjl.report.CalibrationPlot;
import io.github.swindjl.report.ClassificationReport;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.HtmlReport;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.ReportPage;
import io.github.swindjl.report.ResultPlots;
import io.github.swindjl.report.ResultTables;
import io.github.swindjl.report.SegmentationDrawing;
import io.github.swindjl.report.SegmentationReport;
import io.github.swindjl.zoo.InferenceProtocol;
import io.github.swindjl.zoo.SegmentationDescription;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.download.FileHash;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code swin eval}. */
@Command(
        name = "eval",
        description = {
            "Measures a classifier on a picture set: top-1, top-5, loss, each class, and which"
                    + " classes are taken for which; or a model that labels pixels on a set in"
                    + " the layout of ADE20K: mIoU, mAcc, aAcc, each class.",
            "A picture that cannot be read ends the command with 3, before anything is written,"
                    + " unless --skip-broken is given."
        },
        subcommands = EvalMergeCommand.class)
final class EvalCommand implements Callable<Integer> {

    /** What a model that labels one picture after another has no use for. */
    private static final List<String> CLASSIFIERS_ONLY =
            List.of(
                    "--batch-size",
                    "--workers",
                    "--subset",
                    "--skip-broken",
                    "--label-order",
                    "--real-labels",
                    "--predictions",
                    "--resume",
                    "--img-size",
                    "--window",
                    "--sweep",
                    "--against");

    @Spec private CommandSpec spec;

    @Mixin private ModelOptions model;

    @Mixin private ComputeOptions compute;

    @Option(
            names = "--data",
            paramLabel = "DIR|NAME",
            description =
                    "The set's root folder, or one of mnist, fashion-mnist, cifar10 and cifar100. Its class folders must be the model's classes, "
                            + "for models of ImageNet the WordNet identifiers. For models that label "
                            + "pixels, a folder with images/ and annotations/.")
    private String root;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "The folder of the split (default: val, or validation for segmentation).")
    private String split;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            defaultValue = "1/1",
            converter = ShardConverter.class,
            description =
                    "Look at one of N parts of the pictures only; 'swin eval merge' adds "
                            + "the parts' --json files to the result of the whole.")
    private Shard shard;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads that read pictures (default: one for each processor).")
    private Integer workers;

    @Option(
            names = "--slide",
            paramLabel = "SIDE/STRIDE",
            description =
                    "Segmentation only: look through overlapping windows, such as 512/341, instead "
                            + "of at whole pictures.")
    private String slide;

    @Option(
            names = "--multi-scale",
            description =
                    "Segmentation only: average the probabilities of six sizes and their mirror "
                            + "images, as the published multi-scale results do.")
    private boolean multiScale;

    @Option(
            names = "--img-size",
            paramLabel = "N",
            description =
                    "Classification only: look at pictures of this width and height instead of the"
                            + " model's own. Position biases are carried over.")
    private Integer imageSize;

    @Option(
            names = "--window",
            paramLabel = "N|scaled",
            description =
                    "Classification only: windows of N tokens, or windows that grow in proportion"
                            + " to the pictures (default: the model's own).")
    private String window;

    @Option(
            names = "--sweep",
            paramLabel = "KEY=N,N,...",
            description =
                    "Evaluate at each of several values of img-size or window and compare: a table,"
                            + " and with --out sweep.csv, sweep.json and sweep.png.")
    private String sweep;

    @Option(
            names = "--against",
            paramLabel = "FILE|DIR",
            description =
                    "With --sweep: weights of another model to compare with; may be repeated.")
    private List<Path> against = new ArrayList<>();

    @Option(
            names = "--subset",
            description =
                    "The set has only some of the model's classes: judge among those, as ImageNet-A"
                            + " and ImageNet-R are defined, and a model of ImageNet-22K on 1000"
                            + " classes. Otherwise such a set is refused.")
    private boolean subset;

    @Option(
            names = "--skip-broken",
            description =
                    "Decode every picture first, name those that cannot be read, and judge the rest.")
    private boolean skipBroken;

    @Option(
            names = "--label-order",
            paramLabel = "ORDER",
            description =
                    "What the numbers in a label file are: sorted (places among the sorted class"
                            + " names, from 0) or ilsvrc (ILSVRC ids, from 1). Default: found out.")
    private LabelOrder labelOrder;

    @Option(
            names = "--real-labels",
            paramLabel = "FILE",
            description =
                    "Judge ImageNet's official validation pictures by the reassessed labels in"
                            + " real.json (ReaL): any of a picture's labels is right, a picture"
                            + " without labels is left out.")
    private Path realLabels;

    @Mixin private ResultOptions results;

    @Option(
            names = "--predictions",
            paramLabel = "FILE",
            description =
                    "Write what was said about each picture to this file: CSV, or, if its name ends"
                            + " in .json, JSON with the first five classes.")
    private Path predictions;

    @Option(
            names = "--resume",
            description =
                    "Go on with an interrupted evaluation. It has left what it judged beside --out,"
                            + " --json or --predictions, in <name>.unfinished; give the same"
                            + " options again.")
    private boolean resume;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write results.json, classes.csv, confusion.png, recall.png, calibration.png and"
                            + " report.html, with the most confident mistakes, to this folder; of a"
                            + " model that labels pixels without recall and calibration.")
    private Path out;

    /** Makes a wrong shard a usage error that names the option. */
    static final class ShardConverter implements ITypeConverter<Shard> {
        @Override
        public Shard convert(String value) {
            try {
                return Shard.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Results have such common names that they would replace files of others. */
    private static void requireOurs(Path folder) throws IOException {
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> found.add(file.getFileName().toString()));
        }
        if (!found.isEmpty() && !found.contains("results.json") && !found.contains("sweep.json")) {
            throw new IOException(
                    folder
                            + " holds other files: let --out name a new or empty folder, or one"
                            + " with earlier results.");
        }
    }

    @Override
    public Integer call() throws IOException {
        OptionChecks.given(spec, "--data=DIR", root);
        if (workers == null) {
            workers = Runtime.getRuntime().availableProcessors();
        }
        OptionChecks.atLeastOne(spec, "--workers", workers);
        results.check();
        OptionChecks.writable("--predictions", predictions);
        requireOurs(out);
        Evaluation.Record record = new Evaluation.Record(journal(), resume, predictions);
        Device device = compute.device();
        Resolution resolution = resolution();
        Optional<ModelOptions.Scenes> scenes = model.scenes();
        if (scenes.isPresent()) {
            return scenes(scenes.get(), device);
        }
        if (slide != null || multiScale) {
            throw new ParameterException(
                    spec.commandLine(),
                    (slide != null ? "--slide" : "--multi-scale")
                            + " has an effect for models that label pixels only");
        }
        split = split == null ? PictureSource.VAL : split;
        Swin swin = Swin.of(spec);
        if (sweep != null) {
            return sweep(swin, data(swin), resolution, device);
        }
        if (!against.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--against has an effect with --sweep only");
        }
        PictureSource data = data(swin);
        Truth truth = realLabels == null ? null : Truth.real(RealLabels.read(realLabels), data);
        try (OpenModel open = open(device, model.weights(), resolution)) {
            ClassMatch match = match(data, open);
            Evaluation evaluation = evaluate(swin, open, data, match, truth, record);
            Map<String, String> facts = facts(open, data, match, device);
            facts.putAll(evaluation.timing());
            if (out != null) {
                write(swin, evaluation);
            }
            results.show(evaluation.run(), evaluation.result(), facts);
            record.done();
        }
        return ExitCode.OK;
    }

    private Evaluation evaluate(
            Swin swin,
            OpenModel open,
            PictureSource data,
            ClassMatch match,
            Truth truth,
            Evaluation.Record record)
            throws IOException {
        return Evaluation.of(
                swin,
                open,
                data,
                data.onlySplit() ? "all" : split,
                new Evaluation.Options(
                        new Evaluator.Options(
                                shard, compute.batchSize(), workers, OutputSubset.of(match), truth),
                        labels(),
                        compute.precision(),
                        0,
                        record));
    }

    private Resolution resolution() {
        try {
            return Resolution.of(imageSize, window);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private OpenModel open(Device device, Path weights, Resolution resolution) throws IOException {
        return model.open(
                device,
                weights,
                trained -> {
                    try {
                        return resolution.of(trained);
                    } catch (IllegalArgumentException e) {
                        throw new ParameterException(
                                spec.commandLine(), "--img-size or --window: " + e.getMessage(), e);
                    }
                });
    }

    /** Evaluates models at several resolutions. */
    private int sweep(Swin swin, PictureSource data, Resolution rest, Device device)
            throws IOException {
        Sweep.Request request;
        try {
            request = Sweep.Request.parse(sweep);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--sweep is " + e.getMessage(), e);
        }
        refuse("--shard", shard.count() > 1);
        refuse("--predictions", predictions != null);
        refuse("--resume", resume);
        refuse("--real-labels", realLabels != null);
        refuse("--img-size", request.key() == Sweep.Key.IMG_SIZE && imageSize != null);
        refuse("--window", request.key() == Sweep.Key.WINDOW && window != null);
        Sweep points = new Sweep(request.key());
        for (Path weights : Stream.concat(Stream.of(model.weights()), against.stream()).toList()) {
            for (int value : request.values()) {
                try (OpenModel open = open(device, weights, request.at(value, rest))) {
                    points.add(
                            weights,
                            open,
                            evaluate(
                                    swin,
                                    open,
                                    data,
                                    match(data, open),
                                    null,
                                    Evaluation.Record.NONE));
                }
            }
        }
        if (out != null) {
            try (Staging staging = Staging.of(out)) {
                AtomicFile.writeText(staging.file(Path.of("sweep.json")), points.json());
                AtomicFile.writeText(
                        staging.file(Path.of("sweep.csv")), ResultOptions.csv(points.table()));
                if (Fonts.problem().isEmpty()) {
                    Png.write(points.plot(), staging.file(Path.of("sweep.png")));
                } else {
                    swin.note(Fonts.problem().get());
                }
                staging.commit();
            }
        }
        results.show(points.table(), points.json());
        return ExitCode.OK;
    }

    private void refuse(String option, boolean given) {
        if (given) {
            throw new ParameterException(
                    spec.commandLine(), option + " has no effect with --sweep " + sweep);
        }
    }

    /** Evaluates a model that labels pixels. */
    private int scenes(ModelOptions.Scenes chosen, Device device) throws IOException {
        OptionChecks.refuse(spec, "models that label pixels", CLASSIFIERS_ONLY);
        Swin swin = Swin.of(spec);
        SegmentationFolder data =
                SegmentationFolder.open(
                        Path.of(root), split == null ? SegmentationFolder.VALIDATION : split);
        InferenceProtocol protocol = protocol(chosen.description());
        try (SegmentationModel open = chosen.open(swin, device)) {
            SegmentationRun run =
                    SceneEvaluation.of(
                            swin,
                            open,
                            chosen.weights(),
                            data,
                            shard,
                            protocol,
                            compute.precision(),
                            (index, truth, predicted) -> {});
            if (out != null) {
                try (Staging staging = Staging.of(out)) {
                    run.write(staging.file(Path.of("results.json")));
                    StringBuilder classes = new StringBuilder();
                    SegmentationDrawing.perClass(run.result()).csv(classes);
                    AtomicFile.writeText(staging.file(Path.of("classes.csv")), classes.toString());
                    HtmlReport.write(
                            SegmentationReport.page(
                                    "Evaluation",
                                    run.setup().get("model") + " on " + data.root(),
                                    run.result(),
                                    List.of(),
                                    List.of(),
                                    run.setup()),
                            staging.file(Path.of("report.html")));
                    if (Fonts.problem().isEmpty()) {
                        Png.write(
                                SegmentationDrawing.confusion(run.result()),
                                staging.file(Path.of("confusion.png")));
                    }
                    staging.commit();
                }
            }
            results.show(run);
        }
        return ExitCode.OK;
    }

    private InferenceProtocol protocol(SegmentationDescription description) {
        InferenceProtocol protocol = InferenceProtocol.whole(description.box());
        if (multiScale) {
            protocol = protocol.multiScale();
        }
        if (slide == null) {
            return protocol;
        }
        if (!slide.matches("[1-9]\\d{0,4}/[1-9]\\d{0,4}")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--slide is '" + slide + "', expected SIDE/STRIDE such as 512/341");
        }
        String[] parts = slide.split("/");
        try {
            return protocol.slide(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--slide: " + e.getMessage(), e);
        }
    }

    private PictureSource data(Swin swin) throws IOException {
        Path folder = DataFolder.find(swin, root);
        Optional<LabelOrder> order = Optional.ofNullable(labelOrder);
        if (!skipBroken) {
            return PictureSets.open(folder, split, new PictureSets.Options(false, order));
        }
        LeftOut leftOut = new LeftOut(swin);
        PictureSource data = PictureSets.openReadable(folder, split, order, leftOut);
        leftOut.total();
        return data;
    }

    private ClassMatch match(PictureSource data, OpenModel open) throws DataException {
        ClassMatch match =
                ClassMatch.of(data.root().toString(), data.classes(), open.classFolders());
        if (match.partial() && !subset) {
            throw new DataException(
                    data.root()
                            + " has "
                            + data.classes().size()
                            + " of the "
                            + open.classes()
                            + " classes of the model '"
                            + open.description().name()
                            + "'. Give --subset to judge among these, or name the data the model"
                            + " was trained for");
        }
        return match;
    }

    /** What says in a result that its labels were not the data's own. */
    private Optional<String> labels() throws IOException {
        return realLabels == null
                ? Optional.empty()
                : Optional.of("ReaL, sha256:" + FileHash.of(realLabels));
    }

    /** Beside the first file or folder that will hold the result. */
    private Path journal() {
        Path result =
                Stream.of(out, results.file(), predictions)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        if (result == null) {
            if (resume) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--resume needs --out, --json or --predictions: beside it an interrupted"
                                + " evaluation leaves what it judged");
            }
            return null;
        }
        Path absolute = result.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + ".unfinished");
    }

    private Map<String, String> facts(
            OpenModel open, PictureSource data, ClassMatch match, Device device) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", open.description().name() + ", " + open.classes() + " classes");
        facts.put("weights", open.weights().toString());
        facts.put("data", data.root() + ", " + data.size() + " pictures");
        if (match.kind() != ClassMatch.Kind.SAME) {
            facts.put("classes", match.kind().toString());
        }
        if (realLabels != null) {
            facts.put("labels", "ReaL, " + realLabels + "; pictures without one are left out");
        }
        facts.put("pictures", ModelsCommand.describe(open.description().preprocessing()));
        facts.put(
                "computed",
                "on "
                        + DeviceChoice.nameOf(device)
                        + " in "
                        + compute.precision().name().toLowerCase(Locale.ROOT));
        return facts;
    }

    private void write(Swin swin, Evaluation evaluation) throws IOException {
        Fonts.problem().ifPresent(swin::note);
        ReportPage page =
                ClassificationReport.page(
                        "Evaluation of " + evaluation.run().setup().get("model"),
                        evaluation.data().root() + (shard.count() == 1 ? "" : ", shard " + shard),
                        evaluation.result(),
                        List.of(),
                        evaluation.notable(),
                        evaluation.timing(),
                        evaluation.run().setup());
        try (Staging staging = Staging.of(out)) {
            AtomicFile.writeText(
                    staging.file(Path.of("results.json")), EvaluationJson.toJson(evaluation.run()));
            StringBuilder classes = new StringBuilder();
            ResultTables.perClass(evaluation.result()).csv(classes);
            AtomicFile.writeText(staging.file(Path.of("classes.csv")), classes.toString());
            HtmlReport.write(page, staging.file(Path.of("report.html")));
            if (Fonts.problem().isEmpty()) {
                Png.write(
                        ResultPlots.confusion(evaluation.result()),
                        staging.file(Path.of("confusion.png")));
                Png.write(
                        ResultPlots.recall(evaluation.result()),
                        staging.file(Path.of("recall.png")));
                Png.write(
                        CalibrationPlot.draw(evaluation.result().calibration()),
                        staging.file(Path.of("calibration.png")));
            }
            staging.commit();
        }
    }
}
