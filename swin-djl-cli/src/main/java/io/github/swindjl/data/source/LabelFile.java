// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.DataException;
import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.Label;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A file with the labels of pictures that lie in one folder or archive: a label on each line, in
 * the order of the pictures' names, or names and labels. A label is a class's name or a number.
 *
 * <p>Numbers come in two orders. Which one a file has is told by its numbers, and for the official
 * validation pictures checked: the labels of the first five are known.
 */
final class LabelFile {

    private static final String OFFICIAL = "ILSVRC2012_val_";
    private static final int KNOWN = 5;
    private static final Map<LabelOrder, int[]> FIRST_LABELS =
            Map.of(
                    LabelOrder.SORTED, new int[] {65, 970, 230, 809, 516},
                    LabelOrder.ILSVRC, new int[] {490, 361, 171, 822, 297});

    private static final List<String> CLASS_LISTS =
            List.of("map_clsloc.txt", "synsets.txt", DevkitMeta.NAME);

    private final Path file;
    private final List<String> listed = new ArrayList<>();
    private final Map<String, String> named = new HashMap<>();

    private LabelFile(Path file) {
        this.file = file;
    }

    /** Where labels of a split may be, and the order of ILSVRC's classes. */
    private static List<Path> folders(Path root, Path pictures) {
        Set<Path> folders = new LinkedHashSet<>();
        if (Files.isDirectory(pictures)) {
            folders.add(pictures);
        }
        folders.add(root);
        folders.add(root.resolve("data"));
        folders.add(root.resolve("devkit/data"));
        folders.add(root.resolve("ILSVRC2012_devkit_t12/data"));
        return List.copyOf(folders);
    }

    private static List<String> names(String split) {
        List<String> names =
                new ArrayList<>(
                        List.of(
                                split + "_map.txt",
                                split + ".txt",
                                split + "_labels.txt",
                                split + ".csv",
                                "LOC_" + split + "_solution.csv",
                                "labels.txt",
                                "labels.csv"));
        if (split.equals("val")) {
            names.add("ILSVRC2012_validation_ground_truth.txt");
        }
        return names;
    }

    /** Says what a label file may be called. */
    static String expected(String split) {
        return "one of " + String.join(", ", names(split));
    }

    static Optional<Path> find(Path root, Path pictures, String split) {
        return first(folders(root, pictures), names(split));
    }

