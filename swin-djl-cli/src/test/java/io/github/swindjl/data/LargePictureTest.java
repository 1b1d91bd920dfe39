// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureFile;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LargePictureTest {

    @TempDir Path root;

    /** Stands for decoding: counts how many pictures are in work at once. */
    private static final class Counting implements Augmentation {
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        @Override
        public Picture apply(Picture picture, SplittableRandom random) {
            return picture;
        }

        @Override
        public Picture apply(PictureFile file, SplittableRandom random, Notes notes) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            pause(30);
            now.decrementAndGet();
            return Pictures.coordinates(8, 8);
        }
    }

    @Test
    void onlyOneLargePictureIsDecodedAtATime() throws IOException {
        Pictures.writeSplit(root.resolve("train"), 8, "a");
        assertTrue(mostAtOnce() > 1);
        for (int i = 0; i < 8; i++) {
            Path file = root.resolve("train/a/p" + i + ".png");
            byte[] png = Files.readAllBytes(file);
            ByteBuffer.wrap(png).putInt(16, 12_000).putInt(20, 9_000);
            Files.write(file, png);
        }
        assertEquals(1, mostAtOnce());
    }

    private int mostAtOnce() throws IOException {
        Counting counting = new Counting();
        drain(PictureSets.open(root, "train"), counting);
        return counting.most.get();
    }

    @Test
    void aSlowDiskIsWaitedForAndSeenInTheWaitingTime() throws IOException {
        Pictures.writeSplit(root.resolve("train"), 8, "a");
        PictureSource disk = PictureSets.open(root, "train");
        PictureSource slow =
                (PictureSource)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {PictureSource.class},
                                (proxy, method, arguments) -> {
                                    if (method.getName().equals("open")) {
                                        pause(100);
                                    }
                                    try {
                                        return method.invoke(disk, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        long waited = drain(slow, (picture, random) -> picture);
        // Eight reads of 100 ms by four workers take 200 ms; one worker would take 800.
        assertTrue(waited > 150_000_000L, waited + " ns");
        assertTrue(waited < 700_000_000L, waited + " ns");
    }

    @Test
    void aFileThatIsReplacedDuringThePassEndsItAfterTheBatchesBefore() throws IOException {
        Pictures.writeSplit(root.resolve("train"), 6, "a");
        PictureSource data = PictureSets.open(root, "train");
        Path last = Path.of(data.place(5));
        ImageLoader.Options options = new ImageLoader.Options(1, 8, 8, 1, 1, false);
        try (ImageLoader loader =
                new ImageLoader(
                        data,
                        EpochOrder.sequential(6),
                        0,
                        (picture, random) -> picture,
                        0,
                        options)) {
            loader.next().close();
            Files.write(last, new byte[1], StandardOpenOption.APPEND);
            for (int batch = 1; batch < 5; batch++) {
                loader.next().close();
            }
            DataException e = assertThrows(DataException.class, loader::next);
            assertTrue(e.getMessage().contains("changed or replaced"), e.getMessage());
            assertTrue(e.getMessage().contains(last.toString()), e.getMessage());
        }
    }

    /** Loads all with four workers and returns how long it waited. */
    private static long drain(PictureSource data, Augmentation transform) throws IOException {
        ImageLoader.Options options = new ImageLoader.Options(2, 8, 8, 4, 4, false);
        try (ImageLoader loader =
                new ImageLoader(
                        data, EpochOrder.sequential(data.size()), 0, transform, 0, options)) {
            int next = 0;
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next()) {
                    for (int index : batch.indices()) {
                        assertEquals(next++, index);
                    }
                }
            }
            assertEquals(data.size(), next);
            return loader.waitNanos();
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
