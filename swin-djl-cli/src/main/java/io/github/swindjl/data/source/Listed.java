// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import io.github.swindjl.data.DataException;
import io.github.swindjl.zoo.image.PictureFiles;
import io.github.swindjl.zoo.weights.Causes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists the pictures that a file names with their labels: lines of a path, a tab and a label, or a
 * JSON array of arrays that begin with path and label, as the split files of ImageNet-22K are. The
 * pictures are in a zip archive or in folders. The order is the file's.
 */
final class Listed {

    private final IndexBuilder index;
    private final ClassNames classes = new ClassNames();
    private boolean official;

    private Listed(IndexBuilder index) {
        this.index = index;
    }

    /** Takes the entries of a list. */
    private interface Entry {
        void accept(String path, int label) throws IOException;
    }

    /**
     * Lists pictures in folders. Their files are not looked at before they are read: for millions
     * of files that would take longer than to read the list.
     */
    static Index files(Path root, Path list) throws IOException {
        Listed scan = new Listed(new IndexBuilder(root));
        scan.index.witness(list);
        Path[] base = new Path[1];
        Map<String, Integer> folders = new HashMap<>();
        read(
                list,
                (path, label) -> {
                    if (base[0] == null) {
                        base[0] = base(root, list, path);
                    }
                    int slash = path.lastIndexOf('/');
                    String folder = path.substring(0, slash + 1);
                    int container =
                            folders.computeIfAbsent(
                                    folder, name -> scan.index.folder(base[0].resolve(name), name));
                    scan.add(
                            container,
                            path,
                            path.substring(slash + 1),
                            label,
                            Index.WHOLE_FILE,
                            Index.UNKNOWN,
                            Index.UNKNOWN);
                });
        return scan.build(base[0], list, Layout.LISTED_FILES);
    }

    /** Paths in a list count from the set's root, or from the only folder where they lead to. */
    private static Path base(Path root, Path list, String path) throws IOException {
        if (Files.exists(root.resolve(path))) {
            return root;
        }
        return Names.foldersIn(root).stream()
                .map(root::resolve)
                .filter(folder -> Files.exists(folder.resolve(path)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new DataException(
                                        list
                                                + " names "
                                                + path
                                                + ", which is neither in "
                                                + root
                                                + " nor in a folder there. Put the pictures beside"
                                                + " the list"));
    }

    /** Lists pictures in a zip archive. */
    static Index zip(Path root, Path archive, Path list, String split) throws IOException {
        Listed scan = new Listed(new IndexBuilder(root));
        scan.index.witness(list);
        int container = scan.index.archive(Container.Kind.ZIP, archive, "");
        ZipMembers members = ZipMembers.of(archive);
        read(
                list,
                (path, label) -> {
                    int member = members.find(path);
                    if (member < 0) {
                        member = members.find(split + "/" + path);
                    }
                    if (member < 0) {
                        scan.index.unreadable(path, "is not in " + archive.getFileName());
                    } else {
                        scan.add(
                                container,
                                path,
                                members.name(member),
                                label,
                                members.header(member),
                                members.stored(member),
                                members.plain(member));
                    }
                });
        return scan.build(archive, list, Layout.LISTED_ZIP);
    }

    /** Lists pictures in the class folders of a zip archive. */
    static Index zip(Path root, Path archive, boolean onlySplit) throws IOException {
        IndexBuilder index = new IndexBuilder(root);
        int container = index.archive(Container.Kind.ZIP, archive, "");
        Map<String, Integer> found = new LinkedHashMap<>();
        ZipArchive.visit(
                archive,
                (name, header, stored, plain) -> {
                    String folder = folder(name);
                    if (folder.isEmpty() || !PictureFiles.isPicture(last(name))) {
                        index.ignored(name);
                        return;
                    }
                    found.putIfAbsent(folder, found.size());
                    index.add(container, name, found.get(folder), header, stored, plain);
                });
        if (index.size() == 0) {
            throw new DataException(
                    archive
                            + " has no class folders with pictures, and there is no list of labels"
                            + " beside it");
        }
        List<String> classes = Names.classOrder(List.copyOf(found.keySet()));
        int[] labels = new int[classes.size()];
        found.forEach((name, label) -> labels[label] = classes.indexOf(name));
        index.relabel(labels);
        return index.build(
                index.relative(archive),
                onlySplit,
                classes,
                Layout.ZIP,
                "folders in the archive " + Names.orderOf(classes));
    }

    private void add(
            int container,
            String path,
            String name,
            int label,
            long offset,
            long stored,
            long extra) {
        official |= name.startsWith("ILSVRC2012_val_");
        index.add(container, name, classes.add(label, folder(path)), offset, stored, extra);
    }

    private Index build(Path base, Path list, Layout layout) throws DataException {
        if (index.size() == 0) {
            throw new DataException(list + " names no picture that is there");
        }
        return index.build(
                index.relative(base),
                false,
                classes.classes(official, list.toString()),
                layout,
                list.getFileName() + ": " + LabelOrder.SORTED);
    }

    private static void read(Path list, Entry entries) throws IOException {
        try (BufferedReader text = Files.newBufferedReader(list, StandardCharsets.UTF_8)) {
            text.mark(1);
            boolean json = text.read() == '[';
            text.reset();
            if (json) {
                readJson(list, text, entries);
            } else {
                readLines(list, text, entries);
            }
        }
    }

    private static void readLines(Path list, BufferedReader text, Entry entries)
            throws IOException {
        int number = 0;
        for (String line = text.readLine(); line != null; line = text.readLine()) {
            number++;
            int tab = line.indexOf('\t');
            String label = line.substring(tab + 1).strip();
            if (tab < 1 || !label.matches("[0-9]{1,6}")) {
                throw new DataException(
                        list
                                + ", line "
                                + number
                                + ": found '"
                                + line
                                + "', expected a path, a tab and a label from 0");
            }
            entries.accept(line.substring(0, tab), Integer.parseInt(label));
        }
    }

    private static void readJson(Path list, BufferedReader text, Entry entries) throws IOException {
        // The reader belongs to the text, which its owner closes.
        JsonReader json = new JsonReader(text);
        try {
            json.beginArray();
            while (json.hasNext()) {
                json.beginArray();
                String path = json.nextString();
                int label = json.nextInt();
                while (json.hasNext()) {
                    json.skipValue();
                }
                json.endArray();
                entries.accept(path, label);
            }
            json.endArray();
        } catch (DataException e) {
            throw e;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw wrong(list, json, e);
        } catch (JsonParseException e) {
            throw wrong(list, json, e);
        }
    }

    private static DataException wrong(Path list, JsonReader json, Exception e) {
        return new DataException(
                list
                        + ", at "
                        + json.getPath()
                        + ": expected an array of arrays that begin with a path and a label ("
                        + Causes.of(e)
                        + "). Get the list again",
                e);
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The name of the folder that a file is directly in; empty if in none. */
    private static String folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : last(path.substring(0, slash));
    }
}
