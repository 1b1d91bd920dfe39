// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.segment.LabelMap;
import io.github.swindjl.data.segment.LabelledPicture;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What there is in one split of a set with masks.
 *
 * @param split the split's name
 * @param folder where its pictures are
 * @param pictures number of pictures
 * @param ignored pixels without a class
 * @param classes what there is of each class
 * @param broken what is wrong, file by file
 */
record SceneInspection(
        String split,
        String folder,
        int pictures,
        long ignored,
        List<ClassArea> classes,
        List<String> broken) {

    /** Broken files that a table names; JSON names all. */
    private static final int SHOWN_BROKEN = 20;

    /** What there is of a class. */
    record ClassArea(int index, String name, int pictures, long pixels) {}

    /**
     * Looks at every picture and mask, and prints what was found.
     *
     * @return the exit code: bad input if something is broken
     */
    static int run(Swin swin, Path root, String split, TableFormat format) throws IOException {
        List<String> names =
                split != null
                        ? List.of(split)
                        : List.of(SegmentationFolder.TRAINING, SegmentationFolder.VALIDATION);
        List<SceneInspection> found = new ArrayList<>();
        for (String name : names) {
            found.add(of(swin, SegmentationFolder.open(root, name)));
        }
        PrintWriter out = swin.console().out();
        if (format == TableFormat.JSON) {
            out.println(Json.text(found));
        } else {
            print(out, found);
        }
        return found.stream().allMatch(part -> part.broken().isEmpty())
                ? ExitCode.OK
                : ExitCode.BAD_INPUT;
    }

    private static SceneInspection of(Swin swin, SegmentationFolder data) {
        List<String> names = data.rules().palette().names();
        int[] pictures = new int[names.size()];
        long[] pixels = new long[names.size()];
        long ignored = 0;
        List<String> broken = new ArrayList<>();
        try (Progress progress = Progress.of(swin, "inspect " + data.split(), data.size())) {
            for (int i = 0; i < data.size(); i++) {
                try {
                    LabelledPicture sample = data.read(i);
                    long[] counts = new long[LabelMap.IGNORED + 1];
                    for (byte label : sample.labels().labels()) {
                        counts[label & 0xFF]++;
                    }
                    ignored += counts[LabelMap.IGNORED];
                    for (int label = 0; label < names.size(); label++) {
                        pixels[label] += counts[label];
                        pictures[label] += counts[label] > 0 ? 1 : 0;
                    }
                } catch (DataException e) {
                    broken.add(e.getMessage());
                }
                progress.show(i + 1L, "");
            }
        }
        List<ClassArea> classes = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            classes.add(new ClassArea(i, names.get(i), pictures[i], pixels[i]));
        }
        return new SceneInspection(
                data.split(), data.root().toString(), data.size(), ignored, classes, broken);
    }

    private static void print(PrintWriter out, List<SceneInspection> found) {
        for (SceneInspection part : found) {
            TextTable table =
                    new TextTable(
                            Column.count("index", "index"),
                            Column.text("class", "class"),
                            Column.count("pictures", "pictures"),
                            Column.count("pixels", "pixels"));
            part.classes()
                    .forEach(
                            row ->
                                    table.row(
                                            row.index(), row.name(), row.pictures(), row.pixels()));
            out.printf(
                    Locale.ROOT,
                    "%s: %d pictures, %d pixels without a class, %d broken%n",
                    part.folder(),
                    part.pictures(),
                    part.ignored(),
                    part.broken().size());
            out.print(table.text());
            part.broken().stream().limit(SHOWN_BROKEN).forEach(line -> out.println("  " + line));
            if (part.broken().size() > SHOWN_BROKEN) {
                out.println("  and " + (part.broken().size() - SHOWN_BROKEN) + " more");
            }
            out.println();
        }
    }
}
