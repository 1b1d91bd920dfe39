// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexCacheTest {

    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir Path root;
    @TempDir Path cache;
    private String cacheBefore;

    @BeforeEach
    void useACacheOfOurOwn() throws IOException {
        cacheBefore = System.setProperty("DJL_CACHE_DIR", cache.toString());
        Files.createDirectories(root.resolve("a"));
        Files.write(root.resolve("a/0.png"), SourceLayoutsTest.png(7));
        list(IndexCache.WORTHWHILE);
    }

    @AfterEach
    void restoreTheCache() {
        if (cacheBefore == null) {
            System.clearProperty("DJL_CACHE_DIR");
        } else {
            System.setProperty("DJL_CACHE_DIR", cacheBefore);
        }
    }

    @Test
    void aKeptListSaysTheSame() throws IOException {
        IndexedSource listed = PictureSets.open(root, "train");
        assertEquals(1, kept().size());
        FileTime written = Files.getLastModifiedTime(kept().get(0));
        IndexedSource again = PictureSets.open(root, "train");
        assertEquals(written, Files.getLastModifiedTime(kept().get(0)));
        assertEquals(listed.facts(), again.facts());
        assertEquals(listed.classes(), again.classes());
        assertEquals(listed.root(), again.root());
        assertEquals(listed.fingerprint(), again.fingerprint());
        assertEquals("b/9999.png", again.name(9999));
        assertEquals(1, again.label(9999));
        assertEquals(7, again.read(0).rgb()[0]);
    }

    @Test
    void aChangedSetIsListedAnew() throws IOException {
        String before = PictureSets.open(root, "train").fingerprint();
        list(IndexCache.WORTHWHILE + 1);
        IndexedSource after = PictureSets.open(root, "train");
        assertEquals(IndexCache.WORTHWHILE + 1, after.size());
        assertNotEquals(before, after.fingerprint());
    }

    @Test
    void aDamagedListIsMadeAnew() throws IOException {
        String before = PictureSets.open(root, "train").fingerprint();
        byte[] whole = Files.readAllBytes(kept().get(0));
        byte[] flipped = whole.clone();
        flipped[50] ^= 1;
        for (byte[] damaged :
                List.of(Arrays.copyOf(whole, whole.length - 1), flipped, new byte[9])) {
            Files.write(kept().get(0), damaged);
            assertEquals(before, PictureSets.open(root, "train").fingerprint());
            assertEquals(whole.length, Files.size(kept().get(0)));
        }
    }

    @Test
    void whatChangedJustNowOrIsSmallIsNotKept() throws IOException {
        list(10);
        PictureSets.open(root, "train");
        assertEquals(List.of(), kept());
        list(IndexCache.WORTHWHILE);
        Files.setLastModifiedTime(
                root.resolve("train_map.txt"), FileTime.fromMillis(System.currentTimeMillis()));
        PictureSets.open(root, "train");
        assertEquals(List.of(), kept());
    }

    private void list(int pictures) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            lines.add((i % 2 == 0 ? "a/" : "b/") + i + ".png\t" + i % 2);
        }
        Files.write(root.resolve("train_map.txt"), lines);
        Files.setLastModifiedTime(root.resolve("train_map.txt"), LONG_AGO);
    }

    private List<Path> kept() throws IOException {
        Path folder = cache.resolve("cache/swin-djl/pictures");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.toList();
            assertTrue(found.stream().allMatch(file -> file.toString().endsWith(".index")));
            return found;
        }
    }
}
