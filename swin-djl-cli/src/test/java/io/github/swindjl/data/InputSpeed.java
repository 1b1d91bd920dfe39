// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureFiles;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the input of an evaluation: decode, resize, crop to 224, and normalise to floats. For
 * {@code scripts/bench_input.py}, which runs it beside the same in Python.
 */
public final class InputSpeed {

    private static final int SIDE = 224;
    private static final int PASSES_BEFORE = 8;
    private static final int BATCH = 32;

    private InputSpeed() {}

    /**
     * Prints pictures per second: with normalised floats, with bytes as they go to the device, and
     * through the loader with as many workers as asked for.
     *
     * @param arguments a folder of class folders with JPEG files, for how many seconds to measure
     *     each, and what: floats, bytes, or a number of workers
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        double seconds = Double.parseDouble(arguments[1]);
        Preprocessing steps = Preprocessing.official(SIDE, SIDE);
        Pass pass =
                switch (arguments[2]) {
                    case "floats" -> memory(folder, steps, true);
                    case "bytes" -> memory(folder, steps, false);
                    default -> loader(folder, steps, Integer.parseInt(arguments[2]));
                };
        for (int i = 0; i < PASSES_BEFORE; i++) {
            pass.run();
        }
        int pictures = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < seconds * 1e9) {
            pictures += pass.run();
        }
        System.out.printf("%.1f%n", pictures * 1e9 / (System.nanoTime() - begin));
    }

    /** One pass over all pictures. */
    private interface Pass {

        /** Returns the number of pictures. */
        int run() throws IOException;
    }

    private static Pass memory(Path folder, Preprocessing steps, boolean floats)
            throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (Path file : PictureFiles.below(folder)) {
            files.add(Files.readAllBytes(file));
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(3 * SIDE * SIDE);
        float[] values = new float[3 * SIDE * SIDE];
        return () -> {
            for (byte[] file : files) {
                Picture picture = steps.apply(PictureReader.open(file, "picture"));
                if (floats) {
                    steps.normalize(picture, values, 0);
                } else {
                    bytes.put(0, picture.rgb());
                }
            }
            return files.size();
        };
    }

    private static Pass loader(Path folder, Preprocessing steps, int workers) throws IOException {
        PictureSource data = PictureSets.open(folder, PictureSource.VAL);
        int[] order = EpochOrder.sequential(data.size());
        ImageLoader.Options options = new ImageLoader.Options(BATCH, SIDE, SIDE, workers, 2, false);
        return () -> {
            try (ImageLoader loader =
                    new ImageLoader(data, order, 0, new Fitting(steps), 0, options)) {
                while (loader.hasNext()) {
                    loader.next().close();
                }
            }
            return data.size();
        };
    }
}
