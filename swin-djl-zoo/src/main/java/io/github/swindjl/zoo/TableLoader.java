// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Application;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import ai.djl.util.Progress;
import io.github.swindjl.blocks.SwinSize;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds the networks of a table for DJL.
 *
 * @param <E> a row of the table
 */
abstract class TableLoader<E extends PublishedModel> implements ModelLoader {

    private static final String NAME = "name";
    private static final String SIZE = "size";

    private final List<E> table;
    private final Function<String, E> byName;
    private final MRL mrl;

    /**
     * Reads a table.
     *
     * @param table the rows, at least one
     * @param byName finds a row by its name or an alias, or throws {@link IllegalArgumentException}
     */
    TableLoader(List<E> table, Function<String, E> byName) {
        this.table = table;
        this.byName = byName;
        mrl = new SwinRepository(table).getResources().get(0);
    }

    @Override
    public final String getGroupId() {
        return SwinModelZoo.GROUP_ID;
    }

    @Override
    public final String getArtifactId() {
        return table.get(0).artifactId();
    }

    @Override
    public final Application getApplication() {
        return table.get(0).application();
    }

    @Override
    public final MRL getMrl() {
        return mrl;
    }

    @Override
    public final <I, O> boolean isDownloaded(Criteria<I, O> criteria)
            throws ModelNotFoundException {
        return Pretrained.cached(entry(criteria)) != null;
    }

    @Override
    public final <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        Pretrained.fetch(entry(criteria), progress);
    }

    /** Finds the first row that the filters match. */
    final E entry(Criteria<?, ?> criteria) throws ModelNotFoundException {
        Map<String, String> wanted =
                criteria.getFilters() == null ? Map.of() : criteria.getFilters();
        String name = wanted.get(NAME);
        try {
            return (name == null ? table : List.of(byName.apply(name)))
                    .stream()
                            .filter(row -> matches(row, wanted))
                            .findFirst()
                            .orElseThrow(() -> new ModelNotFoundException(noMatch(wanted)));
        } catch (IllegalArgumentException e) {
            // DJL goes on to the next zoo after this exception only.
            throw new ModelNotFoundException(e.getMessage(), e);
        }
    }

    private static boolean matches(PublishedModel row, Map<String, String> wanted) {
        Map<String, String> has = row.properties();
        return wanted.entrySet().stream()
                .filter(filter -> !filter.getKey().equals(NAME)) // an alias is no property
                .allMatch(
                        filter ->
                                filter.getValue().equalsIgnoreCase(has.get(filter.getKey()))
                                        || filter.getKey().equals(SIZE)
                                                && filter.getValue()
                                                        .equalsIgnoreCase(title(has.get(SIZE))));
    }

    /** Returns what a size is called in full. */
    private static String title(String size) {
        return size == null ? null : SwinSize.valueOf(size).title();
    }

    /** Says which of the filters no row has, and what the rows have. */
    private String noMatch(Map<String, String> wanted) {
        Map<String, Set<String>> known = new TreeMap<>();
        for (E row : table) {
            row.properties()
                    .forEach(
                            (key, value) ->
                                    known.computeIfAbsent(key, k -> new TreeSet<>()).add(value));
        }
        StringBuilder text = new StringBuilder("No Swin model matches the filters " + wanted);
        for (String key : new TreeSet<>(wanted.keySet())) {
            if (!known.containsKey(key)) {
                text.append("; there is no filter ")
                        .append(key)
                        .append(", there are ")
                        .append(String.join(", ", known.keySet()));
            } else if (!key.equals(NAME)) {
                text.append("; ").append(key).append(" is one of ");
                text.append(String.join(", ", known.get(key)));
            }
        }
        return text.append('.').toString();
    }

    /** Refuses an input and a result that a factory has no translator for. */
    static void requireTranslator(Criteria<?, ?> criteria, TranslatorFactory factory)
            throws ModelNotFoundException {
        requireTranslator(
                criteria,
                factory.isSupported(criteria.getInputClass(), criteria.getOutputClass()),
                factory.getSupportedTypes());
    }

    /** Refuses an input and a result that do not belong to a set of pairs. */
    static void requireTranslator(
            Criteria<?, ?> criteria, boolean supported, Set<Pair<Type, Type>> pairs)
            throws ModelNotFoundException {
        if (!supported) {
            throw new ModelNotFoundException(
                    "No translator from "
                            + criteria.getInputClass().getSimpleName()
                            + " to "
                            + criteria.getOutputClass().getSimpleName()
                            + ". Inputs are "
                            + names(pairs, Pair::getKey)
                            + "; results are "
                            + names(pairs, Pair::getValue)
                            + ". For others bring a translator with optTranslator, such as"
                            + " new NoopTranslator() from NDList to NDList.");
        }
    }

    private static String names(
            Set<Pair<Type, Type>> pairs, Function<Pair<Type, Type>, Type> side) {
        return pairs.stream()
                .map(side)
                .map(type -> type instanceof Class<?> known ? known.getSimpleName() : "" + type)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
