// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.PictureException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ImageLoaderTest {

    private static final Augmentation SAME = Augmentation.of(List.of());
    private static final Augmentation RANDOM =
            Augmentation.of(
                    List.of(
                            new PaddedRandomCrop(8, 3),
                            RandomResizedCrop.imagenet(8, FilterChoice.of(Interpolation.BICUBIC)),
                            new HorizontalFlip(0.5)));

    @TempDir Path root;
    private PictureSource data;

    /** What a batch held, for comparison after its buffer went back. */
    private record Seen(List<Byte> pixels, List<Integer> labels, List<Integer> indices) {}

    @BeforeEach
    void writePictures() throws IOException {
        Pictures.writeSplit(root.resolve("train"), 5, "a", "b", "c", "d");
        data = PictureSets.open(root, "train");
    }

    @AfterEach
    void noWorkerIsLeft() {
        assertEquals(List.of(), workers());
    }

    @Test
    void deliversPixelsLabelsAndIndicesInOrder() throws IOException {
        int[] order = EpochOrder.shuffled(data.size(), 1, 0);
        try (ImageLoader loader = new ImageLoader(data, order, 0, SAME, 0, options(6, 3, false))) {
            int position = 0;
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next()) {
                    assertEquals(Math.min(6, 20 - position), batch.size());
                    assertEquals(8, batch.height());
                    assertEquals(8, batch.width());
                    assertEquals(batch.size() * 192, batch.pixels().remaining());
                    assertTrue(batch.pixels().isDirect());
                    for (int i = 0; i < batch.size(); i++) {
                        int index = order[position++];
                        assertEquals(index, batch.indices()[i]);
                        assertEquals(index / 5, batch.labels()[i]);
                        for (int at = 0; at < 192; at++) {
                            int expected = at % 3 == 1 ? index : 0;
                            assertEquals(expected, batch.pixels().get(192 * i + at));
                        }
                    }
                }
            }
            assertEquals(20, position);
            assertThrows(NoSuchElementException.class, loader::next);
        }
    }

    @Test
    void givesTheSameWhateverTheNumberOfWorkers() throws IOException {
        int[] order = EpochOrder.shuffled(data.size(), 1, 0);
        List<Seen> one = drain(order, 0, RANDOM, 9, options(6, 1, false));
        assertEquals(one, drain(order, 0, RANDOM, 9, options(6, 2, false)));
        assertEquals(one, drain(order, 0, RANDOM, 9, options(6, 7, false)));
        assertNotEquals(one, drain(order, 0, RANDOM, 10, options(6, 2, false)));
    }

    @Test
    void resumesWithTheVeryRest() throws IOException {
        int[] order = EpochOrder.shuffled(data.size(), 1, 0);
        for (boolean dropLast : new boolean[] {false, true}) {
            List<Seen> whole = drain(order, 0, RANDOM, 9, options(6, 2, dropLast));
            for (int batch = 0; batch <= whole.size(); batch++) {
                int start = Math.min(6 * batch, order.length);
                assertEquals(
                        whole.subList(batch, whole.size()),
                        drain(order, start, RANDOM, 9, options(6, 3, dropLast)));
            }
        }
    }

    @Test
    void leavesOutTheLastBatchOnRequest() throws IOException {
        int[] order = EpochOrder.sequential(20);
        assertEquals(List.of(6, 6, 6, 2), sizes(drain(order, 0, SAME, 0, options(6, 2, false))));
        assertEquals(List.of(6, 6, 6), sizes(drain(order, 0, SAME, 0, options(6, 2, true))));
        assertEquals(List.of(5, 5, 5, 5), sizes(drain(order, 0, SAME, 0, options(5, 2, true))));
        assertEquals(List.of(), sizes(drain(order, 0, SAME, 0, options(21, 2, true))));
        assertEquals(List.of(20), sizes(drain(order, 0, SAME, 0, options(21, 2, false))));
        assertEquals(List.of(), sizes(drain(new int[0], 0, SAME, 0, options(2, 2, false))));
    }

    @Test
    void readsAheadNoFurtherThanAllowed() throws Exception {
        AtomicInteger read = new AtomicInteger();
        Augmentation counting =
                (picture, random) -> {
                    read.incrementAndGet();
                    return picture;
                };
        ImageLoader.Options options = new ImageLoader.Options(3, 8, 8, 4, 2, false);
        try (ImageLoader loader =
                new ImageLoader(data, EpochOrder.sequential(20), 0, counting, 0, options)) {
            for (int taken = 0; taken < 3; taken++) {
                settlesAt(read, 3 * (taken + 2));
                loader.next().close();
            }
        }
    }

    @Test
    void usesBuffersAgain() throws IOException {
        ImageLoader.Options options = new ImageLoader.Options(1, 8, 8, 1, 1, false);
        try (ImageLoader loader =
                new ImageLoader(data, EpochOrder.sequential(20), 0, SAME, 0, options)) {
            List<ByteBuffer> buffers = new ArrayList<>();
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next()) {
                    ByteBuffer pixels = batch.pixels();
                    pixels.position(17);
                    if (buffers.stream().noneMatch(known -> known == pixels)) {
                        buffers.add(pixels);
                    }
                }
            }
            // One in the consumer's hands, one filling, one handed back in between.
            assertTrue(buffers.size() <= 3, "buffers " + buffers.size());
        }
    }

    @Test
    void aClosedBatchKeepsItsPixelsToItself() throws IOException {
        try (ImageLoader loader = loader(SAME)) {
            ImageBatch batch = loader.next();
            batch.close();
            batch.close();
            String message = assertThrows(IllegalStateException.class, batch::pixels).getMessage();
            assertTrue(message.contains("closed"), message);
        }
    }

    @Test
    void batchesThatAreNeverClosedStayIntact() throws IOException {
        List<ImageBatch> held = new ArrayList<>();
        try (ImageLoader loader = loader(SAME)) {
            while (loader.hasNext()) {
                held.add(loader.next());
            }
        }
        for (ImageBatch batch : held) {
            assertEquals(batch.indices()[0], batch.pixels().get(1));
        }
    }

    @Test
    void deliversWhatCameBeforeABrokenPictureThenNamesIt() throws IOException {
        Path broken = root.resolve("train/b/p2.png");
        Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 40));
        Files.writeString(root.resolve("train/b/p3.png"), "later, and not to be reported");
        data = PictureSets.open(root, "train");
        try (ImageLoader loader =
                new ImageLoader(
                        data, EpochOrder.sequential(20), 0, SAME, 0, options(4, 3, false))) {
            assertEquals(4, loader.next().size());
            for (int again = 0; again < 2; again++) {
                IOException e = assertThrows(IOException.class, loader::next);
                assertInstanceOf(DataException.class, e);
                assertInstanceOf(PictureException.class, e.getCause());
                assertTrue(e.getMessage().contains("picture 7"), e.getMessage());
                assertTrue(e.getMessage().contains(broken.toString()), e.getMessage());
            }
        }
    }

    @Test
    void reportsAFailureOfTheTransform() {
        RuntimeException cause = new IllegalStateException("no such luck");
        Augmentation failing =
                (picture, random) -> {
                    throw cause;
                };
        try (ImageLoader loader = loader(failing)) {
            IOException e = assertThrows(IOException.class, loader::next);
            assertSame(cause, e.getCause());
            assertTrue(e.getMessage().contains("no such luck"), e.getMessage());
            assertTrue(e.getMessage().contains("p0.png"), e.getMessage());
        }
    }

    @Test
    void anErrorInAWorkerDoesNotLeaveTheConsumerWaiting() {
        Augmentation failing =
                (picture, random) -> {
                    throw new StackOverflowError();
                };
        try (ImageLoader loader = loader(failing)) {
            IOException e = assertThrows(IOException.class, loader::next);
            assertInstanceOf(StackOverflowError.class, e.getCause());
            assertTrue(e.getMessage().contains("StackOverflowError"), e.getMessage());
        }
    }

    @Test
    void refusesAPictureOfAnotherSize() {
        Augmentation small = (picture, random) -> picture.crop(0, 0, 4, 5);
        try (ImageLoader loader = loader(small)) {
            String message = assertThrows(IOException.class, loader::next).getMessage();
            assertTrue(message.contains("4x5"), message);
            assertTrue(message.contains("expected 8x8"), message);
        }
    }

    @Test
    void anInterruptedConsumerKeepsItsFlagAndLosesNothing() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        try (ImageLoader loader = loader(waitingFor(gate))) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, loader::next);
            assertTrue(Thread.interrupted());
            gate.countDown();
            assertArrayEquals(new int[] {0, 1, 2, 3}, loader.next().indices());
        } finally {
            gate.countDown();
        }
    }

    @Test
    void closingWakesAWaitingConsumer() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        ImageLoader loader = loader(waitingFor(gate));
        List<Throwable> thrown = new ArrayList<>();
        Thread consumer =
                new Thread(
                        () -> thrown.add(assertThrows(IllegalStateException.class, loader::next)));
        consumer.start();
        while (consumer.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        Thread closer = new Thread(loader::close);
        closer.start();
        consumer.join();
        assertTrue(thrown.get(0).getMessage().contains("closed"), thrown.toString());
        gate.countDown();
        closer.join();
    }

    @Test
    void closingEarlyLeavesNoThreadAndKeepsAnInterrupt() throws IOException {
        ImageLoader loader = loader(SAME);
        assertFalse(workers().isEmpty());
        loader.next().close();
        Thread.currentThread().interrupt();
        loader.close();
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), workers());
        loader.close();
        assertThrows(IllegalStateException.class, loader::next);
    }

    @Test
    void measuresTheTimeSpentWaiting() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ImageLoader loader = loader(waitingFor(gate))) {
            assertEquals(0, loader.waitNanos());
            Thread opener =
                    new Thread(
                            () -> {
                                try {
                                    Thread.sleep(50);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                gate.countDown();
                            });
            opener.start();
            long since = System.nanoTime();
            loader.next();
            long passed = System.nanoTime() - since;
            assertTrue(loader.waitNanos() > 30_000_000, "waited " + loader.waitNanos());
            assertTrue(loader.waitNanos() <= passed, "waited " + loader.waitNanos());
            opener.join();
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertMessage("batchSize is 0", () -> new ImageLoader.Options(0, 8, 8, 1, 1, false));
        assertMessage("height is 0", () -> new ImageLoader.Options(1, 0, 8, 1, 1, false));
        assertMessage("width is 0", () -> new ImageLoader.Options(1, 8, 0, 1, 1, false));
        assertMessage("workers is 0", () -> new ImageLoader.Options(1, 8, 8, 0, 1, false));
        assertMessage("prefetch is -1", () -> new ImageLoader.Options(1, 8, 8, 1, -1, false));
        assertMessage("2 GiB", () -> new ImageLoader.Options(999, 999, 999, 1, 1, false));
        for (int start : new int[] {-1, 21}) {
            assertMessage(
                    "start position is " + start,
                    () ->
                            new ImageLoader(
                                    data,
                                    EpochOrder.sequential(20),
                                    start,
                                    SAME,
                                    0,
                                    options(4, 1, false)));
        }
    }

    private static void assertMessage(String words, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(words), message);
    }

    private ImageLoader loader(Augmentation transform) {
        return new ImageLoader(
                data, EpochOrder.sequential(20), 0, transform, 0, options(4, 2, false));
    }

    private static ImageLoader.Options options(int batchSize, int workers, boolean dropLast) {
        return new ImageLoader.Options(batchSize, 8, 8, workers, 2, dropLast);
    }

    private static Augmentation waitingFor(CountDownLatch gate) {
        return (picture, random) -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return picture;
        };
    }

    /** Waits until a count is reached, then makes sure that it is not passed. */
    private static void settlesAt(AtomicInteger count, int expected) throws InterruptedException {
        while (count.get() < expected) {
            Thread.sleep(1);
        }
        Thread.sleep(30);
        assertEquals(expected, count.get());
    }

    private List<Seen> drain(
            int[] order, int start, Augmentation transform, long seed, ImageLoader.Options options)
            throws IOException {
        List<Seen> seen = new ArrayList<>();
        try (ImageLoader loader = new ImageLoader(data, order, start, transform, seed, options)) {
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next()) {
                    List<Byte> pixels = new ArrayList<>();
                    while (batch.pixels().hasRemaining()) {
                        pixels.add(batch.pixels().get());
                    }
                    seen.add(
                            new Seen(
                                    pixels,
                                    Arrays.stream(batch.labels()).boxed().toList(),
                                    Arrays.stream(batch.indices()).boxed().toList()));
                }
            }
        }
        return seen;
    }

    private static List<Integer> sizes(List<Seen> batches) {
        return batches.stream().map(batch -> batch.labels().size()).toList();
    }

    private static List<String> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("swin-data-"))
                .toList();
    }
}
