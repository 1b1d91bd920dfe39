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
import io.github.swindjl.eval.Evaluator;
import io.github.swindjl.eval.OutputSubset;
import io.github.swindjl.eval.SegmentationRun;
import io.github.swindjl.eval.Shard;
import io.github.swindjl.eval.Truth;
import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.InferenceProtocol;
import io.github.swindjl.zoo.Label;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.download.FileHash;
import java.io.IOException;
import java.nio.file.Path;
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
                    + " classes are taken for which; or a segmentation model on a set in"
                    + " the layout of ADE20K: mIoU, mAcc, aAcc, each class.",
            "A picture that cannot be read ends the command with 3, before anything is written,"
                    + " unless --skip-broken is given."
        },
        subcommands = EvalMergeCommand.class)
final class EvalCommand implements Callable<Integer> {

    /** What a model that labels one picture after another has no use for. */
    private static final List<String> CLASSIFIERS_ONLY =
            Stream.concat(
                            Stream.of(
                                    "--batch-size",
                                    "--workers",
                                    "--subset",
                                    "--label-order",
                                    "--real-labels",
                                    "--predictions",
                                    "--resume"),
                            ResolutionOptions.NAMES.stream())
                    .toList();

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

    @Mixin private SceneOptions views;

    @Mixin private ResolutionOptions resolutions;

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
                            + " segmentation model without recall and calibration.")
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

    @Override
    public Integer call() throws IOException {
        OptionChecks.given(spec, "--data=DIR", root);
        if (workers == null) {
            workers = Runtime.getRuntime().availableProcessors();
        }
        OptionChecks.atLeastOne(spec, "--workers", workers);
        results.check(predictions);
        OptionChecks.folder("--out", out);
        if (out != null) {
            EvaluationFolder.requireOurs(out);
        }
        Resolution resolution = resolutions.resolution();
        Optional<Sweep.Request> request = request();
        views.check();
        Evaluation.Record record = new Evaluation.Record(journal(), resume, predictions);
        Device device = compute.device();
        Optional<ModelOptions.Scenes> scenes = model.scenes();
        if (scenes.isPresent()) {
            return scenes(scenes.get(), device);
        }
        views.refuse();
        split = split == null ? PictureSource.VAL : split;
        Swin swin = Swin.of(spec);
        if (request.isPresent()) {
            return sweep(swin, request.get(), device);
        }
        ModelOptions.Choice choice =
                resolutions.at(resolution, model.choice(), compute.batchSize(), device);
        requireImageNet(choice);
        PictureSource data = data(swin);
        Truth truth = realLabels == null ? null : Truth.real(RealLabels.read(realLabels), data);
        ClassMatch match = match(data, choice);
        try (OpenModel open = choice.open(swin, device)) {
            Evaluation evaluation = evaluate(swin, open, data, match, truth, record);
            Map<String, String> facts = facts(open, data, match, device);
            facts.putAll(evaluation.timing());
            if (out != null) {
                EvaluationFolder.write(swin, out, evaluation, shard);
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
                match,
                data.onlySplit() ? "all" : split,
                new Evaluation.Options(
                        new Evaluator.Options(
                                shard, compute.batchSize(), workers, OutputSubset.of(match), truth),
                        labels(),
                        compute.precision(),
                        0,
                        record));
    }

    /** ReaL labels name ImageNet's classes. */
    private void requireImageNet(ModelOptions.Choice choice) {
        boolean imageNet =
                Stream.of(ClassSet.IMAGENET_1K, ClassSet.IMAGENET_22K)
                        .anyMatch(
                                set ->
                                        choice.folders()
                                                .equals(
                                                        Label.of(set).stream()
                                                                .map(Label::id)
                                                                .toList()));
        if (realLabels != null && !imageNet) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--real-labels has an effect for models of ImageNet's classes only, but '"
                            + choice.description().name()
                            + "' has "
                            + choice.folders().size()
                            + " others; leave it away, or name another model");
        }
    }

    /** Reads what to sweep, and refuses what does not go with it. */
    private Optional<Sweep.Request> request() {
        Optional<Sweep.Request> request = resolutions.request();
        resolutions.refuse("--shard", shard.count() > 1);
        resolutions.refuse("--predictions", predictions != null);
        resolutions.refuse("--resume", resume);
        resolutions.refuse("--real-labels", realLabels != null);
        return request;
    }

    /** Evaluates models at several resolutions, all of which are checked before the first. */
    private int sweep(Swin swin, Sweep.Request request, Device device) throws IOException {
        Map<Path, List<ModelOptions.Choice>> models =
                resolutions.models(request, model, compute.batchSize(), device);
        PictureSource data = data(swin);
        Map<Path, ClassMatch> matches = new LinkedHashMap<>();
        for (Map.Entry<Path, List<ModelOptions.Choice>> entry : models.entrySet()) {
            matches.put(entry.getKey(), match(data, entry.getValue().get(0)));
        }
        Sweep points = new Sweep(request.key());
        for (Map.Entry<Path, List<ModelOptions.Choice>> entry : models.entrySet()) {
            Path weights = entry.getKey();
            for (ModelOptions.Choice choice : entry.getValue()) {
                try (OpenModel open = choice.open(swin, device)) {
                    points.add(
                            weights,
                            open,
                            evaluate(
                                    swin,
                                    open,
                                    data,
                                    matches.get(weights),
                                    null,
                                    Evaluation.Record.NONE));
                }
            }
        }
        if (out != null) {
            EvaluationFolder.write(swin, out, points);
        }
        results.show(points.table(), points.text(), points.json());
        return ExitCode.OK;
    }

    /** Evaluates a segmentation model. */
    private int scenes(ModelOptions.Scenes chosen, Device device) throws IOException {
        OptionChecks.refuse(spec, "segmentation models", CLASSIFIERS_ONLY);
        Swin swin = Swin.of(spec);
        String name = split == null ? SegmentationFolder.VALIDATION : split;
        SegmentationFolder data =
                skipBroken
                        ? LeftOut.telling(
                                swin,
                                leftOut ->
                                        SegmentationFolder.openReadable(
                                                Path.of(root), name, leftOut))
                        : SegmentationFolder.open(Path.of(root), name);
        InferenceProtocol protocol = views.protocol(chosen.description().box());
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
                EvaluationFolder.write(out, run, data);
            }
            results.show(run);
        }
        return ExitCode.OK;
    }

    private PictureSource data(Swin swin) throws IOException {
        Path folder = DataFolder.find(swin, root);
        Optional<LabelOrder> order = Optional.ofNullable(labelOrder);
        return skipBroken
                ? LeftOut.telling(
                        swin, leftOut -> PictureSets.openReadable(folder, split, order, leftOut))
                : PictureSets.open(folder, split, new PictureSets.Options(false, order));
    }

    private ClassMatch match(PictureSource data, ModelOptions.Choice choice) throws DataException {
        ClassMatch match = ClassMatch.of(data.root().toString(), data.classes(), choice.folders());
        if (match.partial() && !subset) {
            throw new DataException(
                    data.root()
                            + " has "
                            + data.classes().size()
                            + " of the "
                            + choice.folders().size()
                            + " classes of the model '"
                            + choice.description().name()
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
        facts.put("weights", open.weights().file().toString());
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
}
