// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Application;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Finds the networks of a table for DJL.
 *
 * @param <E> a row of the table
 */
abstract class TableLoader<E extends PublishedModel> implements ModelLoader {

    private static final String NAME = "name";

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
                criteria.getFilters() == null
                        ? new HashMap<>()
                        : new HashMap<>(criteria.getFilters());
        String name = wanted.remove(NAME);
        try {
            return (name == null ? table : List.of(byName.apply(name)))
                    .stream()
                            .filter(row -> matches(row, wanted))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new ModelNotFoundException(
                                                    "No Swin model matches "
                                                            + criteria.getFilters()));
        } catch (IllegalArgumentException e) {
            // DJL goes on to the next zoo after this exception only.
            throw new ModelNotFoundException(e.getMessage(), e);
        }
    }

    private static boolean matches(PublishedModel row, Map<String, String> wanted) {
        return row.properties().entrySet().containsAll(wanted.entrySet());
    }

    /** What is to be said where nothing turns such an input into such a result. */
    static ModelNotFoundException noTranslator(Criteria<?, ?> criteria, String those) {
        return new ModelNotFoundException(
                "No translator from "
                        + criteria.getInputClass().getSimpleName()
                        + " to "
                        + criteria.getOutputClass().getSimpleName()
                        + "; there "
                        + those);
    }
}
