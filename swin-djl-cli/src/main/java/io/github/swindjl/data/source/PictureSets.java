// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.DataSummary;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.SelectedSource;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.zoo.image.PictureFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Opens picture sets, however they lie on disk. For a split such as {@code val} of a root these are
 * looked for, in this order:
 *
 * <ol>
 *   <li>the folder {@code val} with class folders, tar archives, or pictures and a label file
 *   <li>{@code val.zip}, with {@code val_map.txt} or with class folders
 *   <li>{@code val.tar}, {@code ILSVRC2012_img_val.tar}, or shards such as {@code
 *       imagenet-val-000000.tar}
 *   <li>a list of files with labels, {@code val_map.txt} or {@code …_map_val.txt}
 * </ol>
 *
 * A root without any split is the split itself.
 *
 * <p>Classes are ordered by the bytes of their names, or by number where the names are exactly the
 * numbers from 0 on; pictures in folders by class, then by the bytes of their names. Files are told
 * by their extension, links followed; names that begin with a dot are passed over.
 *
 * <p>Without state; safe for use by many threads.
 */
public final class PictureSets {

    static final String LAYOUT = "<root>/{train,val}/<class>/<picture>";

    private static final List<String> SPLITS = List.of(PictureSource.TRAIN, PictureSource.VAL);

    /**
     * How to open a set.
     *
     * @param skipUnreadable whether to leave out what cannot be read; otherwise it is an error
     * @param labelOrder what the numbers in a label file mean; empty to find out
     */
    public record Options(boolean skipUnreadable, Optional<LabelOrder> labelOrder) {

        /** Nothing may be unreadable; the meaning of labels is found out. */
        public static final Options STRICT = new Options(false, Optional.empty());
    }

    private PictureSets() {}

    /**
     * Opens one split, all of which must be readable.
     *
     * @param root root of the picture set
     * @param split name of the split, such as {@code val}
     * @return the split
     * @throws IOException if there is no such split or it is unusable
     */
    public static IndexedSource open(Path root, String split) throws IOException {
        return open(root, split, Options.STRICT);
    }

    /**
     * Opens one split.
     *
     * @param root root of the picture set: a folder, or a tar or zip archive
     * @param split name of the split, such as {@code val}
     * @param options how to open it
     * @return the split
     * @throws IOException if there is no such split or it is unusable
     */
    public static IndexedSource open(Path root, String split, Options options) throws IOException {
        return open(root, split, options, () -> list(root, split, options.labelOrder()));
    }

    /** Makes the list of a split. */
    @FunctionalInterface
    private interface Listing {
        Index make() throws IOException;
    }

    /** Opens a split by its list, which may be kept from before under the name. */
    private static IndexedSource open(Path root, String name, Options options, Listing listing)
            throws IOException {
        requireThere(root);
        Path folder = Files.isDirectory(root) ? root : root.toAbsolutePath().getParent();
        try {
            IndexCache cache = new IndexCache(root, folder, name, options.labelOrder());
            Optional<Index> kept = cache.get();
            Index index = kept.isPresent() ? kept.get() : listing.make();
            if (kept.isEmpty()) {
                cache.put(index);
            }
            if (!options.skipUnreadable()) {
                requireReadable(root, index.head().facts().unreadable());
            }
            return new IndexedSource(folder, index, cache::forget);
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(
                    "Cannot read "
                            + (e instanceof AccessDeniedException
                                    ? e.getMessage()
                                    : root + " (" + e + ")")
                            + ", expected a data set laid out as "
                            + LAYOUT
                            + ". Check the permissions and the disk",
                    e);
        }
    }

    /**
     * Opens pictures whose labels, if they have any, do not matter. A folder counts with all that
     * lies below it, however it is arranged; archives and lists are read as by {@link #open}.
     *
     * @param root root of the picture set: any folder with pictures, or an archive
     * @param heldOut share of the pictures to validate on where the root has no {@code train} and
     *     {@code val}, above 0 and below 1
     * @return pictures to learn from and to validate on; classes mean nothing and may differ
     * @throws IOException if there are too few pictures or the root is unusable
     */
    public static TrainVal openUnlabelled(Path root, double heldOut) throws IOException {
        return unlabelledBoth(root, heldOut, split -> unlabelled(root, split, Options.STRICT));
    }

    /**
     * Opens pictures whose labels do not matter without what cannot be read, as {@link
     * #openReadable} does; what is held out is chosen from the rest.
     *
     * @param root as for {@link #openUnlabelled}
     * @param heldOut as for {@link #openUnlabelled}
     * @param leftOut is told of everything that is left out, and why
     * @return pictures to learn from and to validate on
     * @throws IOException if there are too few pictures or the root is unusable
     */
    public static TrainVal openReadableUnlabelled(
            Path root, double heldOut, Consumer<String> leftOut) throws IOException {
        Options lenient = new Options(true, Optional.empty());
        return unlabelledBoth(
                root, heldOut, split -> readable(unlabelled(root, split, lenient), leftOut));
    }

