// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.swindjl.kernels.Autograd;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notices when any parameter of a network was replaced or changed in place, so that what was
 * computed from them can be kept until then. Thread-safe.
 */
final class Freshness {

    private final Block network;
    private final Map<Device, Seen> seen = new ConcurrentHashMap<>();

    // Listed at the first look, when every child has been added.
    private volatile List<Parameter> parameters;

    /** The parameters as they were from one change to the next; equal only to itself. */
    static final class State {}

    private record Seen(List<String> ids, long[] versions, State state) {}

    Freshness(Block network) {
        this.network = network;
    }

    /** Returns the state of the parameters on a device, the same object until one changes. */
    State state(ParameterStore store, Device device) {
        // Those of stages that are never computed may have been closed.
        List<NDArray> values =
                parameters().stream()
                        .map(parameter -> store.getValue(parameter, device, false))
                        .filter(value -> !value.isReleased())
                        .toList();
        List<String> ids = values.stream().map(NDArray::getUid).toList();
        // A change after this line is noticed by the next look, at what is computed before it too.
        long[] versions = Autograd.versions(values);
        return seen.merge(
                        device,
                        new Seen(ids, versions, new State()),
                        (former, now) ->
                                former.ids.equals(ids) && Arrays.equals(former.versions, versions)
                                        ? former
                                        : now)
                .state;
    }

    /** Returns the memory of all parameters as float32, in bytes. */
    long bytes() {
        return parameters().stream().mapToLong(p -> Float.BYTES * p.getShape().size()).sum();
    }

    private List<Parameter> parameters() {
        List<Parameter> listed = parameters;
        if (listed == null) {
            listed = List.copyOf(StateDict.of(network).values());
            parameters = listed;
        }
        return listed;
    }
}