    private static Optional<Path> first(List<Path> folders, List<String> names) {
        return names.stream()
                .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    static LabelFile read(Path file) throws IOException {
        LabelFile labels = new LabelFile(file);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String[] words = line.strip().split("[\\s,]+");
                if (line.isBlank() || number == 1 && words[0].equals("ImageId")) {
                    continue;
                }
                if (words.length == 1) {
                    labels.listed.add(words[0]);
                } else if (labels.named.put(stem(words[0]), words[1]) != null) {
                    throw new DataException(
                            file
                                    + ", line "
                                    + number
                                    + ": "
                                    + words[0]
                                    + " has a label already. Remove one of the two lines");
                }
            }
        }
        if (labels.listed.isEmpty() == labels.named.isEmpty()) {
            throw new DataException(
                    file
                            + (labels.listed.isEmpty()
                                    ? " is empty"
                                    : " has lines with names and lines without")
                            + ", expected a label on each line, or a file name and a label");
        }
        return labels;
    }

    private static String stem(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** What the pictures' labels mean. */
    record Meaning(List<String> classes, String order) {}

    /**
     * Labels pictures.
     *
     * @param index pictures without labels
     * @param root where the set is, where the order of ILSVRC's classes is looked for
     * @param pictures the folder or archive with the pictures
     * @param order what the numbers mean, if the user said so
     * @return the classes and where their order comes from
     * @throws DataException if labels are missing or wrong
     */
    Meaning label(IndexBuilder index, Path root, Path pictures, Optional<LabelOrder> order)
            throws IOException {
        index.witness(file);
        String[] labels = labelsOf(index, pictures);
        boolean numbers = List.of(labels).stream().allMatch(LabelFile::isNumber);
        if (!numbers) {
            return byName(index, labels);
        }
        int[] values = List.of(labels).stream().mapToInt(Integer::parseInt).toArray();
        Optional<LabelOrder> known = knownOrder(index, values);
        LabelOrder found = known.or(() -> order).orElseGet(() -> likely(values));
        if (order.isPresent() && order.get() != found) {
            throw new DataException(
                    file
                            + " has "
                            + found
                            + ", as the labels of the first official validation pictures show, not "
                            + order.get()
                            + ". Leave the order out or name the right one");
        }
        String text =
                file.getFileName()
                        + ": "
                        + found
                        + (known.isPresent() ? ", checked by the first official pictures" : "");
        return found == LabelOrder.SORTED
                ? bySortedPlace(index, values, text)
                : byIlsvrcId(index, values, root, pictures, text);
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,9}");
    }

    private String[] labelsOf(IndexBuilder index, Path pictures) throws DataException {
        String[] labels = new String[index.size()];
        if (named.isEmpty()) {
            if (listed.size() != labels.length) {
                throw new DataException(
                        file
                                + " has "
                                + listed.size()
                                + " labels for the "
                                + labels.length
                                + " pictures in "
                                + pictures
                                + ". Without names there must be one for each, in the order of the"
                                + " pictures' names");
            }
            int[] byName =
                    IntStream.range(0, labels.length)
                            .boxed()
                            .sorted(
                                    (a, b) ->
                                            Names.BYTE_ORDER.compare(index.name(a), index.name(b)))
                            .mapToInt(Integer::intValue)
                            .toArray();
            for (int i = 0; i < labels.length; i++) {
                labels[byName[i]] = listed.get(i);
            }
            return labels;
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = named.get(stem(index.name(i)));
            if (labels[i] == null) {
                throw new DataException(
                        file
                                + " has no label for "
                                + index.name(i)
                                + " in "
                                + pictures
                                + ". Add it, or remove the picture");
            }
        }
        return labels;
    }

    /** The order that the known labels of official pictures show; empty without those pictures. */
    private Optional<LabelOrder> knownOrder(IndexBuilder index, int[] labels) throws DataException {
        int[] first = new int[KNOWN];
        int found = 0;
        for (int i = 0; i < labels.length; i++) {
            String stem = stem(index.name(i));
            if (stem.startsWith(OFFICIAL) && isNumber(stem.substring(OFFICIAL.length()))) {
                int number = Integer.parseInt(stem.substring(OFFICIAL.length()));
                if (number >= 1 && number <= KNOWN) {
                    first[number - 1] = labels[i];
                    found++;
                }
            }
        }
        if (found != KNOWN) {
            return Optional.empty();
        }
        for (Map.Entry<LabelOrder, int[]> known : FIRST_LABELS.entrySet()) {
            if (Arrays.equals(first, known.getValue())) {
                return Optional.of(known.getKey());
            }
        }
        throw new DataException(
                file
                        + " gives the first official validation pictures the labels "
                        + Arrays.toString(first)
                        + ", expected "
                        + Arrays.toString(FIRST_LABELS.get(LabelOrder.SORTED))
                        + " ("
                        + LabelOrder.SORTED
                        + ") or "
                        + Arrays.toString(FIRST_LABELS.get(LabelOrder.ILSVRC))
                        + " ("
                        + LabelOrder.ILSVRC
                        + "). Its lines are in another order, or it belongs to other pictures");
    }

    private LabelOrder likely(int[] labels) {
        boolean fromOne =
                IntStream.of(labels).min().orElse(0) >= 1
                        && IntStream.of(labels).max().orElse(0) == ClassSet.IMAGENET_1K.size();
        return fromOne || file.getFileName().toString().contains("ground_truth")
                ? LabelOrder.ILSVRC
                : LabelOrder.SORTED;
    }

    private Meaning byName(IndexBuilder index, String[] labels) {
        List<String> classes = Names.classOrder(List.of(labels).stream().distinct().toList());
        Map<String, Integer> places = new HashMap<>();
        classes.forEach(name -> places.put(name, places.size()));
        for (int i = 0; i < labels.length; i++) {
            index.setLabel(i, places.get(labels[i]));
        }
        return new Meaning(
                classes, file.getFileName() + ": class names, " + Names.orderOf(classes));
    }

    private Meaning bySortedPlace(IndexBuilder index, int[] labels, String text)
            throws DataException {
        ClassNames names = new ClassNames();
        for (int i = 0; i < labels.length; i++) {
            index.setLabel(i, names.add(labels[i], null));
        }
        boolean official = labels.length > 0 && index.name(0).startsWith(OFFICIAL);
        return new Meaning(names.classes(official, file.toString()), text);
    }

    private Meaning byIlsvrcId(
            IndexBuilder index, int[] labels, Path root, Path pictures, String text)
            throws IOException {
        Path list =
                first(folders(root, pictures), CLASS_LISTS)
                        .orElseThrow(
                                () ->
                                        new DataException(
                                                file
                                                        + " has "
                                                        + LabelOrder.ILSVRC
                                                        + ", whose classes are in the development"
                                                        + " kit. Put its meta.mat, or map_clsloc.txt"
                                                        + " (lines 'n02119789 1 kit_fox'),"
                                                        + " beside the labels, or use labels by"
                                                        + " class name"));
        index.witness(list);
        Map<Integer, String> ids =
                list.endsWith(DevkitMeta.NAME) ? DevkitMeta.classes(list) : ilsvrc(list);
        List<String> classes = Names.classOrder(ids.values().stream().distinct().toList());
        requireKnown(list, ids);
        for (int i = 0; i < labels.length; i++) {
            String name = ids.get(labels[i]);
            if (name == null) {
                throw new DataException(
                        file
                                + " has the label "
                                + labels[i]
                                + " for "
                                + index.name(i)
                                + ", expected 1 to "
                                + ids.size()
                                + ", the classes in "
                                + list);
            }
            index.setLabel(i, classes.indexOf(name));
        }
        return new Meaning(classes, text + ", classes from " + list.getFileName());
    }

    /** The official pictures' labels in both orders tell five classes' places in both. */
    private static void requireKnown(Path list, Map<Integer, String> ids) throws DataException {
        if (ids.size() != ClassSet.IMAGENET_1K.size()) {
            return;
        }
        List<Label> sorted = Label.of(ClassSet.IMAGENET_1K);
        for (int i = 0; i < KNOWN; i++) {
            int id = FIRST_LABELS.get(LabelOrder.ILSVRC)[i];
            String expected = sorted.get(FIRST_LABELS.get(LabelOrder.SORTED)[i]).id();
            if (!expected.equals(ids.get(id))) {
                throw new DataException(
                        list
                                + " calls class "
                                + id
                                + " "
                                + ids.get(id)
                                + ", in ILSVRC it is "
                                + expected
                                + ". Take the list from the development kit");
            }
        }
    }

    private static Map<Integer, String> ilsvrc(Path list) throws IOException {
        Map<Integer, String> ids = new TreeMap<>();
        int number = 0;
        for (String line : Files.readAllLines(list)) {
            number++;
            String[] words = line.strip().split("\\s+");
            if (line.isBlank()) {
                continue;
            }
            if (words.length < 2
                    || !isNumber(words[1])
                    || ids.put(Integer.valueOf(words[1]), words[0]) != null) {
                throw new DataException(
                        list
                                + ", line "
                                + number
                                + ": found '"
                                + line
                                + "', expected a class name and its id, each id once");
            }
        }
        return ids;
    }
}
