// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.eval.EvaluationJson;
import io.github.swindjl.eval.Shard;
import io.github.swindjl.report.ClassificationReport;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.HtmlReport;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.ReportPage;
import io.github.swindjl.report.ResultPlots;
import io.github.swindjl.report.Verdict;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code swin eval}. */
@Command(
        name = "eval",
        description = {
            "Measures a classifier on a picture set with class folders: top-1, top-5, loss, each"
                    + " class, and which classes are taken for which.",
            "A picture that cannot be read ends the command with 3, before anything is written."
        },
        subcommands = EvalMergeCommand.class)
final class EvalCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ModelOptions model;

    @Mixin private ComputeOptions compute;

    @Option(
            names = "--data",
            paramLabel = "DIR|NAME",
            description =
                    "The set's root folder, or one of mnist, fashion-mnist, cifar10 and cifar100. Its class folders must be the model's classes, "
                            + "for models of ImageNet the WordNet identifiers.")
    private String root;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            defaultValue = PictureSource.VAL,
            description = "The folder of the split (default: ${DEFAULT-VALUE}).")
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

    @Mixin private ResultOptions results;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write results.json, confusion.png, recall.png and report.html, with "
                            + "the worst mistakes, to this folder.")
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
        results.check();
        Device device = compute.device();
        PictureSource data = PictureSets.open(DataFolder.find(Swin.of(spec), root), split);
        Swin swin = Swin.of(spec);
        try (OpenModel open = model.open(device)) {
            Evaluation evaluation =
                    Evaluation.of(
                            swin,
                            open,
                            data,
                            data.onlySplit() ? "all" : split,
                            new Evaluation.Options(
                                    shard, compute.precision(), compute.batchSize(), workers, 0));
            if (out != null) {
                write(swin, evaluation);
            }
            results.show(evaluation.run(), evaluation.result(), facts(open, data, device));
        }
        return ExitCode.OK;
    }

    private Map<String, String> facts(OpenModel open, PictureSource data, Device device) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", open.description().name() + ", " + open.classes() + " classes");
        facts.put("weights", open.weights().toString());
        facts.put("data", data.root() + ", " + data.size() + " pictures");
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
        Map<String, List<Verdict>> pictures = new LinkedHashMap<>();
        pictures.put("Worst mistakes", evaluation.mistakes());
        pictures.put("Surest right predictions", evaluation.surestRight());
        ReportPage page =
                ClassificationReport.page(
                        "Evaluation of " + evaluation.run().setup().get("model"),
                        evaluation.data().root() + (shard.count() == 1 ? "" : ", shard " + shard),
                        evaluation.result(),
                        List.of(),
                        pictures,
                        evaluation.run().setup());
        try (Staging staging = Staging.of(out)) {
            AtomicFile.writeText(
                    staging.file(Path.of("results.json")), EvaluationJson.toJson(evaluation.run()));
            HtmlReport.write(page, staging.file(Path.of("report.html")));
            if (Fonts.problem().isEmpty()) {
                Png.write(
                        ResultPlots.confusion(evaluation.result()),
                        staging.file(Path.of("confusion.png")));
                Png.write(
                        ResultPlots.recall(evaluation.result()),
                        staging.file(Path.of("recall.png")));
            }
            staging.commit();
        }
    }
}
