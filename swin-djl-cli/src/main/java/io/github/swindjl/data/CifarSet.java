// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.data.tar.Bytes;
import io.github.swindjl.data.tar.TarArchive;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The binary format of CIFAR: in a compressed tar archive, a file with the names of the classes and
 * files of records. A record is its labels, of which the last names the class, then 32x32 red,
 * green and blue bytes.
 *
 * @param archive name of the archive
 * @param names name of the file with the classes, one a line
 * @param train names of the files with training records, in order
 * @param test name of the file with test records
 * @param labels bytes of labels in a record
 */
record CifarSet(String archive, String names, List<String> train, String test, int labels)
        implements PublishedSet.Format {

    static final CifarSet TEN =
            new CifarSet(
                    "cifar-10-binary.tar.gz",
                    "batches.meta.txt",
                    List.of(
                            "data_batch_1.bin",
                            "data_batch_2.bin",
                            "data_batch_3.bin",
                            "data_batch_4.bin",
                            "data_batch_5.bin"),
                    "test_batch.bin",
                    1);

    static final CifarSet HUNDRED =
            new CifarSet(
                    "cifar-100-binary.tar.gz",
                    "fine_label_names.txt",
                    List.of("train.bin"),
                    "test.bin",
                    2);

    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;

    /** Above the largest file of the published archives, 150 MB. */
    private static final int MAX_FILE = 200_000_000;

    @Override
    public void read(Path folder, PictureSink sink) throws IOException {
        Path file = folder.resolve(archive);
        Map<String, byte[]> found = unpack(file);
        List<String> classes =
                new String(found.get(names), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .toList();
        for (String records : train) {
            read(file, records, found.remove(records), PictureSource.TRAIN, classes, sink);
        }
        read(file, test, found.remove(test), PictureSource.VAL, classes, sink);
    }

    private Map<String, byte[]> unpack(Path file) throws IOException {
        List<String> wanted = new ArrayList<>(train);
        wanted.add(test);
        wanted.add(names);
        Map<String, byte[]> found = new LinkedHashMap<>();
        Path plain = Files.createTempFile(file.toAbsolutePath().getParent(), "unpacked", ".tar");
        try (InputStream packed = new GZIPInputStream(Files.newInputStream(file))) {
            Files.copy(packed, plain, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel tar = FileChannel.open(plain)) {
                Optional<String> problem =
                        TarArchive.visit(
                                tar,
                                0,
                                tar.size(),
                                (path, offset, size) -> {
                                    String name = path.substring(path.lastIndexOf('/') + 1);
                                    if (wanted.contains(name) && size <= MAX_FILE) {
                                        found.put(name, Bytes.read(tar, offset, (int) size));
                                    }
                                });
                if (problem.isPresent()) {
                    throw new IOException(problem.get());
                }
            }
        } catch (IOException e) {
            throw new DataException(
                    file
                            + " cannot be unpacked: "
                            + e.getMessage()
                            + ". Delete it to have it downloaded again",
                    e);
        } finally {
            Files.delete(plain);
        }
        wanted.removeAll(found.keySet());
        if (!wanted.isEmpty()) {
            throw new DataException(
                    file
                            + " lacks "
                            + String.join(", ", wanted)
                            + ". Delete it to have it downloaded again");
        }
        return found;
    }

    private void read(
            Path file,
            String name,
            byte[] content,
            String split,
            List<String> classes,
            PictureSink sink)
            throws IOException {
        int length = labels + 3 * PLANE;
        if (content.length == 0 || content.length % length != 0) {
            throw new DataException(
                    name
                            + " in "
                            + file
                            + " has "
                            + content.length
                            + " bytes, expected a multiple of "
                            + length);
        }
        InputStream in = new ByteArrayInputStream(content);
        for (int i = 0; i < content.length / length; i++) {
            int label = in.readNBytes(labels)[labels - 1] & 0xff;
            if (label >= classes.size()) {
                throw new DataException(
                        name
                                + " in "
                                + file
                                + " has the label "
                                + label
                                + " at "
                                + i
                                + ", expected 0 to "
                                + (classes.size() - 1));
            }
            sink.add(split, classes.get(label), picture(in.readNBytes(3 * PLANE)));
        }
    }

    private static BufferedImage picture(byte[] planes) {
        int[] rgb = new int[PLANE];
        for (int i = 0; i < PLANE; i++) {
            rgb[i] =
                    (planes[i] & 0xff) << 16
                            | (planes[PLANE + i] & 0xff) << 8
                            | planes[2 * PLANE + i] & 0xff;
        }
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(0, 0, SIDE, SIDE, rgb, 0, SIDE);
        return picture;
    }
}
