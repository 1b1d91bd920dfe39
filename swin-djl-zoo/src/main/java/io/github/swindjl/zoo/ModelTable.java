// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The known models by name. Thread-safe. */
public final class ModelTable {

    private static final int SUGGESTIONS = 3;
    private static final Map<String, ModelEntry> ENTRIES = read();
    private static final Map<String, ModelEntry> ALIASES = aliases();

    private ModelTable() {}

    /**
     * Returns every known model.
     *
     * @return the entries in the order of the table
     */
    public static List<ModelEntry> all() {
        return List.copyOf(ENTRIES.values());
    }

    /**
     * Finds a model.
     *
     * @param name its name or one of its aliases, an official file's with or without {@code .pth};
     *     what follows the dot may be left away, then the training is meant that timm means, or
     *     else the first of that architecture
     * @return the entry
     * @throws IllegalArgumentException if there is none; names the nearest
     */
    public static ModelEntry get(String name) {
        ModelEntry entry = ENTRIES.get(name);
        if (entry == null) {
            entry = ALIASES.get(name);
        }
        if (entry != null) {
            return entry;
        }
        return ENTRIES.values().stream()
                .filter(candidate -> candidate.name().startsWith(name + "."))
                .findFirst()
                .or(() -> Optional.ofNullable(ALIASES.get(name + ".pth")))
                .orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    }

    private static String unknown(String name) {
        if (SegmentationTable.find(name).isPresent()) {
            return "Model '" + name + "' labels pixels, expected one that classifies pictures.";
        }
        Set<String> names = new LinkedHashSet<>(ENTRIES.keySet());
        names.addAll(ALIASES.keySet());
        ENTRIES.keySet().forEach(known -> names.add(known.split("\\.", 2)[0]));
        List<String> networks = SegmentationTable.names();
        names.addAll(networks);
        List<String> nearest =
                Nearest.to(name, names, names.size()).stream()
                        .map(known -> networks.contains(known) ? known : get(known).name())
                        .distinct()
                        .limit(SUGGESTIONS)
                        .toList();
        return "Unknown model '"
                + name
                + "'."
                + (nearest.isEmpty() ? "" : " Did you mean " + String.join(", ", nearest) + "?")
                + " 'swin models' lists all.";
    }

    private static Map<String, ModelEntry> aliases() {
        Map<String, ModelEntry> byAlias = new HashMap<>();
        for (ModelEntry entry : ENTRIES.values()) {
            entry.aliases().forEach(alias -> byAlias.put(alias, entry));
        }
        return byAlias;
    }

    private static Map<String, ModelEntry> read() {
        try (Reader reader =
                new InputStreamReader(
                        ModelTable.class.getResourceAsStream("models.json"),
                        StandardCharsets.UTF_8)) {
            List<ModelEntry> entries = new Gson().fromJson(reader, new TypeToken<>() {});
            Map<String, ModelEntry> byName = new LinkedHashMap<>();
            for (ModelEntry entry : entries) {
                byName.put(entry.name(), entry);
            }
            return byName;
        } catch (IOException e) {
            throw new UncheckedIOException("The table of models cannot be read", e);
        }
    }
}
