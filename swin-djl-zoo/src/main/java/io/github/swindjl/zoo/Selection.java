// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import io.github.swindjl.zoo.weights.StateException;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Some tensors of a dictionary; closing it closes that. */
final class Selection implements StateSource {

    private final StateSource base;
    private final Map<String, TensorInfo> tensors;

    Selection(StateSource base, Set<String> names) {
        this.base = base;
        Map<String, TensorInfo> chosen = new LinkedHashMap<>(base.tensors());
        chosen.keySet().retainAll(names);
        tensors = Collections.unmodifiableMap(chosen);
    }

    @Override
    public Path file() {
        return base.file();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public Map<String, String> metadata() {
        return base.metadata();
    }

    @Override
    public ByteBuffer bytes(String name, long offset, int length) throws StateException {
        info(name); // refuses names that were not chosen
        return base.bytes(name, offset, length);
    }

    @Override
    public void close() throws IOException {
        base.close();
    }
}
