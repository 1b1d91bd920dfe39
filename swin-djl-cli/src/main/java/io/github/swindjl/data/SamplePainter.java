// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Draws the pictures of a sample set into their files. Every picture has its own random stream, so
 * the files do not depend on the order or the number of threads. Thread-safe.
 */
final class SamplePainter {

    private static final String CLASS_TABLE = "classes.csv";

    private final Path root;
    private final SampleSet.Options options;

    SamplePainter(Path root, SampleSet.Options options) {
        this.root = root;
        this.options = options;
    }

    /** The parts of a set and the folder names that each layout gives them. */
    enum Split {
        TRAIN("train", "training"),
        VAL("val", "validation");

        private final String imagenet;
        private final String ade;

        Split(String imagenet, String ade) {
            this.imagenet = imagenet;
            this.ade = ade;
        }
    }

    /** Creates the folders of a split. Must come before {@link #paint}. */
    void prepare(Split split) throws IOException {
        switch (options.layout()) {
            case IMAGENET -> {
                for (Motif motif : Motif.values()) {
                    Files.createDirectories(classFolder(split, motif));
                }
            }
            case ADE20K -> {
                Files.createDirectories(root.resolve("images").resolve(split.ade));
                Files.createDirectories(root.resolve("annotations").resolve(split.ade));
                Files.writeString(root.resolve(CLASS_TABLE), classTable());
            }
        }
    }

    /** Draws and writes all pictures of one class in one split. */
    void paint(Split split, Motif motif) throws IOException {
        int count = split == Split.TRAIN ? options.trainPerClass() : options.valPerClass();
        for (int index = 0; index < count; index++) {
            SplittableRandom random =
                    Seeds.random(
                            options.seed(),
                            options.layout().ordinal(),
                            split.ordinal(),
                            motif.ordinal(),
                            index);
            switch (options.layout()) {
                case IMAGENET -> paintSingle(split, motif, index, random);
                case ADE20K -> paintSeveral(split, motif, index, random);
            }
        }
    }

    private void paintSingle(Split split, Motif motif, int index, SplittableRandom random)
            throws IOException {
        SampleScene scene = SampleScene.single(motif, options.side(), random);
        boolean jpeg = random.nextInt(3) > 0;
        String name =
                String.format(
                        Locale.ROOT, "%s_%05d.%s", motif.className(), index, jpeg ? "jpg" : "png");
        byte[] bytes = jpeg ? jpeg(scene.picture(), random) : png(scene.picture());
        Files.write(classFolder(split, motif).resolve(name), bytes);
    }

    private void paintSeveral(Split split, Motif motif, int index, SplittableRandom random)
            throws IOException {
        SampleScene scene = SampleScene.several(motif, options.side(), random);
        int number = index * Motif.values().length + motif.ordinal() + 1;
        String stem = String.format(Locale.ROOT, "sample_%s_%08d", split.imagenet, number);
        Files.write(
                root.resolve("images").resolve(split.ade).resolve(stem + ".jpg"),
                jpeg(scene.picture(), random));
        Files.write(
                root.resolve("annotations").resolve(split.ade).resolve(stem + ".png"),
                png(scene.mask()));
    }

    private Path classFolder(Split split, Motif motif) {
        return root.resolve(split.imagenet).resolve(motif.className());
    }

    private static String classTable() {
        StringBuilder table = new StringBuilder("index,name,r,g,b\n");
        int motifs = Motif.values().length;
        for (Motif motif : Motif.values()) {
            float hue = (float) motif.ordinal() / motifs;
            Color color = Color.getHSBColor(hue, 0.75f, (motif.ordinal() & 1) == 0 ? 0.95f : 0.7f);
            appendRow(table, motif.ordinal(), motif.className(), color);
        }
        appendRow(table, motifs, "backdrop", new Color(120, 120, 120));
        return table.toString();
    }

    private static void appendRow(StringBuilder table, int index, String name, Color color) {
        table.append(index).append(',').append(name);
        table.append(',').append(color.getRed());
        table.append(',').append(color.getGreen());
        table.append(',').append(color.getBlue()).append('\n');
    }

    private static byte[] jpeg(BufferedImage image, SplittableRandom random) throws IOException {
        ImageWriter writer = platformWriter("jpeg");
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(random.nextFloat(0.7f, 0.95f));
        return encode(image, writer, parameters);
    }

    private static byte[] png(BufferedImage image) throws IOException {
        return encode(image, platformWriter("png"), null);
    }

    private static byte[] encode(
            BufferedImage image, ImageWriter writer, ImageWriteParam parameters)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** The Java platform's own writer: other libraries on the class path must not change a byte. */
    private static ImageWriter platformWriter(String format) {
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName(format);
        while (writers.hasNext()) {
            ImageWriter writer = writers.next();
            if ("java.desktop".equals(writer.getClass().getModule().getName())) {
                return writer;
            }
        }
        throw new IllegalStateException("This Java platform has no writer for " + format);
    }
}