    private static TrainVal unlabelledBoth(Path root, double heldOut, Opening opening)
            throws IOException {
        requireThere(root);
        PictureSource train = opening.open(PictureSource.TRAIN);
        return Files.isDirectory(root)
                        && has(root, PictureSource.TRAIN)
                        && has(root, PictureSource.VAL)
                ? new TrainVal(train, opening.open(PictureSource.VAL))
                : SelectedSource.holdingOut(train, heldOut);
    }

    /** Opens a split, or the root if it has none, as one heap of pictures if it is a folder. */
    private static IndexedSource unlabelled(Path root, String split, Options options)
            throws IOException {
        if (!Files.isDirectory(root)) {
            return open(root, split, options);
        }
        Path folder = has(root, split) ? root.resolve(split) : root;
        boolean heap =
                folder.equals(root)
                        || Files.isDirectory(folder)
                                && Tars.among(folder, Names.in(folder)).isEmpty();
        return heap
                ? open(
                        root,
                        split + ", unlabelled",
                        options,
                        () -> ClassFolders.listUnlabelled(root, folder, folder.equals(root)))
                : open(root, split, options);
    }

    /**
     * Opens one split without what cannot be read, which takes as long as decoding all of it. The
     * rest keeps its order, so that the same files give the same pictures.
     *
     * @param root root of the picture set: a folder, or a tar or zip archive
     * @param split name of the split, such as {@code val}
     * @param order what the numbers in a label file are, if that is to be said
     * @param leftOut is told of everything that is left out, and why
     * @return what can be read
     * @throws IOException if there is no such split, or nothing of it can be read
     */
    public static PictureSource openReadable(
            Path root, String split, Optional<LabelOrder> order, Consumer<String> leftOut)
            throws IOException {
        return readable(open(root, split, new Options(true, order)), leftOut);
    }

    private static PictureSource readable(IndexedSource found, Consumer<String> leftOut)
            throws IOException {
        found.facts()
                .unreadable()
                .forEach(thing -> leftOut.accept(thing.name() + ": " + thing.reason()));
        DataSummary summary = DataSummary.inspect(found, DataSummary.Depth.DECODE);
        summary.broken().forEach(picture -> leftOut.accept(picture.reason()));
        return SelectedSource.withoutBroken(found, summary);
    }

    /**
     * Opens the splits {@code train} and {@code val}, which must have the same classes.
     *
     * @param root root of the picture set
     * @return both splits
     * @throws IOException if a split is missing or unusable, or their classes differ
     */
    public static TrainVal openTrainAndVal(Path root) throws IOException {
        return openBoth(root, split -> open(root, split));
    }

    /**
     * Opens the splits {@code train} and {@code val} without what cannot be read, as {@link
     * #openReadable} does.
     *
     * @param root root of the picture set
     * @param leftOut is told of everything that is left out, and why
     * @return what can be read of both splits
     * @throws IOException if a split is missing or nothing of it can be read, or their classes
     *     differ
     */
    public static TrainVal openReadableTrainAndVal(Path root, Consumer<String> leftOut)
            throws IOException {
        return openBoth(root, split -> openReadable(root, split, Optional.empty(), leftOut));
    }

    /** Opens a split in one way or another. */
    private interface Opening {
        PictureSource open(String split) throws IOException;
    }

    private static TrainVal openBoth(Path root, Opening opening) throws IOException {
        requireThere(root);
        if (!Files.isDirectory(root)
                || !has(root, PictureSource.TRAIN)
                || !has(root, PictureSource.VAL)) {
            throw new DataException(
                    root
                            + " needs the folders '"
                            + PictureSource.TRAIN
                            + "' and '"
                            + PictureSource.VAL
                            + "' to train on, or archives or lists of those names; found "
                            + (Files.isDirectory(root) ? Names.some(Names.in(root)) : "a file")
                            + ". Arrange the pictures as "
                            + LAYOUT);
        }
        TrainVal both =
                new TrainVal(opening.open(PictureSource.TRAIN), opening.open(PictureSource.VAL));
        requireSameClasses(both);
        return both;
    }

    /**
     * Tells whether a root has something for a split.
     *
     * @param root root of a picture set, a folder
     * @param split name of the split
     * @return whether {@link #open} finds that split, rather than taking the root for it
     * @throws IOException if the root cannot be read
     */
    public static boolean has(Path root, String split) throws IOException {
        return Files.isDirectory(root.resolve(split))
                || Files.isRegularFile(zip(root, split))
                || !tars(root, split).isEmpty()
                || list(root, split).isPresent();
    }

