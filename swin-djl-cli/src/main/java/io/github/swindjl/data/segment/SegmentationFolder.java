// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.DataSplit;
import io.github.swindjl.data.DataSplits;
import io.github.swindjl.data.LargePictures;
import io.github.swindjl.zoo.image.IndexPicture;
import io.github.swindjl.zoo.image.IndexReader;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureException;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.image.PictureSize;
import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One split of a set in the layout of ADE20K: {@code images/<split>/<stem>.jpg} and {@code
 * annotations/<split>/<stem>.png}. Pictures are in the order of their names. What the masks mean
 * say the {@link MaskRules} of the set.
 *
 * <p>Immutable, thread-safe; files are read when they are asked for.
 */
public final class SegmentationFolder implements DataSplit {

    /** The split to learn from. */
    public static final String TRAINING = "training";

    /** The split to validate on. */
    public static final String VALIDATION = "validation";

    private static final String IMAGES = "images";
    private static final String ANNOTATIONS = "annotations";
    private static final List<String> SUFFIXES = List.of(".jpg", ".jpeg", ".png", ".bmp");

    private final Path set;
    private final String split;
    private final MaskRules rules;
    private final List<Path> pictures;

    /**
     * Both splits of a set.
     *
     * @param train the split to learn from
     * @param val the split to validate on
     */
    public record TrainVal(SegmentationFolder train, SegmentationFolder val)
            implements DataSplits {}

    private SegmentationFolder(Path set, String split, MaskRules rules, List<Path> pictures) {
        this.set = set;
        this.split = split;
        this.rules = rules;
        this.pictures = pictures;
    }

    /**
     * Tells whether a folder is laid out so.
     *
     * @param root the set's root folder
     * @return whether it has folders for pictures and masks
     */
    public static boolean isAt(Path root) {
        return Files.isDirectory(root.resolve(IMAGES))
                && Files.isDirectory(root.resolve(ANNOTATIONS));
    }

    /**
     * Opens one split.
     *
     * @param root the set's root folder
     * @param split the split's folder below {@code images} and {@code annotations}
     * @return the split
     * @throws DataException if a folder is missing or empty, two pictures have one stem, a picture
     *     has no mask, or the set's rules are not valid
     */
    public static SegmentationFolder open(Path root, String split) throws DataException {
        SegmentationFolder data = list(root, split);
        for (int i = 0; i < data.size(); i++) {
            data.requireMask(i);
        }
        return data;
    }

    /**
     * Opens one split without the pictures that cannot be used: those without a mask, and those of
     * which a file cannot be read or breaks a rule. Finding them takes as long as decoding all. The
     * rest keeps its order, so that the same files give the same pictures.
     *
     * @param root the set's root folder
     * @param split the split's folder below {@code images} and {@code annotations}
     * @param leftOut is told why each picture is left out
     * @return what can be used
     * @throws DataException if nothing can be used, or as {@link #open} for the folders and rules
     */
    public static SegmentationFolder openReadable(Path root, String split, Consumer<String> leftOut)
            throws DataException {
        SegmentationFolder all = list(root, split);
        LargePictures large = new LargePictures();
        List<Optional<String>> problems =
                IntStream.range(0, all.size())
                        .parallel()
                        .mapToObj(index -> all.problem(index, large))
                        .toList();
        problems.stream().flatMap(Optional::stream).forEach(leftOut);
        List<Path> good =
                IntStream.range(0, all.size())
                        .filter(index -> problems.get(index).isEmpty())
                        .mapToObj(all::path)
                        .toList();
        if (good.isEmpty()) {
            throw new DataException(
                    "None of the " + all.size() + " pictures in " + all.root() + " can be used");
        }
        return new SegmentationFolder(root, split, all.rules, good);
    }

