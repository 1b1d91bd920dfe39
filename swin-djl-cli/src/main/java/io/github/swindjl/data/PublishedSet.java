// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import ai.djl.util.Progress;
import ai.djl.util.Utils;
import io.github.swindjl.zoo.download.Downloader;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Picture sets that have a name: the classification sets of DJL's Basic Datasets, and CIFAR-100,
 * which has the format of CIFAR-10.
 *
 * <p>The published files are downloaded once into DJL's cache and checked against their SHA-256.
 * Their pictures are then written, pixel for pixel, as PNG files in the layout of {@link
 * PictureSource}, so that everything that reads class folders reads them too. The published test
 * pictures become the split {@value PictureSource#VAL}. Immutable and thread-safe; several
 * processes may prepare one set at once.
 */
public final class PublishedSet {

    private static final String MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/";
    private static final String FASHION =
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
    private static final String CIFAR = "https://www.cs.toronto.edu/~kriz/";

    private static final List<PublishedSet> ALL =
            List.of(
                    new PublishedSet(
                            "mnist",
                            List.of(
                                    new Source(
                                            MNIST,
                                            IdxSet.TRAIN_PICTURES,
                                            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                                    new Source(
                                            MNIST,
                                            IdxSet.TRAIN_LABELS,
                                            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                                    new Source(
                                            MNIST,
                                            IdxSet.TEST_PICTURES,
                                            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                                    new Source(
                                            MNIST,
                                            IdxSet.TEST_LABELS,
                                            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
                            new IdxSet("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")),
                    new PublishedSet(
                            "fashion-mnist",
                            List.of(
                                    new Source(
                                            FASHION,
                                            IdxSet.TRAIN_PICTURES,
                                            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                                    new Source(
                                            FASHION,
                                            IdxSet.TRAIN_LABELS,
                                            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                                    new Source(
                                            FASHION,
                                            IdxSet.TEST_PICTURES,
                                            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                                    new Source(
                                            FASHION,
                                            IdxSet.TEST_LABELS,
                                            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
                            // The digits keep the published order of the classes.
                            new IdxSet(
                                    "0-t-shirt",
                                    "1-trouser",
                                    "2-pullover",
                                    "3-dress",
                                    "4-coat",
                                    "5-sandal",
                                    "6-shirt",
                                    "7-sneaker",
                                    "8-bag",
                                    "9-ankle-boot")),
                    new PublishedSet(
                            "cifar10",
                            List.of(
                                    new Source(
                                            CIFAR,
                                            CifarSet.TEN.archive(),
                                            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")),
                            CifarSet.TEN),
                    new PublishedSet(
                            "cifar100",
                            List.of(
                                    new Source(
                                            CIFAR,
                                            CifarSet.HUNDRED.archive(),
                                            "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")),
                            CifarSet.HUNDRED));

    private final String name;
    private final List<Source> sources;
    private final Format format;

    /**
     * A published file.
     *
     * @param base address of its folder, with a slash at the end
     * @param file its name
     * @param sha256 its hash, null not to check it
     */
    record Source(String base, String file, String sha256) {}

    /** How published files hold pictures. */
    interface Format {

        /**
         * Reads every picture.
         *
         * @param folder where the published files are
         * @param sink takes the pictures
         * @throws IOException if a file cannot be read or is not of this format
         */
        void read(Path folder, PictureSink sink) throws IOException;
    }

    PublishedSet(String name, List<Source> sources, Format format) {
        this.name = name;
        this.sources = sources;
        this.format = format;
    }

    /**
     * Returns the names of all sets.
     *
     * @return names as {@link #named} takes them
     */
    public static List<String> names() {
        return ALL.stream().map(set -> set.name).toList();
    }

    /**
     * Finds a set.
     *
     * @param name its name
     * @return the set, or empty if none has this name
     */
    public static Optional<PublishedSet> named(String name) {
        return ALL.stream().filter(set -> set.name.equals(name)).findFirst();
    }

    /**
     * Returns the set as class folders, after making them if they are not there.
     *
     * @param progress told how much of a download has come; may be null
     * @return a root that holds its splits as class folders
     * @throws IOException if a file cannot be had (the message says where to put it by hand), is
     *     damaged, or the cache cannot be written
     */
    public Path prepare(Progress progress) throws IOException {
        Path folder =
                Utils.getCacheDir()
                        .resolve("cache/repo/dataset/cv/image_classification/io/github/swindjl")
                        .resolve(name);
        Path pictures = folder.resolve("pictures");
        if (Files.isDirectory(pictures)) {
            return pictures;
        }
        Downloader downloader = Downloader.standard();
        for (Source source : sources) {
            downloader.fetch(
                    URI.create(source.base() + source.file()),
                    folder.resolve(source.file()),
                    source.sha256(),
                    progress);
        }
        Path aside = AtomicFile.aside(pictures);
        try {
            format.read(folder, new PictureSink(aside));
            Files.move(aside, pictures, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(pictures)) {
                throw e;
            }
            // Another process was faster, and its pictures are the same.
        } finally {
            Utils.deleteQuietly(aside);
        }
        return pictures;
    }

    /**
     * Returns the addresses of the published files.
     *
     * @return one address for each file
     */
    public List<URI> addresses() {
        List<URI> addresses = new ArrayList<>();
        sources.forEach(source -> addresses.add(URI.create(source.base() + source.file())));
        return addresses;
    }
}
