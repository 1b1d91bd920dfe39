// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.swindjl.data.DataException;
import io.github.swindjl.data.tar.Bytes;
import io.github.swindjl.data.tar.TarArchive;
import io.github.swindjl.zoo.image.PictureFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Lists tar archives: one for each class, one with class folders or with an archive for each class,
 * or WebDataset shards. What they are is told by the first. Archives are taken in the order of
 * their names, pictures in the order of their archive. Of an archive that ends early, the whole
 * pictures are listed, and the archive is noted as unreadable.
 */
final class Tars {

    private static final String TAR = ".tar";

    /** Longest label of a shard that is read. */
    private static final int MAX_LABEL = 1 << 20;

    /** What JSON beside a picture calls its label. */
    private static final List<String> LABEL_KEYS = List.of("label", "cls", "class_index", "target");

    private final IndexBuilder index;
    private final Layout layout;

    /** Classes told by names, in the order of their appearance. */
    private final Map<String, Integer> found = new LinkedHashMap<>();

    /** Classes told by numbers. */
    private final ClassNames numbered = new ClassNames();

    private Tars(IndexBuilder index, Layout layout) {
        this.index = index;
        this.layout = layout;
    }

    /**
     * Lists archives.
     *
     * @param base the folder or archive to name as the place of the split
     * @param archives in the order of their names, at least one
     * @param labels labels for an archive that has pictures without folders
     */
    static Index list(
            Path root,
            Path base,
            List<Path> archives,
            boolean onlySplit,
            Optional<LabelFile> labels,
            Optional<LabelOrder> order)
            throws IOException {
        Layout layout = layoutOf(archives.get(0), archives.size() > 1 || labels.isEmpty());
        IndexBuilder index = new IndexBuilder(root);
        Tars scan = new Tars(index, layout);
        for (Path archive : archives) {
            scan.list(archive, archives.size() == 1 ? "" : archive.getFileName() + "/");
        }
        if (index.size() == 0) {
            throw new DataException(
                    base + " has no picture in " + archives.size() + " archives. Get them again");
        }
        String place = index.relative(base);
        if (layout == Layout.LABELLED_FOLDER) {
            LabelFile.Meaning meaning = labels.orElseThrow().label(index, root, base, order);
            return index.build(place, onlySplit, meaning.classes(), layout, meaning.order());
        }
        if (layout == Layout.WEBDATASET) {
            List<String> classes = scan.numbered.classes(false, base.toString());
            return index.build(place, onlySplit, classes, layout, "numbers in the shards");
        }
        List<String> classes = Names.classOrder(List.copyOf(scan.found.keySet()));
        int[] labelOf = new int[classes.size()];
        scan.found.forEach((name, label) -> labelOf[label] = classes.indexOf(name));
        index.relabel(labelOf);
        String source = layout == Layout.TAR ? "folders in the archive " : "archives' names ";
        return index.build(place, onlySplit, classes, layout, source + Names.orderOf(classes));
    }

