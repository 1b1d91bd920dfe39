// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.zoo.download.DownloadException;
import io.github.swindjl.zoo.download.Downloader;
import io.github.swindjl.zoo.download.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedTest {

    private static final byte[] CONTENT = "weights".getBytes();

    @TempDir private Path folder;

    /** A model of the table whose files are on other servers. */
    private static List<WeightsFile> files(URI... addresses) {
        return List.of(addresses).stream()
                .map(address -> new WeightsFile(address, null, null))
                .toList();
    }

    private Path fetch(List<WeightsFile> files) throws IOException {
        return Pretrained.fetch("model.name", files, folder, null, Downloader.standard());
    }

    @Test
    void takesTheFirstAddress() throws IOException {
        try (TestServer server = new TestServer(e -> TestServer.send(e, 200, CONTENT))) {
            List<WeightsFile> files = files(server.address("/a.pth"), server.address("/b.pth"));
            Path file = fetch(files);
            assertEquals(folder.resolve("a.pth"), file);
            assertArrayEquals(CONTENT, Files.readAllBytes(file));
            fetch(files);
            assertEquals(List.of("/a.pth"), server.requests());
        }
    }

    @Test
    void takesTheNextAddressWhenTheFirstFails() throws IOException {
        try (TestServer server =
                new TestServer(
                        e ->
                                TestServer.send(
                                        e,
                                        e.getRequestURI().getPath().equals("/a.pth") ? 404 : 200,
                                        CONTENT))) {
            List<WeightsFile> files = files(server.address("/a.pth"), server.address("/b.pth"));
            assertEquals(folder.resolve("b.pth"), fetch(files));
            assertEquals(folder.resolve("b.pth"), fetch(files));
            assertEquals(List.of("/a.pth", "/b.pth"), server.requests());
        }
    }

    @Test
    void saysEveryAddressAndPlaceWhenAllFail() throws IOException {
        try (TestServer server = new TestServer(e -> TestServer.send(e, 404, CONTENT))) {
            URI first = server.address("/a.pth");
            URI second = server.address("/b.pth");
            DownloadException e =
                    assertThrows(DownloadException.class, () -> fetch(files(first, second)));
            assertTrue(e.getMessage().contains(first.toString()), e.getMessage());
            assertTrue(
                    e.getMessage().contains("put it at " + folder.resolve("a.pth")),
                    e.getMessage());
            String other = e.getSuppressed()[0].getMessage();
            assertTrue(other.contains(second.toString()), other);
            assertTrue(other.contains("put it at " + folder.resolve("b.pth")), other);
        }
    }

    @Test
    void checksThePublishedHash() throws IOException {
        try (TestServer server = new TestServer(e -> TestServer.send(e, 200, CONTENT))) {
            List<WeightsFile> files =
                    List.of(new WeightsFile(server.address("/a"), "a.pth", "00112233"));
            DownloadException e = assertThrows(DownloadException.class, () -> fetch(files));
            assertTrue(e.getMessage().contains("should begin with 00112233"), e.getMessage());
        }
    }

    @Test
    void aModelWithoutWeightsHasNone() {
        ModelEntry entry = ModelTable.get("swinv2_giant_window16_256");
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Pretrained.fetch(entry, null));
        assertTrue(e.getMessage().contains("No weights were released"), e.getMessage());
        assertNull(Pretrained.cached(entry));
    }
}
