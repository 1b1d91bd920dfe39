// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.LargePictures;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.zoo.image.FitBox;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentationLoaderTest {

    private static final SegmentationAugmentation CHANGES =
            new SegmentationAugmentation(new FitBox(192, 48), 0.5, 2, 40, 0.75, 0.5, true);

    @TempDir private static Path root;

    private static SegmentationFolder data() throws IOException {
        SampleSet.create(root, new SampleSet.Options(SampleSet.Layout.ADE20K, 64, 1, 1, 0));
        return SegmentationFolder.open(root, SegmentationFolder.TRAINING);
    }

    private static List<LabelledBatch> batches(int threads, long seed) throws IOException {
        List<SegmentationLoader.Place> places =
                IntStream.range(0, 12)
                        .mapToObj(i -> new SegmentationLoader.Place(i, seed + i))
                        .toList();
        List<LabelledBatch> batches = new ArrayList<>();
        try (SegmentationLoader loader =
                new SegmentationLoader(data(), places.iterator(), CHANGES, 5, threads)) {
            for (int i = 0; i < 3; i++) {
                batches.add(loader.next());
            }
        }
        return batches;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        return bytes;
    }

    @Test
    void batchesDependOnTheSeedsOnly() throws IOException {
        List<LabelledBatch> one = batches(1, 7);
        List<LabelledBatch> three = batches(3, 7);
        List<LabelledBatch> other = batches(3, 8);
        assertEquals(List.of(5, 5, 2), one.stream().map(LabelledBatch::size).toList());
        for (int i = 0; i < 3; i++) {
            assertTrue(Arrays.equals(bytes(one.get(i).pixels()), bytes(three.get(i).pixels())));
            assertTrue(Arrays.equals(bytes(one.get(i).labels()), bytes(three.get(i).labels())));
            assertFalse(Arrays.equals(bytes(one.get(i).labels()), bytes(other.get(i).labels())));
        }
    }

    @Test
    void whatIsBeyondASmallPictureIsIgnoredAndNamedAsPadding() throws IOException {
        int padded = 0;
        for (LabelledBatch batch : batches(2, 7)) {
            for (var part : batch.padding()) {
                for (int y = part.top(); y < part.top() + part.height(); y++) {
                    for (int x = part.left(); x < part.left() + part.width(); x++) {
                        int at = (part.sample() * 40 + y) * 40 + x;
                        assertEquals(LabelMap.IGNORED, batch.labels().get(at) & 0xFF);
                        padded++;
                    }
                }
            }
        }
        assertTrue(padded > 0, "no picture was smaller than the crop");
    }

    private static <T extends Throwable> String failure(Class<T> type, Throwable cause)
            throws IOException {
        SegmentationFolder data = data();
        SegmentationLoader.Reading reading =
                place -> {
                    if (place.index() != 1) {
                        return data.read(place.index());
                    }
                    if (cause instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) cause;
                };
        List<SegmentationLoader.Place> places =
                IntStream.range(0, 3).mapToObj(i -> new SegmentationLoader.Place(i, i)).toList();
        try (SegmentationLoader loader =
                new SegmentationLoader(data, places.iterator(), reading, 64, 1, 2)) {
            assertEquals(1, loader.next().size());
            String message = assertThrows(type, loader::next).getMessage();
            assertTrue(message.contains(data.path(1).toString()), message);
            return message;
        }
    }

    @Test
    void whateverFailsIsToldWithTheFile() throws IOException {
        String shortage = failure(OutOfMemoryError.class, new OutOfMemoryError("Java heap space"));
        assertTrue(shortage.contains("Java heap space"), shortage);
        String fault = failure(DataException.class, new IllegalArgumentException("odd"));
        assertTrue(fault.contains("odd"), fault);
    }

    @Test
    void aLargePictureWaitsForAnother() throws Exception {
        LargePictures large = new LargePictures();
        PictureSize size = new PictureSize(4097, 4096);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    large.decode(
                                            size,
                                            () -> {
                                                most.accumulateAndGet(
                                                        now.incrementAndGet(), Math::max);
                                                LockSupport.parkNanos(20_000_000);
                                                return now.decrementAndGet();
                                            });
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, most.get());
    }

    @Test
    void sizesFollowTheReferencesRounding() {
        FitBox box = new FitBox(2048, 512);
        assertEquals(new PictureSize(683, 512), box.of(640, 480));
        assertEquals(new PictureSize(512, 683), box.of(480, 640));
        assertEquals(new PictureSize(2048, 51), box.of(4000, 100));
        assertEquals(new FitBox(1536, 384), box.scaled(0.75));
    }

    @Test
    void picturesAndLabelsMoveTogetherAndNoClassCoversNearlyAll() {
        // Every pixel's red is its label; the left three quarters are of one class.
        int side = 64;
        byte[] rgb = new byte[3 * side * side];
        byte[] labels = new byte[side * side];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) (i % side < 48 ? 10 : 10 + i / side % 7 * 20);
            rgb[3 * i] = labels[i];
        }
        LabelledPicture sample =
                new LabelledPicture(new Picture(side, side, rgb), new LabelMap(side, side, labels));
        int flipped = 0;
        int dominated = 0;
        for (int seed = 0; seed < 200; seed++) {
            SegmentationAugmentation plain =
                    new SegmentationAugmentation(
                            new FitBox(64, 64), 1, 1, 24, seed % 2 == 0 ? 0.75 : 1, 0.5, false);
            LabelledPicture out = plain.apply(sample, new SplittableRandom(seed));
            assertEquals(24, out.picture().width());
            for (int i = 0; i < 24 * 24; i++) {
                assertEquals(out.labels().labels()[i], out.picture().rgb()[3 * i]);
            }
            long[] counts = out.labels().histogram();
            boolean dominant = Arrays.stream(counts).max().orElse(0) >= 0.75 * 24 * 24;
            if (dominant && seed % 2 == 0) {
                dominated++;
            }
            flipped += out.labels().at(0, 0) == 10 ? 0 : 1;
        }
        assertTrue(dominated < 20, "dominated crops of 100: " + dominated);
        assertNotEquals(0, flipped);
    }
}
