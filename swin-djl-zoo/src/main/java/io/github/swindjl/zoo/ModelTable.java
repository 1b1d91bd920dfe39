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
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The known models by name. Thread-safe. */
public final class ModelTable {

    /** How many names are told to someone who misspelt one. */
    static final int SUGGESTIONS = 3;

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
        return find(name).orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    }

    /**
     * Looks for a model.
     *
     * @param name as for {@link #get}
     * @return the entry, or empty if there is none
     */
    public static Optional<ModelEntry> find(String name) {
        return Optional.ofNullable(ENTRIES.get(name))
                .or(() -> Optional.ofNullable(ALIASES.get(name)))
                .or(
                        () ->
                                ENTRIES.values().stream()
                                        .filter(entry -> entry.name().startsWith(name + "."))
                                        .findFirst())
                .or(() -> Optional.ofNullable(ALIASES.get(name + ".pth")));
    }

    /**
     * Finds models by a pattern, as {@code timm.list_models} does.
     *
     * @param glob a name in which {@code *} stands for any characters and {@code ?} for one, such
     *     as {@code swinv2_*}; the training after the dot may be left away, aliases are not
     *     searched
     * @return the entries in the order of the table, none if no name matches
     */
    public static List<ModelEntry> matching(String glob) {
        String expression =
                glob.chars()
                        .mapToObj(
                                letter ->
                                        switch (letter) {
                                            case '*' -> ".*";
                                            case '?' -> ".";
                                            default -> Pattern.quote(Character.toString(letter));
                                        })
                        .collect(Collectors.joining());
        Pattern wanted = Pattern.compile(expression);
        return ENTRIES.values().stream()
                .filter(
                        entry ->
                                wanted.matcher(entry.name()).matches()
                                        || wanted.matcher(architecture(entry.name())).matches())
                .toList();
    }

    /** Returns a name without the training that it names after a dot. */
    private static String architecture(String name) {
        return name.split("\\.", 2)[0];
    }

    private static String unknown(String name) {
        if (SegmentationTable.find(name).isPresent()) {
            return "Model '"
                    + name
                    + "' is a segmentation model, expected a classifier (in Java,"
                    + " Swin.segmentation loads it).";
        }
        Set<String> names = new LinkedHashSet<>(ENTRIES.keySet());
        names.addAll(ALIASES.keySet());
        ENTRIES.keySet().forEach(known -> names.add(architecture(known)));
        List<String> networks = SegmentationTable.names();
        names.addAll(networks);
        List<String> nearest =
                Nearest.to(name, names, names.size()).stream()
                        .map(known -> networks.contains(known) ? known : get(known).name())
                        .distinct()
                        .limit(SUGGESTIONS)
                        .toList();
        return unknown(name, nearest, ModelTable.class);
    }

    /** What is to be said of a name that no table has. */
    static String unknown(String name, List<String> nearest, Class<?> table) {
        return "Unknown model '"
                + name
                + "'."
                + (nearest.isEmpty() ? "" : " Did you mean " + String.join(", ", nearest) + "?")
                + " 'swin models' lists all, and so does "
                + table.getSimpleName()
                + ".all().";
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
