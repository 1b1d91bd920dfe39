// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dictionary made of another: other names, other shapes. Closing it closes the other. */
final class DerivedSource implements StateSource {

    private final StateSource base;
    private final Map<String, LazyTensor> content;
    private final Map<String, TensorInfo> tensors;

    DerivedSource(StateSource base, Map<String, LazyTensor> content) {
        this.base = base;
        this.content = Map.copyOf(content);
        Map<String, TensorInfo> infos = new LinkedHashMap<>();
        content.forEach(
                (name, tensor) ->
                        infos.put(
                                name,
                                new TensorInfo(
                                        name, tensor.type(), tensor.shape(), 0, tensor.length())));
        tensors = Collections.unmodifiableMap(infos);
    }

    @Override
    public Path file() {
        return base.file();
    }

    @Override
    public List<Path> files() {
        return base.files();
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
        info(name).checkRange(offset, length);
        return content.get(name).bytes(offset, length);
    }

    @Override
    public void read(String name, long offset, ByteBuffer target) throws StateException {
        info(name).checkRange(offset, target.remaining());
        content.get(name).read(offset, target);
    }

    @Override
    public void close() throws IOException {
        base.close();
    }
}
