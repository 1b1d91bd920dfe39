// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import com.google.gson.GsonBuilder;
import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The built-in picture set: twelve classes of shapes and textures on cluttered backdrops, drawn by
 * the program and fully determined by its options. Colour, place, size, rotation, light and noise
 * are random for every class alike, so only form and texture tell the classes apart.
 *
 * <p>A set appears under its final name in one atomic move, when it is complete; its manifest
 * records the options, and a second call with the same options reuses it.
 */
public final class SampleSet {

    /** Name of the manifest file in the root of a set. */
    public static final String MANIFEST = "sample-set.json";

    /**
     * Part of the manifest; a change of the drawing must raise it, so that old sets are redrawn.
     */
    private static final int DRAWING_VERSION = 2;

    private static final List<String> CLASSES =
            Arrays.stream(Motif.values()).map(Motif::className).toList();

    private final Path target;
    private final Options options;

    private SampleSet(Path target, Options options) {
        this.target = target;
        this.options = options;
    }

    /** How the files of a set are arranged. */
    public enum Layout {
        /** {@code train/<class>/…} and {@code val/<class>/…}, JPEG and PNG mixed. */
        IMAGENET,
        /**
         * {@code images/{training,validation}/*.jpg}, {@code annotations/…/*.png} with one grey
         * byte a pixel, and {@code classes.csv}. Label 0 is clutter of no class; label {@code i +
         * 1} is row {@code i} of {@code classes.csv}, the last of which is the backdrop.
         */
        ADE20K
    }

    /**
     * What to draw.
     *
     * @param layout arrangement of the files
     * @param side width and height of every picture, 16 to 1024 pixels
     * @param trainPerClass training pictures of each class, 1 to 99999; in the ADE20K layout,
     *     pictures whose first object is of the class
     * @param valPerClass validation pictures of each class, 1 to 99999
     * @param seed seed of everything random
     */
    public record Options(Layout layout, int side, int trainPerClass, int valPerClass, long seed) {

        /** Checks the ranges. {@inheritDoc} */
        public Options {
            Objects.requireNonNull(layout, "layout");
            requireWithin("side", side, 16, 1024);
            requireWithin("trainPerClass", trainPerClass, 1, 99_999);
            requireWithin("valPerClass", valPerClass, 1, 99_999);
        }

        /**
         * Returns the defaults of a layout: 4800 + 480 pictures of 64 pixels for classification,
         * 1200 + 96 pictures of 128 pixels with masks for segmentation.
         *
         * @param layout arrangement of the files
         * @return the options
         */
        public static Options of(Layout layout) {
            return layout == Layout.IMAGENET
                    ? new Options(layout, 64, 400, 40, 0)
                    : new Options(layout, 128, 100, 8, 0);
        }

        private static void requireWithin(String name, int value, int low, int high) {
            if (value < low || value > high) {
                throw new IllegalArgumentException(
                        "Sample set option "
                                + name
                                + " is "
                                + value
                                + ", expected a value from "
                                + low
                                + " to "
                                + high);
            }
        }
    }

    /**
     * Returns the names of the object classes in index order.
     *
     * @return twelve names
     */
    public static List<String> classes() {
        return CLASSES;
    }

    /**
     * Draws a set, or finds it complete and leaves it as it is.
     *
     * @param target folder of the set; it must not exist, be empty, or hold this very set
     * @param options what to draw
     * @return whether anything was drawn; false when the set was there already
     * @throws DataException if the target holds something else or cannot be written
     * @throws InterruptedIOException if the thread was interrupted; nothing is left behind
     * @throws IOException if the target cannot be looked at
     */
    public static boolean create(Path target, Options options) throws IOException {
        return create(target, options, Runtime.getRuntime().availableProcessors());
    }

    static boolean create(Path target, Options options, int threads) throws IOException {
        return new SampleSet(target.toAbsolutePath().normalize(), options).create(threads);
    }

