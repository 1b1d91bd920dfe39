// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.util.Progress;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DownloaderTest {

    private static final int EVERYTHING = Integer.MAX_VALUE;
    private static final String TAG = "\"v1\"";

    private final byte[] content = random(300_000, 1);
    private DownloadSettings settings;

    @TempDir private Path folder;
    private Path target;

    @BeforeEach
    void settings() {
        target = folder.resolve("cache").resolve("weights.pth");
        settings =
                new DownloadSettings(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        3,
                        Duration.ofMillis(1),
                        false,
                        new EnvironmentProxies(null, new Properties(), Map.of()),
                        directory -> Long.MAX_VALUE);
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private void fetch(TestServer server, String sha256) throws IOException {
        assertEquals(
                target,
                new Downloader(settings)
                        .fetch(server.address("/dir/weights.pth"), target, sha256, null));
        assertArrayEquals(content, Files.readAllBytes(target));
        assertFalse(Files.exists(part()));
    }

    private String failure(TestServer server) {
        return failure(server, null);
    }

    private String failure(TestServer server, String sha256) {
        String message =
                assertThrows(DownloadException.class, () -> fetch(server, sha256)).getMessage();
        assertTrue(message.contains(server.address("/dir/weights.pth").toString()), message);
        assertTrue(message.contains("put it at " + target.toAbsolutePath()), message);
        assertFalse(Files.exists(target));
        return message;
    }

    private Path part() {
        return target.resolveSibling("weights.pth.part");
    }

    private static void assertContains(String words, String message) {
        assertTrue(message.contains(words), message);
    }

    @Test
    void bringsAFileOnceAndRecordsItsHash() throws IOException {
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            fetch(server, null);
            fetch(server, null);
            assertEquals(List.of("/dir/weights.pth"), server.requests());
        }
        assertEquals(
                FileHash.of(target) + "  weights.pth\n",
                Files.readString(folder.resolve("cache/weights.pth.sha256")));
    }

    @Test
    void goesOnWhereABrokenConnectionStopped() throws IOException {
        try (TestServer server = new TestServer(e -> TestServer.serve(e, content, TAG, 100_000))) {
            fetch(server, FileHashes.of(content).substring(0, 8));
            assertEquals(
                    List.of(
                            "/dir/weights.pth",
                            "/dir/weights.pth bytes=100000-",
                            "/dir/weights.pth bytes=200000-"),
                    server.requests());
        }
    }

    @Test
    void goesOnInAnotherProcessWithLastModified() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server =
                new TestServer(
                        e -> {
                            e.getResponseHeaders()
                                    .set("Last-Modified", "Wed, 21 Oct 2020 07:28:00 GMT");
                            if (requests.getAndIncrement() == 0) {
                                TestServer.sendPart(e, 200, content.length, random(100_000, 1));
                            } else if (requests.get() == 2) {
                                TestServer.send(e, 404, new byte[0]);
                            } else {
                                assertEquals(
                                        "Wed, 21 Oct 2020 07:28:00 GMT",
                                        e.getRequestHeaders().getFirst("If-Range"));
                                e.getResponseHeaders()
                                        .set("Content-Range", "bytes 100000-299999/300000");
                                TestServer.send(
                                        e, 206, Arrays.copyOfRange(content, 100_000, 300_000));
                            }
                        })) {
            assertContains("HTTP 404", failure(server));
            assertEquals(100_000, Files.size(part()));
            fetch(server, null);
            assertEquals("/dir/weights.pth bytes=100000-", server.requests().get(2));
        }
    }

    @Test
    void startsAnewWhenTheFileHasChanged() throws IOException {
        byte[] old = random(200_000, 2);
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server =
                new TestServer(
                        e -> {
                            if (requests.getAndIncrement() == 0) {
                                TestServer.serve(e, old, "\"v0\"", 100_000);
                            } else {
                                TestServer.serve(e, content, TAG, EVERYTHING);
                            }
                        })) {
            fetch(server, null);
            assertEquals(2, server.requests().size());
        }
    }

    @Test
    void doesNotResumeWithoutAStrongMark() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server =
                new TestServer(
                        e -> {
                            e.getResponseHeaders().set("ETag", "W/\"weak\"");
                            int part = requests.getAndIncrement() == 0 ? 1000 : content.length;
                            TestServer.sendPart(
                                    e, 200, content.length, Arrays.copyOf(content, part));
                        })) {
            fetch(server, null);
            assertEquals(List.of("/dir/weights.pth", "/dir/weights.pth"), server.requests());
        }
    }

    @Test
    void startsAnewWhenAPartBelongsToAnotherAddress() throws IOException {
        Files.createDirectories(target.getParent());
        Partial partial = Partial.beside(target);
        partial.restart(new Partial.Version("http://127.0.0.1/other", TAG, content.length));
        Files.write(partial.content(), new byte[1000]);
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            fetch(server, null);
            assertEquals(List.of("/dir/weights.pth"), server.requests());
        }
    }

    @Test
    void acceptsAPartThatIsComplete() throws IOException {
        Files.createDirectories(target.getParent());
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            Partial partial = Partial.beside(target);
            partial.restart(
                    new Partial.Version(
                            server.address("/dir/weights.pth").toString(), TAG, content.length));
            Files.write(partial.content(), content);
            fetch(server, null);
            assertEquals(List.of("/dir/weights.pth bytes=300000-"), server.requests());
        }
    }

    @Test
    void aPartLongerThanTheFileIsThrownAway() throws IOException {
        Files.createDirectories(target.getParent());
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            Partial partial = Partial.beside(target);
            partial.restart(
                    new Partial.Version(
                            server.address("/dir/weights.pth").toString(), TAG, content.length));
            Files.write(partial.content(), random(400_000, 3));
            fetch(server, null);
            assertEquals(2, server.requests().size());
        }
    }

    @Test
    void aDamagedNoteStartsAnew() throws IOException {
        Files.createDirectories(target.getParent());
        Partial partial = Partial.beside(target);
        Files.write(partial.content(), new byte[1000]);
        Files.writeString(partial.note(), "half a no");
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            fetch(server, null);
        }
    }

    @Test
    void givesUpOnAServerThatAlwaysBreaksOff() throws IOException {
        try (TestServer server =
                new TestServer(e -> TestServer.sendPart(e, 200, content.length, new byte[10]))) {
            assertContains("after 10 of 300000 bytes (3 attempts", failure(server));
            assertEquals(3, server.requests().size());
        }
    }

    @Test
    void givesUpOnAServerThatStalls() throws IOException {
        settings = with(Duration.ofMillis(400));
        CountDownLatch over = new CountDownLatch(1);
        try (TestServer server =
                new TestServer(
                        e -> {
                            TestServer.sendPart(e, 200, content.length, new byte[10]);
                            await(over);
                        })) {
            long start = System.nanoTime();
            assertContains("nothing came", failure(server));
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
            over.countDown();
        }
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswer() throws IOException {
        settings = with(Duration.ofMillis(400));
        CountDownLatch over = new CountDownLatch(1);
        try (TestServer server = new TestServer(e -> await(over))) {
            assertContains("does not answer in time", failure(server));
            over.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void slowIsNotStalled() throws IOException {
        settings = with(Duration.ofMillis(2500));
        try (TestServer server =
                new TestServer(
                        e -> {
                            e.sendResponseHeaders(200, content.length);
                            for (int from = 0; from < content.length; from += 30_000) {
                                e.getResponseBody().write(content, from, 30_000);
                                e.getResponseBody().flush();
                                sleep(300);
                            }
                        })) {
            fetch(server, null);
            assertEquals(1, server.requests().size());
        }
    }

    private DownloadSettings with(Duration stall) {
        return new DownloadSettings(
                settings.connectTimeout(),
                stall,
                settings.attempts(),
                settings.firstDelay(),
                settings.offline(),
                settings.proxies(),
                settings.space());
    }

    private DownloadSettings with(DownloadSettings.Space space) {
        return new DownloadSettings(
                settings.connectTimeout(),
                settings.stallTimeout(),
                settings.attempts(),
                settings.firstDelay(),
                settings.offline(),
                settings.proxies(),
                space);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void refusesMoreThanWasAnnounced() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server =
                new TestServer(
                        e -> {
                            if (requests.getAndIncrement() == 0) {
                                TestServer.serve(e, content, TAG, 100_000);
                            } else {
                                e.getResponseHeaders()
                                        .set("Content-Range", "bytes 100000-299999/300000");
                                e.sendResponseHeaders(206, 0); // in chunks, of any length
                                e.getResponseBody().write(new byte[250_000]);
                            }
                        })) {
            assertContains("more than the 300000 bytes", failure(server));
            assertFalse(Files.exists(part()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 0-299999/300000",
                "bytes 100000-399999/400000",
                "nonsense",
                "bytes */300000"
            })
    void doesNotAppendWhatDoesNotFollow(String range) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server =
                new TestServer(
                        e -> {
                            int request = requests.getAndIncrement();
                            if (request == 1) {
                                e.getResponseHeaders().set("Content-Range", range);
                                TestServer.send(e, 206, random(200_000, 9));
                            } else {
                                TestServer.serve(
                                        e, content, TAG, request == 0 ? 100_000 : EVERYTHING);
                            }
                        })) {
            fetch(server, null);
            assertEquals(3, server.requests().size());
        }
    }

    @Test
    void acceptsAnAnswerWithoutLength() throws IOException {
        try (TestServer server =
                new TestServer(
                        e -> {
                            e.sendResponseHeaders(200, 0); // in chunks
                            e.getResponseBody().write(content);
                        })) {
            fetch(server, null);
        }
    }

    @Test
    void refusesAnotherFileThanThePublished() throws IOException {
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            String message = failure(server, "00000000");
            assertContains("should begin with 00000000 but is " + FileHashes.of(content), message);
            assertFalse(Files.exists(part()));
        }
    }

    @Test
    void refusesAnotherFileThanAtFirstUse() throws IOException {
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            fetch(server, null);
            Files.delete(target);
            byte[] first = content.clone();
            content[0]++;
            assertContains("recorded " + FileHashes.of(first), failure(server));
            Files.delete(FileHash.record(target));
            fetch(server, null);
        }
    }

    @Test
    void aFilePutByHandIsCheckedAndRecorded() throws IOException {
        Files.createDirectories(target.getParent());
        Files.write(target, content);
        Downloader downloader = new Downloader(settings);
        URI nowhere = URI.create("http://127.0.0.1:1/weights.pth");
        IOException wrong =
                assertThrows(
                        IOException.class, () -> downloader.fetch(nowhere, target, "0000", null));
        assertContains("not the published file", wrong.getMessage());
        assertEquals(target, downloader.fetch(nowhere, target, null, null));
        assertEquals(FileHashes.of(content), FileHash.recorded(target));
        Files.write(target, new byte[] {1});
        Files.setLastModifiedTime(target, FileTime.from(Instant.now().plusSeconds(60)));
        IOException changed =
                assertThrows(
                        IOException.class, () -> downloader.fetch(nowhere, target, null, null));
        assertContains("has changed", changed.getMessage());
    }

    @Test
    void followsRedirects() throws IOException {
        try (TestServer server =
                new TestServer(
                        e -> {
                            String path = e.getRequestURI().getPath();
                            if (path.equals("/dir/weights.pth")) {
                                redirect(e, "../storage/1");
                            } else if (path.equals("/storage/1")) {
                                redirect(e, "//127.0.0.1:" + port(e) + "/storage/2");
                            } else {
                                TestServer.serve(e, content, TAG, 200_000);
                            }
                        })) {
            fetch(server, null);
            assertEquals(6, server.requests().size());
            assertEquals("/storage/2 bytes=200000-", server.requests().get(5));
        }
    }

    private static int port(HttpExchange exchange) {
        return exchange.getLocalAddress().getPort();
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http:///x", "a b", ""})
    void refusesStrangeRedirects(String location) throws IOException {
        try (TestServer server = new TestServer(e -> redirect(e, location))) {
            assertContains(
                    location.equals("a b") || location.isEmpty() ? "redirects" : "no http",
                    failure(server));
            assertEquals(1, server.requests().size());
        }
    }

    @Test
    void refusesToLeaveEncryption() throws IOException {
        URI secure = URI.create("https://127.0.0.1/x");
        IOException e =
                assertThrows(
                        IOException.class,
                        () -> HttpSource.next(secure, "http://127.0.0.1/weights.pth"));
        assertContains("not encrypted", e.getMessage());
        assertEquals(URI.create("https://127.0.0.1/y"), HttpSource.next(secure, "/y"));
        assertEquals(secure, HttpSource.next(URI.create("http://127.0.0.1/z"), secure.toString()));
    }

    @Test
    void refusesEndlessRedirects() throws IOException {
        try (TestServer server = new TestServer(e -> redirect(e, "/dir/weights.pth"))) {
            assertContains("more than 10 redirects", failure(server));
            assertEquals(11, server.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 410, 451})
    void saysWhichErrorTheServerGave(int status) throws IOException {
        try (TestServer server = new TestServer(e -> TestServer.send(e, status, new byte[5]))) {
            assertContains("HTTP " + status, failure(server));
            assertEquals(1, server.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void triesAgainWhenTheServerIsBusy(int status) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server =
                new TestServer(
                        e -> {
                            if (requests.getAndIncrement() < 2) {
                                e.getResponseHeaders().set("Retry-After", "0");
                                TestServer.send(e, status, new byte[5]);
                            } else {
                                TestServer.serve(e, content, TAG, EVERYTHING);
                            }
                        })) {
            fetch(server, null);
            assertEquals(3, server.requests().size());
        }
    }

    @Test
    void refusesAWebPage() throws IOException {
        try (TestServer server =
                new TestServer(
                        e -> {
                            e.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                            TestServer.send(e, 200, "<html>Log in".getBytes());
                        })) {
            assertContains("web page", failure(server));
        }
    }

    @Test
    void saysWhenTheDiskIsTooSmall() throws IOException {
        settings = with(directory -> 1000);
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            String message = failure(server);
            assertContains("300000 bytes are left to bring", message);
            assertContains("room for 1000", message);
            assertContains("DJL_CACHE_DIR", message);
        }
    }

    @Test
    void saysWhenTheDiskIsFullMeanwhile() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no device that is always full");
        settings =
                with(
                        directory -> {
                            // Asked right before the first byte is written.
                            Files.deleteIfExists(part());
                            Files.createSymbolicLink(part(), full);
                            return Long.MAX_VALUE;
                        });
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            assertContains("the disk does not take more", failure(server));
            assertEquals(1, server.requests().size());
        }
        Files.delete(part());
    }

    @Test
    void offlineSaysWhatToDo() throws IOException {
        settings =
                new DownloadSettings(
                        settings.connectTimeout(),
                        settings.stallTimeout(),
                        settings.attempts(),
                        settings.firstDelay(),
                        true,
                        settings.proxies(),
                        settings.space());
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            assertContains("DJL_OFFLINE", failure(server));
            assertEquals(List.of(), server.requests());
        }
    }

    @Test
    void aServerThatIsNotThereIsTriedOnce() throws IOException {
        URI nowhere;
        try (TestServer server = new TestServer(e -> {})) {
            nowhere = server.address("/weights.pth");
        }
        DownloadException e =
                assertThrows(
                        DownloadException.class,
                        () -> new Downloader(settings).fetch(nowhere, target, null, null));
        assertContains("127.0.0.1 cannot be reached", e.getMessage());
        assertContains("put it at " + target.toAbsolutePath(), e.getMessage());
    }

    @Test
    void refusesOtherKindsOfAddresses() {
        DownloadException e =
                assertThrows(
                        DownloadException.class,
                        () ->
                                new Downloader(settings)
                                        .fetch(
                                                URI.create("file:///etc/hosts"),
                                                target,
                                                null,
                                                null));
        assertContains("no http or https address", e.getMessage());
    }

    @Test
    void reportsProgress() throws IOException {
        List<String> told = new ArrayList<>();
        Progress progress =
                new Progress() {
                    @Override
                    public void reset(String message, long max, String trailingMessage) {
                        told.add("reset " + max);
                    }

                    @Override
                    public void start(long initialProgress) {}

                    @Override
                    public void end() {
                        told.add("end");
                    }

                    @Override
                    public void increment(long increment) {}

                    @Override
                    public void update(long done, String message) {
                        told.add("update " + done);
                    }
                };
        try (TestServer server = new TestServer(e -> TestServer.serve(e, content, TAG, 150_000))) {
            new Downloader(settings).fetch(server.address("/w"), target, null, progress);
        }
        assertEquals("reset 300000", told.get(0));
        assertEquals("update 0", told.get(1));
        assertTrue(told.contains("update 150000"), told.toString());
        assertEquals(List.of("update 300000", "end"), told.subList(told.size() - 2, told.size()));
    }

    @Test
    void severalThreadsFetchOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TestServer server =
                new TestServer(
                        e -> {
                            sleep(100);
                            TestServer.serve(e, content, TAG, EVERYTHING);
                        })) {
            Callable<Void> task =
                    () -> {
                        fetch(server, null);
                        return null;
                    };
            for (Future<Void> done : threads.invokeAll(List.of(task, task, task, task))) {
                done.get();
            }
            assertEquals(1, server.requests().size());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void waitsForAnotherProcess() throws Exception {
        Files.createDirectories(target.getParent());
        Path lock = target.resolveSibling("weights.pth.lock");
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                LockHolder.class.getName(),
                                lock.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (TestServer server =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            assertEquals('L', other.getInputStream().read());
            Future<?> fetched =
                    threads.submit(
                            () -> {
                                fetch(server, null);
                                return null;
                            });
            sleep(500);
            assertFalse(fetched.isDone());
            assertEquals(List.of(), server.requests());
            // A process that dies without giving the lock back, and whose lock file stays.
            other.destroyForcibly().waitFor();
            fetched.get();
            assertTrue(Files.exists(lock));
        } finally {
            other.destroyForcibly();
            threads.shutdownNow();
        }
    }

    /** Another process that locks a file until it is killed. */
    static final class LockHolder {
        public static void main(String[] args) throws Exception {
            FileChannel channel =
                    FileChannel.open(
                            Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            System.out.print('L');
            System.out.flush();
            Thread.sleep(60_000);
        }
    }

    /** The proxy knows the user "me" with the password "a:b@c" and nobody else. */
    @ParameterizedTest
    @CsvSource({
        "environment, me:a%3Ab%40c@, true",
        "environment, me:abc@, false",
        "environment, '', false",
        "properties, a:b@c, true",
        "properties, abc, false",
        "properties, , false"
    })
    void tellsAProxyWhoAsks(String where, String secret, boolean accepted) throws IOException {
        URI hidden = URI.create("http://weights.invalid/dir/weights.pth");
        try (TestServer proxy = new TestServer(this::askForTheUser)) {
            URI address = proxy.address("");
            Properties properties = new Properties();
            Map<String, String> environment = Map.of();
            ProxySelector java = null;
            if (where.equals("environment")) {
                environment =
                        Map.of("http_proxy", "http://" + secret + "127.0.0.1:" + address.getPort());
            } else {
                java =
                        ProxySelector.of(
                                InetSocketAddress.createUnresolved("127.0.0.1", address.getPort()));
                if (secret != null) {
                    properties.put("http.proxyUser", "me");
                    properties.put("http.proxyPassword", secret);
                }
            }
            settings = through(new EnvironmentProxies(java, properties, environment));
            Downloader downloader = new Downloader(settings);
            if (accepted) {
                downloader.fetch(hidden, target, null, null);
                assertArrayEquals(content, Files.readAllBytes(target));
            } else {
                String message =
                        assertThrows(
                                        DownloadException.class,
                                        () -> downloader.fetch(hidden, target, null, null))
                                .getMessage();
                assertContains("the proxy did not accept the user and password", message);
                assertFalse(secret != null && !secret.isEmpty() && message.contains("abc"));
            }
            assertEquals(List.of(hidden.toString()), proxy.requests());
        }
    }

    private void askForTheUser(HttpExchange exchange) throws IOException {
        byte[] user = "me:a:b@c".getBytes(StandardCharsets.UTF_8);
        String expected = "Basic " + Base64.getEncoder().encodeToString(user);
        if (expected.equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"))) {
            TestServer.serve(exchange, content, TAG, EVERYTHING);
        } else {
            exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"test\"");
            TestServer.send(exchange, 407, new byte[0]);
        }
    }

    private DownloadSettings through(EnvironmentProxies proxies) {
        return new DownloadSettings(
                settings.connectTimeout(),
                settings.stallTimeout(),
                settings.attempts(),
                settings.firstDelay(),
                false,
                proxies,
                settings.space());
    }

    @Test
    void goesThroughAProxy() throws IOException {
        URI hidden = URI.create("http://weights.invalid/dir/weights.pth");
        try (TestServer proxy =
                new TestServer(e -> TestServer.serve(e, content, TAG, EVERYTHING))) {
            settings =
                    through(
                            new EnvironmentProxies(
                                    null,
                                    new Properties(),
                                    Map.of("HTTP_PROXY", proxy.address("").toString())));
            new Downloader(settings).fetch(hidden, target, null, null);
            assertEquals(List.of(hidden.toString()), proxy.requests());
        }
        assertArrayEquals(content, Files.readAllBytes(target));
    }

    /** Hashes of bytes. */
    private static final class FileHashes {
        static String of(byte[] bytes) throws IOException {
            Path file = Files.createTempFile("hash", null);
            try {
                Files.write(file, bytes);
                return FileHash.of(file);
            } finally {
                Files.delete(file);
            }
        }
    }
}
