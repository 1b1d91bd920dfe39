// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.swindjl.kernels.Bfloat16;
import io.github.swindjl.kernels.HostMemory;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.train.config.StateStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What an update rule remembers of the parameters of a group, kept between updates as configured.
 * An update sees float32 on the parameters' device: the arrays themselves, or copies for some
 * parameters at a time.
 */
final class Moments {

    /** Values whose copies exist at once, if not one parameter alone has more. */
    static final long PORTION = 1 << 20;

    private static final Kernel COPY = Kernel.of(Moments.class, "copy_all.py", Map.of());

    private final StateStorage storage;
    private final List<NDArray> parameters;
    private final List<List<NDArray>> kept;
    private final List<Portion> portions;

    /**
     * Some parameters of a group that follow each other.
     *
     * @param begin place of the first
     * @param end place after the last
     */
    record Portion(int begin, int end) {

        /** Returns what a list holds for these parameters. */
        <T> List<T> of(List<T> all) {
            return all.subList(begin, end);
        }
    }

    /** What an update does with some parameters. */
    @FunctionalInterface
    interface Use {

        /**
         * Changes moments in place.
         *
         * @param portion the parameters
         * @param moments the first moment of each, the second of each, and so on
         */
        void apply(Portion portion, List<List<NDArray>> moments);
    }

    /**
     * Begins with zeros.
     *
     * @param manager owner of what is kept, on the parameters' device
     * @param parameters the group's, float32
     * @param count moments of each parameter, may be 0
     * @param storage how they are kept
     */
    Moments(NDManager manager, List<NDArray> parameters, int count, StateStorage storage) {
        this.storage = storage;
        this.parameters = parameters;
        kept =
                IntStream.range(0, count)
                        .mapToObj(moment -> zeros(manager, parameters, storage))
                        .toList();
        portions =
                storage == StateStorage.FLOAT32
                        ? List.of(new Portion(0, parameters.size()))
                        : portions(parameters);
    }

    private static List<NDArray> zeros(
            NDManager manager, List<NDArray> parameters, StateStorage storage) {
        return switch (storage) {
            case FLOAT32 ->
                    parameters.stream()
                            .map(each -> manager.zeros(each.getShape(), DataType.FLOAT32))
                            .toList();
            case BFLOAT16 ->
                    parameters.stream().map(each -> Bfloat16.zeros(manager, each)).toList();
            case HOST -> {
                NDManager host = manager.newSubManager(Device.cpu());
                yield parameters.stream().map(each -> HostMemory.zerosFor(host, each)).toList();
            }
        };
    }

    /**
     * Returns what copies take at most at a time.
     *
     * @param largest values of the largest parameter
     * @param count moments of each parameter
     * @param storage how they are kept
     * @return bytes
     */
    static long copies(long largest, int count, StateStorage storage) {
        // bfloat16 is rounded from one more copy, in which the portion lies in one piece.
        int arrays =
                switch (storage) {
                    case FLOAT32 -> 0;
                    case BFLOAT16 -> count + 1;
                    case HOST -> count;
                };
        return Math.max(largest, PORTION) * arrays * Float.BYTES;
    }

    private static List<Portion> portions(List<NDArray> parameters) {
        List<Portion> portions = new ArrayList<>();
        int begin = 0;
        long size = 0;
        for (int i = 0; i < parameters.size(); i++) {
            size += parameters.get(i).size();
            if (i > begin && size > PORTION) {
                portions.add(new Portion(begin, i));
                begin = i;
                size = parameters.get(i).size();
            }
        }
        portions.add(new Portion(begin, parameters.size()));
        return portions;
    }

    /** Returns one moment of each parameter as it is kept; overwriting it restores it. */
    List<NDArray> kept(int moment) {
        return kept.get(moment);
    }

    /**
     * Changes all moments.
     *
     * @param temporary owner of copies, on the parameters' device
     * @param rounding how bfloat16 is rounded
     * @param use what changes them; called once for each portion, in order
     */
    void change(NDManager temporary, StochasticRounding rounding, Use use) {
        for (Portion portion : portions) {
            List<List<NDArray>> part = kept.stream().map(portion::of).toList();
            if (storage == StateStorage.FLOAT32) {
                use.apply(portion, part);
                continue;
            }
            try (NDManager copies = temporary.newSubManager()) {
                List<List<NDArray>> working =
                        part.stream().map(moment -> copy(copies, portion, moment)).toList();
                use.apply(portion, working);
                for (int i = 0; i < part.size(); i++) {
                    if (storage == StateStorage.BFLOAT16) {
                        rounding.keep(working.get(i), part.get(i));
                    } else {
                        COPY.update(copies, part.get(i), working.get(i));
                    }
                }
            }
        }
    }

    private List<NDArray> copy(NDManager owner, Portion portion, List<NDArray> moment) {
        List<NDArray> copies =
                portion.of(parameters).stream()
                        .map(each -> owner.create(each.getShape(), DataType.FLOAT32))
                        .toList();
        COPY.update(owner, copies, moment);
        return copies;
    }
}
