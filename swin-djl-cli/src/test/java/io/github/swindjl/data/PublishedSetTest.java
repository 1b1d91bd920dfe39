// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.zoo.image.Picture;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedSetTest {

    private static final int PLANE = 32 * 32;

    @TempDir private Path cache;

    private final Map<String, byte[]> served = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        System.setProperty("DJL_CACHE_DIR", cache.toString());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String name = exchange.getRequestURI().getPath().substring(1);
                    asked.add(name);
                    byte[] content = served.get(name);
                    exchange.sendResponseHeaders(
                            content == null ? 404 : 200, content == null ? -1 : content.length);
                    if (content != null) {
                        exchange.getResponseBody().write(content);
                    }
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        System.clearProperty("DJL_CACHE_DIR");
        System.clearProperty("ai.djl.offline");
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] idx(int magic, int[] sizes, byte[] values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(magic);
        for (int size : sizes) {
            out.writeInt(size);
        }
        out.write(values);
        return gzip(bytes.toByteArray());
    }

    private void serveIdx(byte[] trainPixels, byte[] trainLabels) throws IOException {
        served.put(
                IdxSet.TRAIN_PICTURES,
                idx(0x803, new int[] {trainLabels.length, 4, 3}, trainPixels));
        served.put(IdxSet.TRAIN_LABELS, idx(0x801, new int[] {trainLabels.length}, trainLabels));
        served.put(IdxSet.TEST_PICTURES, idx(0x803, new int[] {2, 4, 3}, random(24, 2)));
        served.put(IdxSet.TEST_LABELS, idx(0x801, new int[] {2}, new byte[] {1, 0}));
    }

    private PublishedSet tinyMnist() {
        return new PublishedSet(
                "tiny",
                List.of(
                        source(IdxSet.TRAIN_PICTURES),
                        source(IdxSet.TRAIN_LABELS),
                        source(IdxSet.TEST_PICTURES),
                        source(IdxSet.TEST_LABELS)),
                new IdxSet("zero", "one"));
    }

    private PublishedSet.Source source(String file) {
        return new PublishedSet.Source(base(), file, null);
    }

    @Test
    void idxFilesBecomeClassFolders() throws IOException {
        byte[] pixels = random(3 * 12, 1);
        serveIdx(pixels, new byte[] {1, 0, 1});
        Path root = tinyMnist().prepare(null);
        TrainVal data = PictureSets.openTrainAndVal(root);
        assertEquals(List.of("one", "zero"), data.train().classes());
        assertEquals(3, data.train().size());
        assertEquals(2, data.val().size());
        assertEquals("one/00000.png", data.train().name(0));
        assertEquals("one/00002.png", data.train().name(1));
        assertEquals("zero/00001.png", data.train().name(2));
        Picture last = data.train().read(1);
        assertEquals(3, last.width());
        assertEquals(4, last.height());
        for (int i = 0; i < 12; i++) {
            int grey = pixels[24 + i] & 0xff;
            assertEquals(grey << 16 | grey << 8 | grey, rgb(last, i), "pixel " + i);
        }

        int requests = asked.size();
        served.clear();
        assertEquals(root, tinyMnist().prepare(null));
        assertEquals(requests, asked.size(), "nothing is asked for twice");
    }

    private static int rgb(Picture picture, int pixel) {
        byte[] pixels = picture.rgb();
        return (pixels[3 * pixel] & 0xff) << 16
                | (pixels[3 * pixel + 1] & 0xff) << 8
                | pixels[3 * pixel + 2] & 0xff;
    }

    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        header(bytes, "batches/", 0, '5');
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            byte[] content = file.getValue();
            header(bytes, "batches/" + file.getKey(), content.length, '0');
            bytes.write(content);
            bytes.write(new byte[Math.floorMod(-content.length, 512)]);
        }
        bytes.write(new byte[1024]);
        return gzip(bytes.toByteArray());
    }

    /** A header as GNU tar writes it: name, mode, owner, group, size, time, checksum, kind. */
    private static void header(ByteArrayOutputStream bytes, String name, int size, char kind) {
        ByteBuffer header = ByteBuffer.allocate(512);
        header.put(0, name.getBytes(StandardCharsets.US_ASCII));
        String numbers =
                String.format(
                        "%07o\0%07o\0%07o\0%011o\0%011o\0        %c", 420, 0, 0, size, 0, kind);
        header.put(100, numbers.getBytes(StandardCharsets.US_ASCII));
        header.put(257, "ustar  ".getBytes(StandardCharsets.US_ASCII));
        int sum = 0;
        for (byte value : header.array()) {
            sum += value & 0xff;
        }
        header.put(148, String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(header.array());
    }

    @Test
    void theTestsArchivesAreOnesThatTarReads() throws Exception {
        Path file = Files.write(cache.resolve("a.tar.gz"), tar(tenFiles()));
        Process tar =
                new ProcessBuilder("tar", "-tzf", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String listing = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, tar.waitFor(), listing);
        assertTrue(listing.contains("batches/data_batch_5.bin"), listing);
    }

    /** Records whose labels count up from 0. */
    private static byte[] records(int count, int labelBytes, long seed) {
        int length = labelBytes + 3 * PLANE;
        byte[] bytes = random(count * length, seed);
        for (int i = 0; i < count; i++) {
            bytes[i * length + labelBytes - 1] = (byte) i;
        }
        return bytes;
    }

    private static Map<String, byte[]> tenFiles() {
        Map<String, byte[]> files = new HashMap<>();
        files.put("batches.meta.txt", "cat\ndog\n\n".getBytes(StandardCharsets.UTF_8));
        for (int i = 1; i <= 5; i++) {
            files.put("data_batch_" + i + ".bin", records(2, 1, i));
        }
        files.put("test_batch.bin", records(2, 1, 9));
        return files;
    }

    private PublishedSet cifar(String name, CifarSet format) {
        return new PublishedSet(name, List.of(source(format.archive())), format);
    }

    @Test
    void cifarRecordsBecomeClassFolders() throws IOException {
        served.put(CifarSet.TEN.archive(), tar(tenFiles()));
        TrainVal data = PictureSets.openTrainAndVal(cifar("ten", CifarSet.TEN).prepare(null));
        assertEquals(List.of("cat", "dog"), data.train().classes());
        assertEquals(10, data.train().size());
        assertEquals(2, data.val().size());
        byte[] second = records(2, 1, 2);
        Picture dog = data.train().read(6); // after five cats: the dogs of files 1, 2, ...
        assertEquals("dog/00003.png", data.train().name(6));
        int at = 1 + 3 * PLANE + 1;
        for (int i = 0; i < PLANE; i++) {
            int expected =
                    (second[at + i] & 0xff) << 16
                            | (second[at + PLANE + i] & 0xff) << 8
                            | second[at + 2 * PLANE + i] & 0xff;
            assertEquals(expected, rgb(dog, i), "pixel " + i);
        }
    }

    @Test
    void theFineLabelOfCifar100Counts() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        files.put("fine_label_names.txt", "apple\nbear\n".getBytes(StandardCharsets.UTF_8));
        files.put("train.bin", records(2, 2, 1));
        files.put("test.bin", records(2, 2, 2));
        served.put(CifarSet.HUNDRED.archive(), tar(files));
        TrainVal data =
                PictureSets.openTrainAndVal(cifar("hundred", CifarSet.HUNDRED).prepare(null));
        assertEquals(List.of("apple", "bear"), data.train().classes());
        assertEquals(2, data.train().size());
    }

    @Test
    void aDamagedFileIsToldAndNothingIsLeft() throws IOException {
        serveIdx(random(12, 1), new byte[] {1, 0});
        refused("ends early");
        serveIdx(random(24, 1), new byte[] {1, 7});
        refused("label 7 at 1, expected 0 to 1");
        served.put(IdxSet.TRAIN_LABELS, idx(0x801, new int[] {3}, new byte[3]));
        refused("has 2 pictures");
        served.put(IdxSet.TRAIN_LABELS, idx(0x803, new int[] {2}, new byte[2]));
        refused("begins with 00000803, expected 00000801");

        served.put(CifarSet.TEN.archive(), new byte[] {1, 2, 3});
        assertRefused("cannot be unpacked", cifar("a", CifarSet.TEN));
        byte[] whole = tar(tenFiles());
        served.put(CifarSet.TEN.archive(), Arrays.copyOf(whole, whole.length / 2));
        assertRefused("cannot be unpacked", cifar("half", CifarSet.TEN));
        served.put(CifarSet.TEN.archive(), gzip(random(5000, 1)));
        assertRefused("no tar archive at byte 0", cifar("noise", CifarSet.TEN));
        Map<String, byte[]> files = tenFiles();
        files.remove("test_batch.bin");
        served.put(CifarSet.TEN.archive(), tar(files));
        assertRefused("lacks test_batch.bin", cifar("b", CifarSet.TEN));
        files.put("test_batch.bin", new byte[3072]);
        served.put(CifarSet.TEN.archive(), tar(files));
        assertRefused("3072 bytes, expected a multiple of 3073", cifar("c", CifarSet.TEN));
    }

    /** The set is asked for anew each time. */
    private void refused(String says) throws IOException {
        assertRefused(says, tinyMnist());
        Path folder =
                cache.resolve("cache/repo/dataset/cv/image_classification/io/github/swindjl/tiny");
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                assertFalse(Files.isDirectory(file), file.toString());
                Files.delete(file);
            }
        }
    }

    private static void assertRefused(String says, PublishedSet set) {
        String message = assertThrows(IOException.class, () -> set.prepare(null)).getMessage();
        assertTrue(message.contains(says), message);
    }

    @Test
    void anotherFileThanThePublishedOneIsRefused() throws Exception {
        byte[] archive = tar(tenFiles());
        served.put(CifarSet.TEN.archive(), archive);
        String right =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
        String wrong = "0".repeat(64);
        assertRefused(
                "SHA-256",
                new PublishedSet(
                        "hashed",
                        List.of(new PublishedSet.Source(base(), CifarSet.TEN.archive(), wrong)),
                        CifarSet.TEN));
        new PublishedSet(
                        "hashed",
                        List.of(new PublishedSet.Source(base(), CifarSet.TEN.archive(), right)),
                        CifarSet.TEN)
                .prepare(null);
    }

    @Test
    void offlineTellsWhereToPutTheFile() {
        System.setProperty("ai.djl.offline", "true");
        for (String name : PublishedSet.names()) {
            PublishedSet set = PublishedSet.named(name).orElseThrow();
            String message = assertThrows(IOException.class, () -> set.prepare(null)).getMessage();
            assertTrue(message.contains(set.addresses().get(0).toString()), message);
            assertTrue(message.contains("runs offline"), message);
            assertTrue(message.contains("put it at " + cache), message);
        }
    }

    @Test
    void theNamesAreThoseOfTheGuide() {
        assertEquals(
                List.of("mnist", "fashion-mnist", "cifar10", "cifar100"), PublishedSet.names());
        assertTrue(PublishedSet.named("cifar").isEmpty());
        assertArrayEquals(
                new int[] {4, 4, 1, 1},
                PublishedSet.names().stream()
                        .mapToInt(name -> PublishedSet.named(name).get().addresses().size())
                        .toArray());
    }
}
