// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The format of MNIST: grey pictures and labels in compressed IDX files, numbers big-endian. */
final class IdxSet implements PublishedSet.Format {

    static final String TRAIN_PICTURES = "train-images-idx3-ubyte.gz";
    static final String TRAIN_LABELS = "train-labels-idx1-ubyte.gz";
    static final String TEST_PICTURES = "t10k-images-idx3-ubyte.gz";
    static final String TEST_LABELS = "t10k-labels-idx1-ubyte.gz";

    /** Two zeros, the code of unsigned bytes, and the number of dimensions. */
    private static final int PICTURES_MAGIC = 0x0803;

    private static final int LABELS_MAGIC = 0x0801;

    private static final int MAX_SIDE = 4096;

    private final List<String> classes;

    IdxSet(String... classes) {
        this.classes = List.of(classes);
    }

    @Override
    public void read(Path folder, PictureSink sink) throws IOException {
        read(
                folder.resolve(TRAIN_PICTURES),
                folder.resolve(TRAIN_LABELS),
                PictureSource.TRAIN,
                sink);
        read(folder.resolve(TEST_PICTURES), folder.resolve(TEST_LABELS), PictureSource.VAL, sink);
    }

    private void read(Path pictures, Path labels, String split, PictureSink sink)
            throws IOException {
        try (DataInputStream pixels = open(pictures);
                DataInputStream classIndices = open(labels)) {
            requireMagic(pictures, pixels, PICTURES_MAGIC);
            requireMagic(labels, classIndices, LABELS_MAGIC);
            int count = pixels.readInt();
            int labelled = classIndices.readInt();
            int height = pixels.readInt();
            int width = pixels.readInt();
            if (count != labelled || count < 1) {
                throw new DataException(
                        pictures
                                + " has "
                                + count
                                + " pictures, "
                                + labels
                                + " "
                                + labelled
                                + " labels; expected as many of both. Delete the files to have them"
                                + " downloaded again");
            }
            if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE) {
                throw new DataException(
                        pictures
                                + " holds pictures of "
                                + width
                                + "x"
                                + height
                                + " pixels, expected 1 to "
                                + MAX_SIDE
                                + " in each direction");
            }
            for (int i = 0; i < count; i++) {
                int label = classIndices.readUnsignedByte();
                if (label >= classes.size()) {
                    throw new DataException(
                            labels
                                    + " has the label "
                                    + label
                                    + " at "
                                    + i
                                    + ", expected 0 to "
                                    + (classes.size() - 1));
                }
                BufferedImage picture =
                        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
                pixels.readFully(((DataBufferByte) picture.getRaster().getDataBuffer()).getData());
                sink.add(split, classes.get(label), picture);
            }
        } catch (EOFException e) {
            throw new DataException(
                    pictures
                            + " or "
                            + labels
                            + " ends early. Delete both to have them downloaded again",
                    e);
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(
                new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))));
    }

    private static void requireMagic(Path file, DataInputStream in, int expected)
            throws IOException {
        int found = in.readInt();
        if (found != expected) {
            throw new DataException(
                    String.format(
                            "%s begins with %08x, expected %08x of an IDX file of unsigned bytes",
                            file, found, expected));
        }
    }
}
