// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.PictureFile;
import io.github.swindjl.zoo.image.PictureFiles;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.image.PictureSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One split of a picture set in ImageNet's layout: {@code <root>/<split>/<class>/<picture>}.
 *
 * <p>Classes are the folders' names in byte order, and their index is their place in that order.
 * Pictures are ordered by class, then by the bytes of their name, so the order is the same on every
 * file system. Files are told by their extension (case does not matter); links are followed; names
 * that begin with a dot and files of other kinds are ignored. A file's content is looked at only
 * when it is read.
 *
 * <p>Immutable and thread-safe. The listing is kept as one block of bytes, about the length of the
 * file names, so that sets of many millions of pictures fit into memory.
 */
public final class ImageFolder implements PictureSource {

    private static final String LAYOUT = "<root>/{train,val}/<class>/<picture>";

    private static final Comparator<byte[]> BYTE_ORDER = Arrays::compareUnsigned;

    private final Path folder;
    private final boolean onlySplit;
    private final List<String> classes;

    /** First picture of each class, and the number of all pictures at the end. */
    private final int[] firstOfClass;

    private final NameList names;

    private ImageFolder(
            Path folder,
            boolean onlySplit,
            List<String> classes,
            int[] firstOfClass,
            NameList names) {
        this.folder = folder;
        this.onlySplit = onlySplit;
        this.classes = classes;
        this.firstOfClass = firstOfClass;
        this.names = names;
    }

    /**
     * Lists one split. A root that has no folder of that name, and neither {@value #TRAIN} nor
     * {@value #VAL}, is taken to hold the class folders itself; {@link #onlySplit()} then says so.
     *
     * @param root root of the picture set
     * @param split name of the split's folder, such as {@code val}
     * @return the split
     * @throws DataException if there is no such folder, it has no class folders, or a class folder
     *     has no picture
     */
    public static ImageFolder open(Path root, String split) throws DataException {
        requireFolder(root);
        Path folder = root.resolve(split);
        if (Files.isDirectory(folder)) {
            return scan(folder, false);
        }
        if (Files.isDirectory(root.resolve(TRAIN)) || Files.isDirectory(root.resolve(VAL))) {
            throw new DataException(
                    root
                            + " has no split '"
                            + split
                            + "'; found "
                            + listing(subfolders(root))
                            + ", expected "
                            + LAYOUT
                            + ". Name one of its splits, or add the folder "
                            + folder);
        }
        return scan(root, true);
    }

    /**
     * Lists the splits {@value #TRAIN} and {@value #VAL}, which must have the same classes.
     *
     * @param root root of the picture set
     * @return both splits
     * @throws DataException if a split is missing or unusable, or their classes differ
     */
    public static TrainVal openTrainAndVal(Path root) throws DataException {
        requireFolder(root);
        if (!Files.isDirectory(root.resolve(TRAIN)) || !Files.isDirectory(root.resolve(VAL))) {
            throw new DataException(
                    root
                            + " needs the folders '"
                            + TRAIN
                            + "' and '"
                            + VAL
                            + "' to train on; found "
                            + listing(subfolders(root))
                            + ". Arrange the pictures as "
                            + LAYOUT);
        }
        TrainVal both = new TrainVal(open(root, TRAIN), open(root, VAL));
        requireSameClasses(both);
        return both;
    }

    @Override
    public Path root() {
        return folder;
    }

