// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nested dictionaries and lists, flattened to names with dots: {@code model.norm.weight}, {@code
 * optimizer.state.0.exp_avg}.
 */
final class StateTree {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_VALUES = 250_000;

    /** A small file can name one long name often. */
    private static final long MAX_CHARACTERS = 1L << 24;

    private final Path file;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> scalars = new LinkedHashMap<>();
    private int values;
    private long characters;

    private StateTree(Path file) {
        this.file = file;
    }

    static StateTree of(Path file, Object root) throws StateException {
        if (!(root instanceof Map || root instanceof List || root instanceof Object[])) {
            throw new StateException(
                    file,
                    "holds a single "
                            + (root instanceof TorchTensor ? "tensor" : "value")
                            + ", expected a dictionary of tensors");
        }
        StateTree tree = new StateTree(file);
        tree.visit("", root, 0);
        return tree;
    }

    /** Every tensor by name, in the order of the file. */
    Map<String, TorchTensor> tensors() {
        return tensors;
    }

    /** Every number, truth value and text by name, as text. */
    Map<String, String> scalars() {
        return scalars;
    }

    private void visit(String name, Object value, int depth) throws StateException {
        values++;
        characters += name.length();
        if (depth > MAX_DEPTH || values > MAX_VALUES || characters > MAX_CHARACTERS) {
            throw new StateException(
                    file,
                    "is no state dictionary: below "
                            + Printable.text(name)
                            + " it holds itself, or more than "
                            + MAX_DEPTH
                            + " levels, "
                            + MAX_VALUES
                            + " values or "
                            + MAX_CHARACTERS
                            + " characters of names");
        }
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                visit(child(name, entry.getKey()), entry.getValue(), depth + 1);
            }
        } else if (value instanceof List<?> list) {
            visitAll(name, list, depth);
        } else if (value instanceof Object[] tuple) {
            visitAll(name, Arrays.asList(tuple), depth);
        } else if (value instanceof TorchTensor tensor) {
            if (tensors.put(name, tensor) != null) {
                throw new StateException(
                        file, "holds two tensors of the name " + Printable.text(name));
            }
        } else if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            scalars.put(name, value.toString());
        } else if (value instanceof TorchStorage) {
            throw new StateException(
                    file, Printable.text(name) + " is a storage, expected a tensor");
        }
    }

    private void visitAll(String name, List<?> items, int depth) throws StateException {
        for (int i = 0; i < items.size(); i++) {
            visit(child(name, i), items.get(i), depth + 1);
        }
    }

    private static String child(String name, Object key) {
        return name.isEmpty() ? String.valueOf(key) : name + "." + key;
    }
}
