// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.data.augment.Fill;
import io.github.swindjl.data.augment.OperationPolicy;
import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureFile;
import io.github.swindjl.zoo.image.PictureFiles;
import io.github.swindjl.zoo.image.PictureReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Measures one thread of the training input of ImageNet recipes: decode, random resized crop to
 * 224, flip, RandAugment, random erasing. For {@code scripts/bench_augment.py}, which runs it
 * beside the same in Python.
 */
public final class AugmentSpeed {

    private static final int SIDE = 224;
    private static final int PASSES_BEFORE = 6;

    private AugmentSpeed() {}

    /**
     * Prints pictures per second, and microseconds a picture of each part.
     *
     * @param arguments a folder of JPEG files, and for how many seconds to measure
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (Path file : PictureFiles.below(Path.of(arguments[0]))) {
            files.add(Files.readAllBytes(file));
        }
        double seconds = Double.parseDouble(arguments[1]);
        for (int pass = 0; pass < PASSES_BEFORE; pass++) {
            pass(files, pass, new long[4]);
        }
        long[] nanos = new long[4];
        int pictures = 0;
        long begin = System.nanoTime();
        for (int pass = 0; System.nanoTime() - begin < seconds * 1e9; pass++) {
            pass(files, PASSES_BEFORE + pass, nanos);
            pictures += files.size();
        }
        double all = System.nanoTime() - begin;
        System.out.printf("%.1f", pictures * 1e9 / all);
        for (long part : nanos) {
            System.out.printf(" %.0f", part / 1e3 / pictures);
        }
        System.out.println();
    }

    private static void pass(List<byte[]> files, int pass, long[] nanos) throws IOException {
        FilterChoice cubic = FilterChoice.of(Interpolation.BICUBIC);
        Augmentation crop = RandomResizedCrop.imagenet(SIDE, cubic);
        Augmentation flip = new HorizontalFlip(0.5);
        Augmentation policy =
                OperationPolicy.parse("rand-m9-mstd0.5-inc1", cubic, new Fill(124, 116, 104))
                        .orElseThrow();
        RandomErasing erasing =
                new RandomErasing(0.25, 0.02, 1.0 / 3, 0.3, 1 / 0.3, RandomErasing.Mode.PIXEL, 1);
        ByteBuffer batch = ByteBuffer.allocateDirect(3 * SIDE * SIDE);
        for (int i = 0; i < files.size(); i++) {
            SplittableRandom random = Seeds.random(pass, i);
            long start = System.nanoTime();
            PictureFile file = PictureReader.open(files.get(i), "picture");
            Picture picture = crop.apply(file, random, Notes.NONE);
            long cropped = System.nanoTime();
            picture = flip.apply(picture, random);
            long flipped = System.nanoTime();
            picture = policy.apply(picture, random);
            long changed = System.nanoTime();
            erasing.draw(0, SIDE, SIDE, random);
            batch.put(0, picture.rgb());
            long end = System.nanoTime();
            nanos[0] += cropped - start;
            nanos[1] += flipped - cropped;
            nanos[2] += changed - flipped;
            nanos[3] += end - changed;
        }
    }
}