    private Optional<String> problem(int index, LargePictures large) {
        try {
            requireMask(index);
            large.decode(dimensions(index), () -> read(index));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }

    private void requireMask(int index) throws DataException {
        if (!Files.isRegularFile(mask(index))) {
            throw new DataException(
                    path(index)
                            + " has no mask: there is no file "
                            + mask(index)
                            + ". Add it, or remove the picture");
        }
    }

    /** Lists the pictures of a split, whether or not they can be used. */
    private static SegmentationFolder list(Path root, String split) throws DataException {
        Path folder = root.resolve(IMAGES).resolve(split);
        Path masks = root.resolve(ANNOTATIONS).resolve(split);
        for (Path needed : List.of(folder, masks)) {
            if (!Files.isDirectory(needed)) {
                throw new DataException(
                        "There is no folder "
                                + needed
                                + "; expected a data set laid out as "
                                + IMAGES
                                + "/<split>/<name>.jpg and "
                                + ANNOTATIONS
                                + "/<split>/<name>.png"
                                + splits(root));
            }
        }
        MaskRules rules = MaskRules.of(root);
        Map<String, Path> byStem = new TreeMap<>();
        for (Path file : files(folder)) {
            String name = file.getFileName().toString();
            if (SUFFIXES.stream().noneMatch(name.toLowerCase(Locale.ROOT)::endsWith)) {
                continue;
            }
            Path other = byStem.put(stem(file), file);
            if (other != null) {
                throw new DataException(
                        other
                                + " and "
                                + file
                                + " have the same name but for the suffix, so that they share a"
                                + " mask; rename or remove one");
            }
        }
        if (byStem.isEmpty()) {
            throw new DataException(
                    folder + " has no pictures, expected " + String.join(", ", SUFFIXES));
        }
        return new SegmentationFolder(root, split, rules, List.copyOf(byStem.values()));
    }

    /**
     * Opens the splits of a training.
     *
     * @param root the set's root folder
     * @return {@value #TRAINING} and {@value #VALIDATION}
     * @throws DataException as {@link #open}
     */
    public static TrainVal openTrainAndVal(Path root) throws DataException {
        return new TrainVal(open(root, TRAINING), open(root, VALIDATION));
    }

    /**
     * Opens the splits of a training without what cannot be used, as {@link #openReadable} does.
     *
     * @param root the set's root folder
     * @param leftOut is told why each picture is left out
     * @return {@value #TRAINING} and {@value #VALIDATION}
     * @throws DataException as {@link #openReadable}
     */
    public static TrainVal openReadableTrainAndVal(Path root, Consumer<String> leftOut)
            throws DataException {
        return new TrainVal(
                openReadable(root, TRAINING, leftOut), openReadable(root, VALIDATION, leftOut));
    }

    private static String splits(Path root) throws DataException {
        Path images = root.resolve(IMAGES);
        if (!Files.isDirectory(images)) {
            return "";
        }
        List<String> found =
                files(images).stream()
                        .filter(Files::isDirectory)
                        .map(folder -> folder.getFileName().toString())
                        .toList();
        return found.isEmpty() ? "" : "; its splits are " + String.join(", ", found);
    }

    private static List<Path> files(Path folder) throws DataException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new DataException(folder + " cannot be read: " + Causes.of(e), e);
        }
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    @Override
    public int size() {
        return pictures.size();
    }

    @Override
    public Path root() {
        return set.resolve(IMAGES).resolve(split);
    }

    /**
     * Returns what the masks mean.
     *
     * @return the rules of the set
     */
    public MaskRules rules() {
        return rules;
    }

    /**
     * Returns the split's name.
     *
     * @return the folder's name
     */
    public String split() {
        return split;
    }

    /**
     * Returns a picture's file.
     *
     * @param index from 0
     * @return the file
     */
    public Path path(int index) {
        return pictures.get(index);
    }

    /**
     * Returns a picture's mask.
     *
     * @param index from 0
     * @return the file
     */
    public Path mask(int index) {
        return set.resolve(ANNOTATIONS).resolve(split).resolve(stem(path(index)) + ".png");
    }

    /**
     * Returns a picture's size without decoding it.
     *
     * @param index from 0
     * @return the size that its file states
     * @throws DataException if the file cannot be read; names it
     */
    public PictureSize dimensions(int index) throws DataException {
        try {
            return PictureReader.size(path(index));
        } catch (PictureException e) {
            throw new DataException(e.getMessage(), e);
        }
    }

    /**
     * Reads a picture with its labels.
     *
     * @param index from 0
     * @return both
     * @throws DataException if a file cannot be read or breaks a rule; names the file and the rule
     */
    public LabelledPicture read(int index) throws DataException {
        Path file = path(index);
        Path maskFile = mask(index);
        try {
            Picture picture = PictureReader.read(file);
            IndexPicture mask = IndexReader.read(maskFile);
            if (mask.width() != picture.width() || mask.height() != picture.height()) {
                throw new DataException(
                        maskFile
                                + " is a mask of "
                                + mask.width()
                                + "x"
                                + mask.height()
                                + " pixels, expected "
                                + picture.width()
                                + "x"
                                + picture.height()
                                + ", the size of its picture "
                                + file
                                + ". Make them equal");
            }
            return new LabelledPicture(picture, rules.labels(mask, maskFile));
        } catch (PictureException e) {
            throw new DataException(e.getMessage(), e);
        }
    }

    @Override
    public String fingerprint() throws DataException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(rules.toString().getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < size(); i++) {
                for (Path file : List.of(path(i), mask(i))) {
                    digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                    digest.update(ByteBuffer.allocate(9).putLong(1, Files.size(file)).array());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new DataException(root() + " cannot be read: " + Causes.of(e), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