    @Override
    public boolean onlySplit() {
        return onlySplit;
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int count(int label) {
        return firstOfClass[label + 1] - firstOfClass[label];
    }

    @Override
    public int label(int index) {
        names.check(index);
        int found = Arrays.binarySearch(firstOfClass, index);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public String name(int index) {
        return classes.get(label(index)) + "/" + names.get(index);
    }

    /**
     * Returns the file of a picture.
     *
     * @param index picture index, from 0
     * @return the file
     */
    public Path path(int index) {
        return folder.resolve(classes.get(label(index))).resolve(names.get(index));
    }

    @Override
    public String place(int index) {
        return path(index).toString();
    }

    @Override
    public long bytes(int index) throws IOException {
        return Files.size(path(index));
    }

    @Override
    public PictureSize dimensions(int index) throws IOException {
        return PictureReader.size(path(index));
    }

    @Override
    public PictureFile open(int index) throws IOException {
        return PictureReader.open(path(index));
    }

    @Override
    public String fingerprint() throws DataException {
        MessageDigest digest = sha256();
        for (int index = 0; index < size(); index++) {
            Path file = path(index);
            try {
                digest.update(name(index).getBytes(StandardCharsets.UTF_8));
                digest.update(ByteBuffer.allocate(9).putLong(1, Files.size(file)).array());
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void requireFolder(Path root) throws DataException {
        if (!Files.exists(root)) {
            throw new DataException(
                    "There is no data set at "
                            + root
                            + ": no such folder. Name a folder laid out as "
                            + LAYOUT);
        }
        if (!Files.isDirectory(root)) {
            throw new DataException(
                    root
                            + " is a file, expected the root folder of a data set laid out as "
                            + LAYOUT
                            + ". Unpack it if it is an archive");
        }
    }

    private static void requireSameClasses(TrainVal both) throws DataException {
        Set<String> missing = new LinkedHashSet<>(both.train().classes());
        both.val().classes().forEach(missing::remove);
        Set<String> extra = new LinkedHashSet<>(both.val().classes());
        both.train().classes().forEach(extra::remove);
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new DataException(
                    "The splits have different classes: "
                            + both.val().root()
                            + " lacks "
                            + listing(missing)
                            + " and has beyond "
                            + both.train().root()
                            + " "
                            + listing(extra)
                            + ". Give both splits the same class folders");
        }
    }

    private static ImageFolder scan(Path folder, boolean onlySplit) throws DataException {
        List<String> classes = subfolders(folder);
        if (classes.isEmpty()) {
            throw new DataException(
                    folder
                            + " has no class folders; found "
                            + listing(entries(folder, name -> true))
                            + ", expected "
                            + LAYOUT
                            + ". Give each class a folder of its own");
        }
        int[] firstOfClass = new int[classes.size() + 1];
        NameList.Builder names = new NameList.Builder();
        for (int label = 0; label < classes.size(); label++) {
            Path classFolder = folder.resolve(classes.get(label));
            List<String> pictures = entries(classFolder, PictureFiles::isPicture);
            if (pictures.isEmpty()) {
                throw new DataException(
                        "The class folder "
                                + classFolder
                                + " has no picture; found "
                                + listing(entries(classFolder, name -> true))
                                + ", expected files ending in "
                                + String.join(", ", PictureFiles.EXTENSIONS)
                                + " in the layout "
                                + LAYOUT
                                + ". Add pictures or remove the folder");
            }
            pictures.forEach(names::add);
            firstOfClass[label + 1] = names.size();
        }
        return new ImageFolder(
                folder, onlySplit, List.copyOf(classes), firstOfClass, names.build());
    }

    private static List<String> subfolders(Path folder) throws DataException {
        return entries(folder, name -> Files.isDirectory(folder.resolve(name)));
    }

    /** Names in a folder, in byte order, without the hidden ones. */
    private static List<String> entries(Path folder, Predicate<String> wanted)
            throws DataException {
        List<byte[]> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                String name = entry.getFileName().toString();
                requireExpressible(folder, entry, name);
                if (!name.startsWith(".") && wanted.test(name)) {
                    found.add(name.getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw unreadable(folder, e.getCause());
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
        found.sort(BYTE_ORDER);
        return found.stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
    }

    /** Names are kept as text, so they must lead back to their file. */
    private static void requireExpressible(Path folder, Path entry, String name)
            throws DataException {
        boolean expressible;
        try {
            expressible = folder.resolve(name).equals(entry);
        } catch (InvalidPathException e) {
            expressible = false;
        }
        if (!expressible) {
            throw new DataException(
                    "A name in "
                            + folder
                            + ", about '"
                            + name
                            + "', cannot be expressed in this system's encoding of file names, "
                            + System.getProperty("sun.jnu.encoding")
                            + ". Set the locale to UTF-8, for example LC_ALL=C.UTF-8");
        }
    }

    private static DataException unreadable(Path path, IOException cause) {
        return new DataException(
                "Cannot read "
                        + path
                        + " ("
                        + cause
                        + "), expected a data set laid out as "
                        + LAYOUT
                        + ". Check the permissions and the disk",
                cause);
    }

    private static String listing(Iterable<String> names) {
        StringBuilder text = new StringBuilder();
        int shown = 0;
        int more = 0;
        for (String name : names) {
            if (shown < 5) {
                text.append(shown++ == 0 ? "" : ", ").append(name);
            } else {
                more++;
            }
        }
        if (shown == 0) {
            return "nothing";
        }
        return more == 0 ? text.toString() : text + " and " + more + " more";
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
