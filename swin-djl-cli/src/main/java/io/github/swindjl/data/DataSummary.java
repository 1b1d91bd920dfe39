// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.PictureSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is in a split.
 *
 * @param classes the classes in index order, with their numbers of pictures
 * @param pictures number of picture files, broken ones included
 * @param bytes size of all picture files together
 * @param smallest the picture with the fewest pixels, by its header; empty if all are broken
 * @param largest the picture with the most pixels, by its header; empty if all are broken
 * @param broken files that cannot be used, in the order of the split
 */
public record DataSummary(
        List<ClassCount> classes,
        int pictures,
        long bytes,
        Optional<SizedPicture> smallest,
        Optional<SizedPicture> largest,
        List<BrokenPicture> broken) {

    private static final Comparator<SizedPicture> BY_PIXELS =
            Comparator.comparingLong(p -> (long) p.width() * p.height());

    /** Copies the lists. {@inheritDoc} */
    public DataSummary {
        classes = List.copyOf(classes);
        broken = List.copyOf(broken);
    }

    /**
     * A class.
     *
     * @param name name of the class
     * @param pictures how many pictures it has
     */
    public record ClassCount(String name, int pictures) {}

    /**
     * A picture and its size.
     *
     * @param name path relative to the split
     * @param width width in pixels
     * @param height height in pixels
     */
    public record SizedPicture(String name, int width, int height) {}

    /**
     * A file that cannot be used.
     *
     * @param index its index in the split
     * @param name path relative to the split
     * @param reason what is wrong with it
     */
    public record BrokenPicture(int index, String name, String reason) {}

    /** How thoroughly to look at the pictures. */
    public enum Depth {
        /** Reads headers only: fast, but misses files that are cut off. */
        HEADER,
        /** Decodes every picture, as training would. */
        DECODE
    }

    /** What one file turned out to be. */
    private record Finding(long bytes, SizedPicture sized, BrokenPicture broken) {}

    /**
     * Looks at every picture of a split, several at a time.
     *
     * @param data the split
     * @param depth how thoroughly
     * @return the summary; broken pictures are listed in it, not thrown
     */
    public static DataSummary inspect(PictureSource data, Depth depth) {
        LargePictures large = new LargePictures();
        List<Finding> findings =
                IntStream.range(0, data.size())
                        .parallel()
                        .mapToObj(index -> look(data, index, depth, large))
                        .toList();
        List<SizedPicture> sized =
                findings.stream().map(Finding::sized).filter(Objects::nonNull).toList();
        List<ClassCount> classes = new ArrayList<>();
        for (int label = 0; label < data.classes().size(); label++) {
            classes.add(new ClassCount(data.classes().get(label), data.count(label)));
        }
        return new DataSummary(
                classes,
                data.size(),
                findings.stream().mapToLong(Finding::bytes).sum(),
                sized.stream().min(BY_PIXELS),
                sized.stream().max(BY_PIXELS),
                findings.stream().map(Finding::broken).filter(Objects::nonNull).toList());
    }

    private static Finding look(PictureSource data, int index, Depth depth, LargePictures large) {
        String name = data.name(index);
        long bytes = 0;
        try {
            bytes = data.bytes(index);
            PictureSize size = data.dimensions(index);
            if (depth == Depth.DECODE) {
                large.decode(size, () -> data.read(index));
            }
            return new Finding(bytes, new SizedPicture(name, size.width(), size.height()), null);
        } catch (IOException e) {
            return new Finding(bytes, null, new BrokenPicture(index, name, e.getMessage()));
        }
    }
}