    private static Index list(Path root, String split, Optional<LabelOrder> order)
            throws IOException {
        if (Files.isRegularFile(root)) {
            return archive(root, split, order);
        }
        Path folder = root.resolve(split);
        if (Files.isDirectory(folder)) {
            return folder(root, folder, split, false, order);
        }
        Path zip = zip(root, split);
        Optional<Path> list = list(root, split);
        if (Files.isRegularFile(zip)) {
            return list.isPresent()
                    ? Listed.zip(root, zip, list.get(), split)
                    : Listed.zip(root, zip, false);
        }
        List<Path> tars = tars(root, split);
        if (!tars.isEmpty()) {
            Path base = tars.size() == 1 ? tars.get(0) : root;
            return Tars.list(root, base, tars, false, labels(root, base, split), order);
        }
        if (list.isPresent()) {
            return Listed.files(root, list.get());
        }
        for (String other : SPLITS) {
            if (has(root, other)) {
                throw new DataException(
                        root
                                + " has no split '"
                                + split
                                + "'; found "
                                + Names.some(Names.in(root))
                                + ", expected "
                                + LAYOUT
                                + ". Name one of its splits, or add the folder "
                                + folder);
            }
        }
        return folder(root, root, split, true, order);
    }

    private static Index archive(Path file, String split, Optional<LabelOrder> order)
            throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path absolute = file.toAbsolutePath();
        if (file.toString().endsWith(".zip")) {
            return Listed.zip(folder, absolute, true);
        }
        return Tars.list(
                folder, absolute, List.of(absolute), true, labels(folder, absolute, split), order);
    }

    private static Index folder(
            Path root, Path folder, String split, boolean onlySplit, Optional<LabelOrder> order)
            throws IOException {
        if (!Names.foldersIn(folder).isEmpty()) {
            return ClassFolders.list(root, folder, onlySplit);
        }
        List<String> names = Names.in(folder);
        List<Path> tars = Tars.among(folder, names);
        if (!tars.isEmpty()) {
            return Tars.list(root, folder, tars, onlySplit, labels(root, folder, split), order);
        }
        boolean pictures = names.stream().anyMatch(PictureFiles::isPicture);
        Optional<LabelFile> labels =
                pictures ? labels(root, folder, split) : Optional.<LabelFile>empty();
        if (labels.isEmpty()) {
            throw new DataException(
                    folder
                            + " has no class folders; found "
                            + Names.some(names)
                            + ", expected "
                            + LAYOUT
                            + ". Give each class a folder of its own"
                            + (pictures
                                    ? ", or put a file with the labels beside the pictures: "
                                            + LabelFile.expected(split)
                                    : ""));
        }
        return LabelledFolder.list(root, folder, onlySplit, labels.get(), order);
    }

    private static Optional<LabelFile> labels(Path root, Path pictures, String split)
            throws IOException {
        Optional<Path> file = LabelFile.find(root, pictures, split);
        return file.isEmpty() ? Optional.empty() : Optional.of(LabelFile.read(file.get()));
    }

    private static Path zip(Path root, String split) {
        return root.resolve(split + ".zip");
    }

    /** Archives of a split: the official one's name, or the split among the parts of a name. */
    private static List<Path> tars(Path root, String split) throws IOException {
        Pattern named =
                Pattern.compile("(?:.*[-_.])?" + Pattern.quote(split) + "(?:[-_.].*)?\\.tar");
        return Tars.among(
                root,
                Names.in(root).stream().filter(name -> named.matcher(name).matches()).toList());
    }

    private static Optional<Path> list(Path root, String split) throws IOException {
        return Stream.concat(
                        Stream.of(split + "_map.txt"),
                        Names.in(root).stream()
                                .filter(name -> name.endsWith("_map_" + split + ".txt")))
                .map(root::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static void requireThere(Path root) throws DataException {
        if (!Files.exists(root)) {
            throw new DataException(
                    "There is no data set at "
                            + root
                            + ": no such folder. Name a folder laid out as "
                            + LAYOUT);
        }
    }

    private static void requireReadable(Path root, List<Unreadable> unreadable)
            throws DataException {
        if (!unreadable.isEmpty()) {
            throw new DataException(
                    "Cannot read "
                            + unreadable.size()
                            + (unreadable.size() == 1 ? " thing in " : " things in ")
                            + root
                            + ": "
                            + Names.some(
                                    unreadable.stream()
                                            .map(
                                                    thing ->
                                                            thing.name()
                                                                    + " ("
                                                                    + thing.reason()
                                                                    + ")")
                                            .toList())
                            + ". Check the permissions, get them again, or"
                            + " leave them out with --skip-broken; 'swin data inspect' lists all");
        }
    }

    /**
     * Checks that two splits have the same classes.
     *
     * @param both the splits
     * @throws DataException if one has a class that the other lacks
     */
    public static void requireSameClasses(TrainVal both) throws DataException {
        Set<String> missing = new LinkedHashSet<>(both.train().classes());
        both.val().classes().forEach(missing::remove);
        Set<String> extra = new LinkedHashSet<>(both.val().classes());
        both.train().classes().forEach(extra::remove);
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new DataException(
                    "The splits have different classes: "
                            + both.val().root()
                            + " lacks "
                            + Names.some(missing)
                            + " and has beyond "
                            + both.train().root()
                            + " "
                            + Names.some(extra)
                            + ". Give both splits the same class folders");
        }
        if (!both.train().classes().equals(both.val().classes())) {
            throw new DataException(
                    both.train().root()
                            + " and "
                            + both.val().root()
                            + " have the same classes in different orders, so a label would mean"
                            + " two things. Number the labels of both in the order of the sorted"
                            + " class names");
        }
    }
}
