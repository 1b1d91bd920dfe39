// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The known networks for semantic segmentation by name. Thread-safe. */
public final class SegmentationTable {

    private static final List<SegmentationEntry> ENTRIES = read();

    private SegmentationTable() {}

    /**
     * Returns every known network.
     *
     * @return the entries in the order of the table
     */
    public static List<SegmentationEntry> all() {
        return ENTRIES;
    }

    /**
     * Finds a network.
     *
     * @param name its name or one of its aliases
     * @return the entry
     * @throws IllegalArgumentException if there is none; names the nearest
     */
    public static SegmentationEntry get(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    }

    /**
     * Looks for a network.
     *
     * @param name its name or one of its aliases
     * @return the entry, or empty if there is none
     */
    public static Optional<SegmentationEntry> find(String name) {
        return ENTRIES.stream()
                .filter(entry -> entry.name().equals(name) || entry.aliases().contains(name))
                .findFirst();
    }

    /** Returns the names that a wrong one may have meant. */
    static List<String> names() {
        return ENTRIES.stream().map(SegmentationEntry::name).toList();
    }

    private static String unknown(String name) {
        if (ModelTable.find(name).isPresent()) {
            return "Model '"
                    + name
                    + "' is a classifier, expected a segmentation model (in Java, Swin.model"
                    + " loads it).";
        }
        List<String> nearest = Nearest.to(name, names(), ModelTable.SUGGESTIONS);
        return ModelTable.unknown(name, nearest, SegmentationTable.class);
    }

    private static List<SegmentationEntry> read() {
        try (Reader reader =
                new InputStreamReader(
                        SegmentationTable.class.getResourceAsStream("segmentation-models.json"),
                        StandardCharsets.UTF_8)) {
            List<SegmentationEntry> entries = new Gson().fromJson(reader, new TypeToken<>() {});
            return List.copyOf(entries);
        } catch (IOException e) {
            throw new UncheckedIOException("The table of models cannot be read", e);
        }
    }
}
