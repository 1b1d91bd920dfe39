// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.TextTable;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.ModelTable;
import io.github.swindjl.zoo.SegmentationDescription;
import io.github.swindjl.zoo.SegmentationEntry;
import io.github.swindjl.zoo.SegmentationTable;
import io.github.swindjl.zoo.Source;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
                    + " are for one picture. Of models that label pixels it is the published mIoU on"
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
        Optional<SegmentationEntry> scenes =
                name == null ? Optional.empty() : SegmentationTable.find(name);
        if (scenes.isPresent()) {
            if (format == TableFormat.JSON) {
                out.println(Json.text(details(scenes.get())));
            } else {
                print(scenes.get(), out);
            }
        } else if (name != null) {
            ModelEntry entry = ModelTable.get(name);
            if (format == TableFormat.JSON) {
                out.println(Json.text(details(entry)));
            } else {
                print(entry, out);
            }
        } else if (format == TableFormat.JSON) {
            out.println(
                    Json.text(
                            Stream.concat(
                                            ModelTable.all().stream().map(ModelsCommand::summary),
                                            SegmentationTable.all().stream()
                                                    .map(ModelsCommand::summary))
                                    .toList()));
        } else {
            out.print(table().text());
            out.println();
            out.print(scenesTable().text());
        }
        return ExitCode.OK;
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
                    entry.source() == Source.NONE ? null : source(entry.source()),
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
                    entry.source() == Source.NONE ? null : source(entry.source()),
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

    private static String source(Source source) {
        return source.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static JsonObject summary(ModelEntry entry) {
        JsonObject json = new JsonObject();
        json.addProperty("name", entry.name());
        json.addProperty("task", "classify");
        json.addProperty("parameters", entry.parameters());
        json.addProperty("multiply_adds", entry.multiplyAdds());
        json.addProperty("image_size", entry.imageSize());
        json.addProperty("window", entry.window());
        json.addProperty("classes", entry.classes().size());
        json.addProperty("top1", entry.top1());
        json.addProperty("top5", entry.top5());
        json.addProperty("source", source(entry.source()));
        json.addProperty("licence", entry.licence());
        return json;
    }

    private static JsonObject summary(SegmentationEntry entry) {
        JsonObject json = new JsonObject();
        json.addProperty("name", entry.name());
        json.addProperty("task", "segment");
        json.addProperty("parameters", entry.parameters());
        json.addProperty("image_size", entry.cropSize());
        json.addProperty("window", entry.window());
        json.addProperty("classes", SegmentationEntry.CLASSES);
        json.addProperty("miou", entry.meanIou());
        json.addProperty("miou_multi_scale", entry.meanIouMultiScale());
        json.addProperty("source", source(entry.source()));
        json.addProperty("licence", entry.licence());
        return json;
    }

    private static JsonObject details(SegmentationEntry entry) {
        SegmentationDescription description = entry.description();
        JsonObject json = summary(entry);
        json.add("aliases", Json.tree(entry.aliases()));
        json.addProperty("pretraining", entry.pretraining());
        json.addProperty("schedule", entry.schedule());
        json.add("files", Json.tree(entry.files()));
        json.add("uncertain", Json.tree(entry.uncertain()));
        json.add("box", Json.tree(description.box()));
        json.add("config", Json.tree(description.network()));
        return json;
    }

    private static JsonObject details(ModelEntry entry) {
        JsonObject json = summary(entry);
        json.add("aliases", Json.tree(entry.aliases()));
        json.add("files", Json.tree(entry.files()));
        json.add("uncertain", Json.tree(entry.uncertain()));
        json.add("preprocessing", Json.tree(entry.preprocessing()));
        json.add("config", Json.tree(entry.config()));
        return json;
    }

    private static void print(SegmentationEntry entry, PrintWriter out) {
        SegmentationDescription description = entry.description();
        Facts facts = new Facts().add("name", entry.name());
        entry.aliases().forEach(alias -> facts.add("also", alias));
        facts.add(
                        "weights by",
                        entry.source() == Source.NONE ? "not released" : source(entry.source()))
                .add("licence", entry.licence())
                .add("parameters", String.format(Locale.ROOT, "%,d", entry.parameters()))
                .add("classes", SegmentationEntry.CLASSES)
                .add("backbone from", entry.pretraining())
                .add("trained", entry.schedule() + " of " + entry.cropSize() + " pixels")
                .add("mIoU", published(entry.meanIou()))
                .add("mIoU, scales", published(entry.meanIouMultiScale()))
                .add(
                        "pictures",
                        String.format(
                                Locale.ROOT,
                                "fitted into %dx%d with their shape kept",
                                description.box().longer(),
                                description.box().shorter()));
        weights(facts, entry.files(), entry.uncertain());
        facts.print(out);
        out.println();
        configuration(Json.tree(description.network()).getAsJsonObject(), out);
    }

    private static void print(ModelEntry entry, PrintWriter out) {
        Facts facts = new Facts().add("name", entry.name());
        entry.aliases().forEach(alias -> facts.add("also", alias));
        facts.add(
                        "weights by",
                        entry.source() == Source.NONE ? "not released" : source(entry.source()))
                .add("licence", entry.licence())
                .add("parameters", String.format(Locale.ROOT, "%,d", entry.parameters()))
                .add("multiply-adds", scaled(entry.multiplyAdds(), 1e9) + " G for one picture")
                .add("classes", entry.classes().size())
                .add("top-1", published(entry.top1()))
                .add("top-5", published(entry.top5()))
                .add("pictures", describe(entry.preprocessing()));
        weights(facts, entry.files(), entry.uncertain());
        facts.print(out);
        out.println();
        configuration(Json.tree(entry.config()).getAsJsonObject(), out);
    }

    private static String published(Double accuracy) {
        return accuracy == null ? "not published" : accuracy + " %";
    }

    private static void weights(
            Facts facts, List<io.github.swindjl.zoo.WeightsFile> files, List<String> uncertain) {
        for (io.github.swindjl.zoo.WeightsFile file : files) {
            facts.add("weights at", file.address());
            if (file.sha256() != null) {
                facts.add("SHA-256", file.sha256() + "…");
            }
        }
        uncertain.forEach(sentence -> facts.add("uncertain", sentence));
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
