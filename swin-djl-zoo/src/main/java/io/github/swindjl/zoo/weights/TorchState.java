// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of a file that PyTorch wrote, whatever its container. */
final class TorchState implements StateSource {

    private final MappedFile file;
    private final Map<String, StridedView> views = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata;

    /** Where the values of a storage lie in the file. */
    record Region(long position, long length) {}

    /** Knows where storages are. */
    @FunctionalInterface
    interface Storages {
        /** The region of a storage, or null if the file has none of this key. */
        Region find(String key) throws StateException;
    }

    /** Flattens what the pickle holds and places every tensor; the file belongs to it then. */
    TorchState(MappedFile file, Object root, Storages storages) throws StateException {
        this.file = file;
        StateTree tree = StateTree.of(file.path(), root);
        metadata = Collections.unmodifiableMap(tree.scalars());
        for (Map.Entry<String, TorchTensor> entry : tree.tensors().entrySet()) {
            StridedView view = place(entry.getKey(), entry.getValue(), storages);
            views.put(entry.getKey(), view);
            tensors.put(entry.getKey(), view.info());
        }
    }

    private StridedView place(String name, TorchTensor tensor, Storages storages)
            throws StateException {
        TorchStorage storage = tensor.storage();
        Region region = storages.find(storage.key());
        if (region == null) {
            throw problem(name, "the file has no storage " + Printable.text(storage.key()), null);
        }
        try {
            int size = storage.type().bits() / Byte.SIZE;
            long first = Math.multiplyExact(storage.first(), size);
            long length = Math.multiplyExact(storage.elements(), size);
            if (first < 0 || length < 0 || first > region.length() - length) {
                throw problem(
                        name,
                        "its storage "
                                + Printable.text(storage.key())
                                + " should have "
                                + storage.elements()
                                + " elements of "
                                + storage.type()
                                + " from "
                                + storage.first()
                                + " on, the file has "
                                + region.length()
                                + " bytes there",
                        null);
            }
            return StridedView.of(name, tensor, region.position() + first, length, file.size());
        } catch (ArithmeticException e) {
            throw problem(name, "its storage's size overflows 64 bits", e);
        } catch (IllegalArgumentException e) {
            throw problem(name, e.getMessage(), e);
        }
    }

    private StateException problem(String name, String problem, Throwable cause) {
        return new StateException(
                file.path(), "tensor " + Printable.text(name) + ": " + problem, cause);
    }

    @Override
    public Path file() {
        return file.path();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public ByteBuffer bytes(String name, long offset, int length) throws StateException {
        info(name);
        return views.get(name).read(file, offset, length);
    }

    @Override
    public void read(String name, long offset, ByteBuffer target) throws StateException {
        info(name);
        views.get(name).read(file, offset, target);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
