// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.DataSummary;
import io.github.swindjl.data.DataSummary.BrokenPicture;
import io.github.swindjl.data.DataSummary.ClassCount;
import io.github.swindjl.data.DataSummary.SizedPicture;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.data.source.IndexedSource;
import io.github.swindjl.data.source.LabelOrder;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.data.source.Unreadable;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swin data inspect}. */
@Command(
        name = "inspect",
        description = {
            "Looks at every picture of a set: how it lies on disk, classes and their order, counts,"
                    + " sizes, broken and ignored files.",
            "Ends with 3 when anything is broken or not as it must be."
        })
final class DataInspectCommand implements Callable<Integer> {

    /** Broken files that a table names; JSON names all. */
    private static final int SHOWN_BROKEN = 20;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR|NAME",
            description =
                    "The set's root folder, a tar or zip archive, or one of mnist, fashion-mnist,"
                            + " cifar10, cifar100.")
    private String set;

    private Path root;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "The split to look at (default: train and val).")
    private String split;

    @Option(
            names = "--quick",
            description = "Read the files' headers only: misses files that are cut off.")
    private boolean quick;

    @Option(
            names = "--label-order",
            paramLabel = "ORDER",
            description =
                    "What the numbers in a label file are: sorted (places among the sorted class"
                            + " names, from 0) or ilsvrc (ILSVRC ids, from 1). Default: found out.")
    private LabelOrder labelOrder;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private TableFormat format;

    /** One split as JSON shows it. */
    private record Inspection(
            String split,
            String folder,
            String layout,
            String classOrder,
            int pictures,
            long bytes,
            SizedPicture smallest,
            SizedPicture largest,
            List<ClassCount> classes,
            List<BrokenPicture> broken,
            List<Unreadable> unreadable,
            int ignored,
            List<String> ignoredNames) {

        static Inspection of(String split, IndexedSource data, DataSummary summary) {
            return new Inspection(
                    split,
                    data.root().toString(),
                    data.facts().layout().toString(),
                    data.facts().classOrder(),
                    summary.pictures(),
                    summary.bytes(),
                    summary.smallest().orElse(null),
                    summary.largest().orElse(null),
                    summary.classes(),
                    summary.broken(),
                    data.facts().unreadable(),
                    data.facts().ignored(),
                    data.facts().ignoredNames());
        }

        boolean sound() {
            return broken.isEmpty() && unreadable.isEmpty();
        }
    }

    @Override
    public Integer call() throws IOException {
        root = DataFolder.find(Swin.of(spec), set);
        if (SegmentationFolder.isAt(root)) {
            if (quick) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--quick has no effect on sets with masks, which are always read");
            }
            return SceneInspection.run(Swin.of(spec), root, split, format);
        }
        DataSummary.Depth depth = quick ? DataSummary.Depth.HEADER : DataSummary.Depth.DECODE;
        List<Inspection> found =
                splits().entrySet().stream()
                        .map(
                                entry ->
                                        Inspection.of(
                                                entry.getKey(),
                                                entry.getValue(),
                                                DataSummary.inspect(entry.getValue(), depth)))
                        .toList();
        PrintWriter out = Swin.of(spec).console().out();
        if (format == TableFormat.JSON) {
            out.println(Json.text(found));
        } else {
            print(found, out);
        }
        return found.stream().allMatch(Inspection::sound) ? ExitCode.OK : ExitCode.BAD_INPUT;
    }

    private Map<String, IndexedSource> splits() throws IOException {
        Map<String, IndexedSource> splits = new TreeMap<>();
        if (split != null) {
            splits.put(split, open(split));
            return splits;
        }
        for (String usual : List.of(PictureSource.TRAIN, PictureSource.VAL)) {
            if (Files.isDirectory(root) && PictureSets.has(root, usual)) {
                splits.put(usual, open(usual));
            }
        }
        if (splits.isEmpty()) {
            splits.put("all", open(PictureSource.VAL));
        } else if (splits.size() == 2) {
            PictureSets.requireSameClasses(
                    new TrainVal(splits.get(PictureSource.TRAIN), splits.get(PictureSource.VAL)));
        }
        return splits;
    }

    /** What cannot be read is to be listed, not to end the command. */
    private IndexedSource open(String name) throws IOException {
        return PictureSets.open(
                root, name, new PictureSets.Options(true, Optional.ofNullable(labelOrder)));
    }

    private static void print(List<Inspection> found, PrintWriter out) {
        out.print(classTable(found).text());
        out.println();
        out.print(splitTable(found).text());
        for (Inspection part : found) {
            out.println();
            out.println(part.split() + ": " + part.layout() + "; classes: " + part.classOrder());
            list(
                    out,
                    "Cannot be read, in " + part.folder(),
                    part.unreadable().stream()
                            .map(thing -> thing.name() + ": " + thing.reason())
                            .toList(),
                    part.unreadable().size());
            list(out, "No pictures, ignored", part.ignoredNames(), part.ignored());
            if (!part.broken().isEmpty()) {
                out.println();
                out.println("Broken files in " + part.folder());
                part.broken().stream()
                        .limit(SHOWN_BROKEN)
                        .forEach(file -> out.println("  " + file.reason()));
                if (part.broken().size() > SHOWN_BROKEN) {
                    out.println("  and " + (part.broken().size() - SHOWN_BROKEN) + " more");
                }
            }
        }
    }

    private static void list(PrintWriter out, String title, List<String> names, int count) {
        if (count == 0) {
            return;
        }
        out.println();
        out.println(title + ": " + count);
        names.stream().limit(SHOWN_BROKEN).forEach(name -> out.println("  " + name));
        if (count > SHOWN_BROKEN) {
            out.println("  and " + (count - SHOWN_BROKEN) + " more");
        }
    }

    /** All splits have the same classes. */
    private static TextTable classTable(List<Inspection> found) {
        TextTable table =
                new TextTable(
                        Stream.concat(
                                        Stream.of(
                                                Column.count("index", "index"),
                                                Column.text("class", "class")),
                                        found.stream()
                                                .map(
                                                        part ->
                                                                Column.count(
                                                                        part.split(),
                                                                        part.split())))
                                .toArray(Column[]::new));
        for (int i = 0; i < found.get(0).classes().size(); i++) {
            int label = i;
            table.row(
                    Stream.concat(
                                    Stream.of(label, found.get(0).classes().get(label).name()),
                                    found.stream()
                                            .map(part -> part.classes().get(label).pictures()))
                            .toArray());
        }
        return table;
    }

    private static TextTable splitTable(List<Inspection> found) {
        TextTable table =
                new TextTable(
                        Column.text("split", "split"),
                        Column.count("classes", "classes"),
                        Column.count("pictures", "pictures"),
                        Column.count("size", "bytes"),
                        Column.count("smallest", "smallest"),
                        Column.count("largest", "largest"),
                        Column.count("broken", "broken"));
        for (Inspection part : found) {
            table.row(
                    part.split(),
                    part.classes().size(),
                    part.pictures(),
                    String.format(Locale.ROOT, "%.1f MB", part.bytes() / 1e6),
                    size(part.smallest()),
                    size(part.largest()),
                    part.broken().size());
        }
        return table;
    }

    private static String size(SizedPicture picture) {
        return Optional.ofNullable(picture)
                .map(found -> found.width() + "x" + found.height())
                .orElse(null);
    }
}