    private boolean create(int threads) throws IOException {
        if (isThere()) {
            return false;
        }
        Path parent = target.getParent();
        if (parent == null) {
            throw new DataException(
                    "The sample set cannot replace the root folder "
                            + target
                            + "; name a folder in it");
        }
        Path partial;
        try {
            Files.createDirectories(parent);
            removeAbandoned(parent);
            partial =
                    Files.createTempDirectory(parent, partialPrefix(ProcessHandle.current().pid()));
        } catch (IOException e) {
            throw unwritable(e);
        }
        try {
            draw(partial, threads);
            Files.writeString(partial.resolve(MANIFEST), manifest());
            return publish(partial);
        } catch (DataException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw unwritable(e);
        } finally {
            removeTree(partial);
        }
    }

    /** Returns whether the target is complete, or refuses a target that holds something else. */
    private boolean isThere() throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Files.isDirectory(target)) {
            throw new DataException(
                    target + " is not a folder; name a new or empty folder for the sample set");
        }
        Path file = target.resolve(MANIFEST);
        if (Files.exists(file)) {
            if (Files.readString(file).equals(manifest())) {
                return true;
            }
            throw new DataException(
                    target
                            + " holds a sample set with other options than "
                            + options
                            + " (see "
                            + MANIFEST
                            + " in it); name another folder, or delete it to have it drawn again");
        }
        try (Stream<Path> entries = Files.list(target)) {
            if (entries.findAny().isPresent()) {
                throw new DataException(
                        target
                                + " is not empty and holds no sample set (it has no "
                                + MANIFEST
                                + "); name a new or empty folder");
            }
        }
        return false;
    }

    private boolean publish(Path partial) throws IOException {
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another process may have finished the same set meanwhile.
            if (isThere()) {
                return false;
            }
            throw e;
        }
    }

    private String manifest() {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("drawingVersion", DRAWING_VERSION);
        manifest.put("layout", options.layout());
        manifest.put("side", options.side());
        manifest.put("trainPerClass", options.trainPerClass());
        manifest.put("valPerClass", options.valPerClass());
        manifest.put("seed", options.seed());
        manifest.put("classes", CLASSES);
        return new GsonBuilder().setPrettyPrinting().create().toJson(manifest) + "\n";
    }

    private void draw(Path root, int threads) throws IOException {
        SamplePainter painter = new SamplePainter(root, options);
        List<Callable<Void>> work = new ArrayList<>();
        for (SamplePainter.Split split : SamplePainter.Split.values()) {
            painter.prepare(split);
            for (Motif motif : Motif.values()) {
                work.add(
                        () -> {
                            painter.paint(split, motif);
                            return null;
                        });
            }
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads, SampleSet::worker);
        try {
            for (Future<Void> done : pool.invokeAll(work)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "Drawing the sample set " + target + " was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("Drawing the sample set failed", e.getCause());
        } finally {
            pool.shutdownNow();
            awaitEnd(pool);
        }
    }

    /** The folder may only be removed when nobody writes to it any more. */
    private static void awaitEnd(ExecutorService pool) {
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread worker(Runnable work) {
        Thread thread = new Thread(work, "swin-sample");
        thread.setDaemon(true);
        return thread;
    }

    private String partialPrefix(long process) {
        return "." + target.getFileName() + ".partial-" + process + "-";
    }

    /** Removes what killed runs left behind. */
    private void removeAbandoned(Path parent) throws IOException {
        String glob = "." + target.getFileName() + ".partial-";
        try (Stream<Path> siblings = Files.list(parent)) {
            for (Path sibling : siblings.toList()) {
                String name = sibling.getFileName().toString();
                if (name.startsWith(glob) && !alive(name.substring(glob.length()))) {
                    removeTree(sibling);
                }
            }
        }
    }

    private static boolean alive(String processAndSuffix) {
        String process = processAndSuffix.split("-", 2)[0];
        return process.matches("[0-9]{1,18}")
                && ProcessHandle.of(Long.parseLong(process)).isPresent();
    }

    private static void removeTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private DataException unwritable(IOException cause) {
        return new DataException(
                "Cannot write the sample set to "
                        + target
                        + " ("
                        + Causes.of(cause)
                        + "); name a folder that can be written, on a disk with room for it",
                cause);
    }
}
