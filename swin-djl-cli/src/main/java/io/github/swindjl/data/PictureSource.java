// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureFile;
import io.github.swindjl.zoo.image.PictureSize;
import java.io.IOException;
import java.util.List;

/**
 * One split of a picture set, however it lies on disk: pictures in a fixed order, each with a
 * class. Immutable and thread-safe.
 */
public interface PictureSource extends DataSplit {

    /** Name of the split to learn from. */
    String TRAIN = "train";

    /** Name of the split to validate on. */
    String VAL = "val";

    /**
     * Returns whether the set's root held the pictures itself, without a part for the split.
     *
     * @return whether this is the only split of its root
     */
    boolean onlySplit();

    /**
     * Returns the class names in index order.
     *
     * @return an unmodifiable list, at least one name
     */
    List<String> classes();

    /**
     * Returns how many pictures a class has.
     *
     * @param label class index
     * @return the number
     */
    int count(int label);

    /**
     * Returns the class of a picture.
     *
     * @param index picture index, from 0
     * @return class index
     */
    int label(int index);

    /**
     * Returns the name of a picture: its path relative to {@link #root()}, with {@code /} on every
     * system.
     *
     * @param index picture index, from 0
     * @return the name, unique in this split
     */
    String name(int index);

    /**
     * Returns where a picture is, for messages.
     *
     * @param index picture index, from 0
     * @return its file, or its archive and the name in it
     */
    String place(int index);

    /**
     * Returns the size of a picture's file.
     *
     * @param index picture index, from 0
     * @return size in bytes
     * @throws IOException if the file is missing or unreadable
     */
    long bytes(int index) throws IOException;

    /**
     * Reads a picture's file without decoding it.
     *
     * @param index picture index, from 0
     * @return the picture, to be decoded whole or in part
     * @throws IOException if the file cannot be read or is no picture
     */
    PictureFile open(int index) throws IOException;

    /**
     * Reads a picture's width and height, without decoding it.
     *
     * @param index picture index, from 0
     * @return what its header states
     * @throws IOException if the file cannot be read or is no picture
     */
    default PictureSize dimensions(int index) throws IOException {
        return open(index).size();
    }

    /**
     * Reads a picture.
     *
     * @param index picture index, from 0
     * @return the picture
     * @throws IOException if the file is missing, unreadable or no whole picture
     */
    default Picture read(int index) throws IOException {
        return open(index).whole();
    }
}