    private static Layout layoutOf(Path archive, boolean classPerArchive) throws IOException {
        boolean[] has = new boolean[3];
        try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
            if (!TarArchive.is(channel)) {
                throw new DataException(
                        archive
                                + " is a file, but no tar archive (a compressed one cannot be read"
                                + " in any order). Unpack it");
            }
            Optional<String> problem =
                    TarArchive.visit(
                            channel,
                            0,
                            channel.size(),
                            (name, offset, size) -> {
                                has[0] |= name.endsWith(TAR);
                                has[1] |= isSidecar(extension(name));
                                has[2] |=
                                        !folder(name).isEmpty()
                                                && PictureFiles.isPicture(last(name));
                            });
            if (problem.isPresent() && !(has[0] || has[1] || has[2]) && !classPerArchive) {
                throw new DataException(archive + ": " + problem.get() + ". Get it again");
            }
        }
        if (has[0]) {
            return Layout.TAR_OF_TARS;
        }
        if (has[1]) {
            return Layout.WEBDATASET;
        }
        if (has[2]) {
            return Layout.TAR;
        }
        return classPerArchive ? Layout.TAR_PER_CLASS : Layout.LABELLED_FOLDER;
    }

    private static boolean isSidecar(String extension) {
        return extension.equals("cls") || extension.equals("json");
    }

    private void list(Path archive, String prefix) throws IOException {
        int container = index.archive(Container.Kind.TAR, archive, prefix);
        try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
            Optional<String> problem =
                    switch (layout) {
                        case TAR_OF_TARS -> tarOfTars(channel, container);
                        case WEBDATASET -> shard(channel, container, index.relative(archive));
                        default ->
                                TarArchive.visit(
                                        channel,
                                        0,
                                        channel.size(),
                                        (name, offset, size) ->
                                                member(container, archive, name, offset, size));
                    };
            problem.ifPresent(text -> index.unreadable(index.relative(archive), text));
        }
    }

    private void member(int container, Path archive, String name, long offset, long size) {
        String className =
                layout == Layout.TAR_PER_CLASS ? stem(archive.getFileName() + "") : folder(name);
        if (!PictureFiles.isPicture(last(name))) {
            index.ignored(name);
        } else {
            index.add(container, plain(name), labelOf(className), offset, size, Index.UNKNOWN);
        }
    }

    private int labelOf(String className) {
        if (layout == Layout.LABELLED_FOLDER) {
            return 0;
        }
        Integer label = found.putIfAbsent(className, found.size());
        return label == null ? found.size() - 1 : label;
    }

    /** Archives in the archive lie there as they are, so their members are the outer file's. */
    private Optional<String> tarOfTars(FileChannel channel, int container) throws IOException {
        return TarArchive.visit(
                channel,
                0,
                channel.size(),
                (inner, from, length) -> {
                    if (!inner.endsWith(TAR)) {
                        index.ignored(inner);
                        return;
                    }
                    int label = labelOf(stem(last(inner)));
                    TarArchive.visit(
                                    channel,
                                    from,
                                    from + length,
                                    (name, offset, size) -> {
                                        String path = stem(last(inner)) + "/" + plain(name);
                                        if (PictureFiles.isPicture(last(name))) {
                                            index.add(
                                                    container,
                                                    path,
                                                    label,
                                                    offset,
                                                    size,
                                                    Index.UNKNOWN);
                                        } else {
                                            index.ignored(path);
                                        }
                                    })
                            .ifPresent(problem -> index.unreadable(inner, problem));
                });
    }

    /** A picture of a shard, until its label is known. */
    private final class Sample {
        private final int container;
        private final String shard;
        private String key;
        private String name;
        private long offset;
        private long size;
        private int label = -1;
        private String problem;

        private Sample(int container, String shard) {
            this.container = container;
            this.shard = shard;
        }

        private void begin(String next) {
            if (key != null && !key.equals(next)) {
                flush();
            }
            key = next;
        }

        private void flush() {
            if (name != null && label >= 0) {
                index.add(
                        container,
                        name,
                        numbered.add(label, folder(name)),
                        offset,
                        size,
                        Index.UNKNOWN);
            } else if (name != null) {
                index.unreadable(
                        shard + "/" + name,
                        problem == null ? "has no label (.cls or .json) beside it" : problem);
            }
            name = null;
            label = -1;
            problem = null;
        }
    }

    private Optional<String> shard(FileChannel channel, int container, String shard)
            throws IOException {
        Sample sample = new Sample(container, shard);
        Optional<String> problem =
                TarArchive.visit(
                        channel,
                        0,
                        channel.size(),
                        (name, offset, size) -> {
                            sample.begin(key(name));
                            String extension = extension(name);
                            if (PictureFiles.isPicture("x." + lastExtension(extension))) {
                                sample.name = plain(name);
                                sample.offset = offset;
                                sample.size = size;
                            } else if (isSidecar(extension) && size <= MAX_LABEL) {
                                String text =
                                        new String(
                                                Bytes.read(channel, offset, (int) size),
                                                StandardCharsets.UTF_8);
                                read(extension, text, sample);
                            }
                        });
        // The last sample of a shard that was cut off may lack its label: it is cut off as well.
        if (problem.isEmpty() || sample.label >= 0) {
            sample.begin("");
        }
        return problem;
    }

    private static void read(String extension, String text, Sample sample) {
        String number = extension.equals("cls") ? text.strip() : numberIn(text);
        if (number != null && number.matches("[0-9]{1,6}")) {
            sample.label = Integer.parseInt(number);
        } else if (extension.equals("cls") || sample.label < 0) {
            sample.problem =
                    "its ." + extension + " holds no label, expected a number from 0 to 999999";
        }
    }

    private static String numberIn(String text) {
        try {
            JsonElement json = JsonParser.parseString(text);
            if (!json.isJsonObject()) {
                return json.isJsonPrimitive() ? json.getAsString() : null;
            }
            return LABEL_KEYS.stream()
                    .map(json.getAsJsonObject()::get)
                    .filter(value -> value != null && value.isJsonPrimitive())
                    .map(JsonElement::getAsString)
                    .findFirst()
                    .orElse(null);
        } catch (JsonParseException e) {
            return null;
        }
    }

    private static String plain(String name) {
        return name.startsWith("./") ? name.substring(2) : name;
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The name of the folder that a member is directly in; empty if in none. */
    private static String folder(String name) {
        String path = plain(name);
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : last(path.substring(0, slash));
    }

    private static String stem(String name) {
        return name.endsWith(TAR) ? name.substring(0, name.length() - TAR.length()) : name;
    }

    /** In a shard, what belongs to one sample has the same path up to the name's first dot. */
    private static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String extension(String name) {
        return name.substring(Math.min(name.length(), key(name).length() + 1))
                .toLowerCase(Locale.ROOT);
    }

    private static String lastExtension(String extension) {
        return extension.substring(extension.lastIndexOf('.') + 1);
    }

    /** The tar archives among names, in their order. */
    static List<Path> among(Path folder, List<String> names) {
        List<Path> archives = new ArrayList<>();
        for (String name : names) {
            if (name.endsWith(TAR)) {
                archives.add(folder.resolve(name));
            }
        }
        return archives;
    }
}
