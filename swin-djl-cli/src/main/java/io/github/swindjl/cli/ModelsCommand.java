// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.TextTable;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.ModelTable;
import io.github.swindjl.zoo.PublishedModel;
import io.github.swindjl.zoo.SegmentationEntry;
import io.github.swindjl.zoo.SegmentationTable;
import io.github.swindjl.zoo.Source;
import io.github.swindjl.zoo.image.FitBox;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swin models}. */
@Command(
        name = "models",
        description = {
            "Lists every known model, or tells all about one.",
            "Accuracy is the published top-1 and top-5 on ImageNet-1K in per cent; multiply-adds"
                    + " are for one picture. Of segmentation models it is the published mIoU on"
                    + " ADE20K, at one scale and at several with mirror images."
        })
final class ModelsCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "The model to tell about; what follows the dot may be left away.")
    private String name;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private TableFormat format;

    @Override
    public Integer call() {
        PrintWriter out = Swin.of(spec).console().out();
        if (name == null) {
            list(out);
        } else {
            PublishedModel model =
                    SegmentationTable.find(name)
                            .map(PublishedModel.class::cast)
                            .orElseGet(() -> ModelTable.get(name));
            if (format == TableFormat.JSON) {
                out.println(Json.text(ModelJson.details(model)));
            } else {
                print(model, out);
            }
        }
        return ExitCode.OK;
    }

    private void list(PrintWriter out) {
        if (format == TableFormat.JSON) {
            out.println(
                    Json.text(
                            Stream.concat(
                                            ModelTable.all().stream(),
                                            SegmentationTable.all().stream())
                                    .map(ModelJson::summary)
                                    .toList()));
        } else {
            out.print(table().text());
            out.println();
            out.print(scenesTable().text());
        }
    }

    private static TextTable table() {
        TextTable table =
                new TextTable(
                        Column.text("name", "name"),
                        scaled("parameters", 1e6, " M"),
                        scaled("multiply-adds", 1e9, " G"),
                        Column.count("image", "image_size"),
                        Column.count("window", "window"),
                        Column.count("classes", "classes"),
                        Column.decimal("top-1", "top1", 1),
                        Column.decimal("top-5", "top5", 1),
                        Column.text("source", "source"),
                        Column.text("licence", "licence"));
        for (ModelEntry entry : ModelTable.all()) {
            table.row(
                    entry.name(),
                    entry.parameters(),
                    entry.multiplyAdds(),
                    entry.imageSize(),
                    entry.window(),
                    entry.classes().size(),
                    entry.top1(),
                    entry.top5(),
                    entry.source() == Source.NONE ? null : ModelJson.source(entry),
                    entry.licence());
        }
        return table;
    }

    private static TextTable scenesTable() {
        TextTable table =
                new TextTable(
                        Column.text("name", "name"),
                        scaled("parameters", 1e6, " M"),
                        Column.count("image", "image_size"),
                        Column.count("window", "window"),
                        Column.count("classes", "classes"),
                        Column.decimal("mIoU", "miou", 2),
                        Column.decimal("mIoU, scales", "miou_multi_scale", 2),
                        Column.text("source", "source"),
                        Column.text("licence", "licence"));
        for (SegmentationEntry entry : SegmentationTable.all()) {
            table.row(
                    entry.name(),
                    entry.parameters(),
                    entry.cropSize(),
                    entry.window(),
                    SegmentationEntry.CLASSES,
                    entry.meanIou(),
                    entry.meanIouMultiScale(),
                    entry.source() == Source.NONE ? null : ModelJson.source(entry),
                    entry.licence());
        }
        return table;
    }

    private static Column scaled(String title, double unit, String suffix) {
        return new Column(
                title, title, true, value -> scaled(((Number) value).longValue(), unit) + suffix);
    }

    private static String scaled(long value, double unit) {
        return String.format(Locale.ROOT, value < unit / 10 ? "%.2f" : "%.1f", value / unit);
    }

    private static void print(PublishedModel model, PrintWriter out) {
        Facts facts = new Facts().add("name", model.name());
        model.aliases().forEach(alias -> facts.add("also", alias));
        facts.add(
                        "weights by",
                        model.source() == Source.NONE ? "not released" : ModelJson.source(model))
                .add("licence", model.licence())
                .add("parameters", String.format(Locale.ROOT, "%,d", model.parameters()));
        JsonElement configuration;
        if (model instanceof SegmentationEntry scenes) {
            add(facts, scenes);
            configuration = Json.tree(scenes.description().network());
        } else {
            ModelEntry classifier = (ModelEntry) model;
            add(facts, classifier);
            configuration = Json.tree(classifier.config());
        }
        for (var file : model.files()) {
            facts.add("weights at", file.address());
            if (file.sha256() != null) {
                facts.add("SHA-256", file.sha256() + "…");
            }
        }
        model.uncertain().forEach(sentence -> facts.add("uncertain", sentence));
        facts.print(out);
        out.println();
        configuration(configuration.getAsJsonObject(), out);
    }

    private static void add(Facts facts, SegmentationEntry scenes) {
        FitBox box = scenes.description().box();
        facts.add("classes", SegmentationEntry.CLASSES)
                .add("backbone from", scenes.pretraining())
                .add("trained", scenes.schedule() + " of " + scenes.cropSize() + " pixels")
                .add("mIoU", published(scenes.meanIou()))
                .add("mIoU, scales", published(scenes.meanIouMultiScale()))
                .add(
                        "pictures",
                        String.format(
                                Locale.ROOT,
                                "fitted into %dx%d with their shape kept",
                                box.longer(),
                                box.shorter()));
    }

    private static void add(Facts facts, ModelEntry classifier) {
        facts.add("multiply-adds", scaled(classifier.multiplyAdds(), 1e9) + " G for one picture")
                .add("classes", classifier.classes().size())
                .add("top-1", published(classifier.top1()))
                .add("top-5", published(classifier.top5()))
                .add("pictures", describe(classifier.preprocessing()));
    }

    private static String published(Double accuracy) {
        return accuracy == null ? "not published" : accuracy + " %";
    }

    private static void configuration(JsonObject values, PrintWriter out) {
        out.println("Configuration");
        Facts config = new Facts();
        for (Map.Entry<String, JsonElement> value : values.entrySet()) {
            config.add("  " + value.getKey(), plain(value.getValue()));
        }
        config.print(out);
    }

    private static String plain(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.toString().replace(",", ", ");
    }

    /** Says in words what happens to a picture. */
    static String describe(Preprocessing steps) {
        String input = steps.width() + "x" + steps.height();
        String how =
                switch (steps.fit()) {
                    case NONE -> "must be " + input + " already";
                    case SQUASH -> "resized to " + input + " without regard to proportions";
                    case COVER, COVER_ROUNDED ->
                            "resized to cover "
                                    + steps.resizeWidth()
                                    + "x"
                                    + steps.resizeHeight()
                                    + ", centre "
                                    + input;
                };
        return how
                + ", "
                + steps.interpolation().name().toLowerCase(Locale.ROOT)
                + " (protocol "
                + steps.protocol().name().toLowerCase(Locale.ROOT)
                + ")";
    }
}
