// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.nn.Block;
import com.google.gson.JsonObject;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.ModelTable;
import io.github.swindjl.zoo.SegmentationDescription;
import io.github.swindjl.zoo.SegmentationTable;
import io.github.swindjl.zoo.weights.Dialect;
import io.github.swindjl.zoo.weights.LoadOptions;
import io.github.swindjl.zoo.weights.LoadReport;
import io.github.swindjl.zoo.weights.LoadedWeights;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.WeightsExporter;
import io.github.swindjl.zoo.weights.WeightsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swin convert}. */
@Command(
        name = "convert",
        description = {
            "Brings weights from the names of one library to those of another; the result is a"
                    + " safetensors file that the library loads without missing or unexpected"
                    + " tensors.",
            "The names of the source are recognised; the head keeps its number of classes."
        })
final class ConvertCommand implements Callable<Integer> {

    /** The dialects that there is a use for writing. */
    private enum Target {
        MICROSOFT(Dialect.MICROSOFT),
        TIMM(Dialect.TIMM),
        TORCHVISION(Dialect.TORCHVISION),
        HUGGINGFACE(Dialect.HUGGING_FACE),
        OPENMMLAB(Dialect.OPEN_MMLAB);

        private final Dialect dialect;

        Target(Dialect dialect) {
            this.dialect = dialect;
        }
    }

    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "SRC",
            description =
                    "A .safetensors, .pth, .pt or .bin file, an index of several, or a folder with"
                            + " one of them.")
    private Path source;

    @Parameters(index = "1", paramLabel = "DST", description = "The .safetensors file to write.")
    private Path target;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = {
                "The model of 'swin models' that the weights belong to;",
                "a checkpoint of this program says it itself."
            })
    private String model;

    @Option(
            names = "--to",
            paramLabel = "DIALECT",
            required = true,
            description = {
                "microsoft (also timm before 0.9), timm, torchvision, huggingface or openmmlab;",
                "for segmentation networks microsoft, huggingface or openmmlab."
            })
    private Target dialect;

    @Option(
            names = "--no-ema",
            description = "Take the last weights of a file that has averaged ones, too.")
    private boolean last;

    @Option(
            names = "--force",
            description =
                    "Convert what there is although it covers less than 95 %% of the backbone, and"
                            + " replace DST if it exists.")
    private boolean force;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json, which has the whole report (default: ${DEFAULT-VALUE}).")
    private TableFormat format;

    @Override
    public Integer call() throws IOException {
        Network network = network();
        checkTarget();
        LoadOptions options = LoadOptions.DEFAULT.withAveraged(!last).withForced(force);
        try (StateSource file = StateFiles.open(source)) {
            int classes = WeightsLoader.classes(file, options);
            LoadedWeights weights =
                    WeightsLoader.load(
                            file, network.backbone(), network.parameters(classes), options);
            LoadReport report = weights.report();
            Swin swin = Swin.of(spec);
            swin.note(swin.verbose() ? report.details() : report.summary());
            int written =
                    WeightsExporter.write(
                            weights.state(), weights.config(), dialect.dialect, target);
            show(report, classes, written);
        }
        return ExitCode.OK;
    }

    /** A network whose weights are converted. */
    private record Network(SwinConfig backbone, Optional<UperNetConfig> dense) {

        static Network of(SwinConfig backbone) {
            return new Network(backbone, Optional.empty());
        }

        static Network of(UperNetConfig dense) {
            return new Network(dense.backbone(), Optional.of(dense));
        }

        /** Returns the parameters' shapes by name, for a number of classes. */
        Map<String, long[]> parameters(int classes) {
            Block block =
                    dense.isEmpty()
                            ? new SwinClassifier(backbone, classes)
                            : new UperNet(dense.get().withClasses(Math.max(1, classes)));
            Map<String, long[]> shapes = new LinkedHashMap<>();
            StateDict.of(block)
                    .forEach(
                            (name, parameter) -> shapes.put(name, parameter.getShape().getShape()));
            return shapes;
        }
    }

    private Network network() throws IOException {
        if (model == null && SegmentationDescription.isAt(source)) {
            return Network.of(SegmentationDescription.read(source).network());
        }
        if (model == null && Files.exists(source.resolve(ModelDescription.FILE))) {
            return Network.of(ModelDescription.read(source).config());
        }
        OptionChecks.given(spec, "--model=NAME", model);
        return SegmentationTable.find(model)
                .map(entry -> Network.of(entry.config()))
                .orElseGet(() -> Network.of(ModelTable.get(model).config()));
    }

    private void checkTarget() throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent) || Files.isDirectory(target)) {
            throw new IOException(
                    target
                            + ": expected the name of a file in a folder that exists; name another"
                            + " one.");
        }
        if (Files.exists(target) && !force) {
            throw new IOException(
                    target + " exists already; name another file, or replace it with --force.");
        }
    }

    private void show(LoadReport report, int classes, int written) throws IOException {
        if (format == TableFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("file", target.toString());
            json.addProperty("dialect", dialect.dialect.name());
            json.addProperty("classes", classes);
            json.addProperty("tensors", written);
            json.addProperty("bytes", Files.size(target));
            json.add("report", report.toJson());
            Swin.of(spec).console().out().println(Json.text(json));
            return;
        }
        new Facts()
                .add("written", target)
                .add("dialect", dialect.dialect.title())
                .add("classes", classes)
                .add("tensors", written)
                .print(Swin.of(spec).console().out());
    }
}
