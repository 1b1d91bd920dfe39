// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.kernels.Handles;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Arrays that are computed once and kept within a bound of memory; what was not used for longest
 * goes first, and the newest always stays.
 *
 * <p>Kept arrays live as long as their owner, a manager of the network's parameters. What is handed
 * out are handles of their own, which outlive an entry that is dropped meanwhile. Thread-safe.
 */
final class ArrayCache<K> {

    /** Entries kept at most, however small: each holds memory of Java's and the engine's too. */
    private static final int MOST = 48;

    private final long bound;
    private final Map<K, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long total;

    private record Entry(NDList arrays, Freshness.State state, long bytes) {

        boolean isCurrent(Freshness.State wanted) {
            return state == wanted && arrays.stream().noneMatch(NDArray::isReleased);
        }
    }

    /**
     * Creates an empty cache.
     *
     * @param bound bytes that are kept
     */
    ArrayCache(long bound) {
        this.bound = bound;
    }

    /**
     * Returns handles on the arrays of a key, computing them if there are none or they were
     * computed from another state.
     *
     * @param key what the arrays are
     * @param state of the parameters they are computed from; null for constants
     * @param user owner of the handles, which the caller closes
     * @param owner manager with which the kept arrays live
     * @param maker computes the arrays in memory of the engine's
     */
    synchronized NDList get(
            K key, Freshness.State state, NDManager user, NDManager owner, Supplier<NDList> maker) {
        Entry entry = entries.get(key);
        if (entry == null || !entry.isCurrent(state)) {
            drop(entries.remove(key));
            NDList arrays = maker.get();
            arrays.attach(owner);
            entry = new Entry(arrays, state, bytes(arrays));
            entries.put(key, entry);
            total += entry.bytes;
            shrink();
        }
        NDList handles = new NDList(entry.arrays.size());
        entry.arrays.forEach(array -> handles.add(Handles.share(array, user)));
        return handles;
    }

    /** Closes everything that is kept. */
    synchronized void clear() {
        entries.values().forEach(this::drop);
        entries.clear();
    }

    private void shrink() {
        Iterator<Entry> oldest = entries.values().iterator();
        while ((total > bound && entries.size() > 1) || entries.size() > MOST) {
            Entry entry = oldest.next();
            oldest.remove();
            drop(entry);
        }
    }

    private void drop(Entry entry) {
        if (entry != null) {
            entry.arrays.close();
            total -= entry.bytes;
        }
    }

    private static long bytes(NDList arrays) {
        // Four for each value: the engine's own layouts do not tell.
        return arrays.stream().mapToLong(array -> Float.BYTES * array.getShape().size()).sum();
    }
}
