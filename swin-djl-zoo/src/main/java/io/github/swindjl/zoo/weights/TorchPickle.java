// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * Reads the pickles of PyTorch's files without running anything.
 *
 * <p>Only opcodes that the writers of such files use are let through to the library, and only those
 * for which it needs no more memory than the file has bytes. Those that name classes, call them or
 * fill containers are done here, with {@link TorchGlobals} as the only source of names.
 */
final class TorchPickle extends Unpickler {

    /** The longest pickle read; that of a Swin-L with its optimizer's state takes 130 kB. */
    static final int MAX_BYTES = 1 << 26;

    /** So many opcodes take at most 300 MB; a Swin-L with its optimizer's state needs 43,000. */
    private static final int MAX_OPERATIONS = 3_000_000;

    private static final int MAX_NAME = 1000;
    private static final int MAX_DIGITS = 30;
    private static final String ADVICE =
            ". Nothing was executed. If you trust the file, load it in Python and save the tensors"
                    + " alone: torch.save(model.state_dict(), file)";

    private final PickleInput bytes;
    private final Map<String, TorchStorage> storages = new LinkedHashMap<>();
    private int operations;

    private TorchPickle(PickleInput bytes) {
        this.bytes = bytes;
    }

    /**
     * What a pickle holds.
     *
     * @param root maps, lists, arrays for tuples, scalars, {@link TorchTensor} and opaque values
     * @param storages every storage that it refers to, by key
     */
    record Content(Object root, Map<String, TorchStorage> storages) {}

    /** Reads the next pickle of a file, whose input starts at an offset in the file. */
    static Content read(Path file, PickleInput bytes, long offset) throws StateException {
        TorchPickle pickle = new TorchPickle(bytes);
        try {
            return new Content(pickle.load(bytes), pickle.storages);
        } catch (EOFException e) {
            throw new StateException(
                    file, "is truncated: its pickle ends early, at offset " + at(bytes, offset), e);
        } catch (PickleException e) {
            throw new StateException(
                    file, "its pickle at offset " + at(bytes, offset) + " " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new StateException(
                    file,
                    "is damaged: its pickle makes no sense at offset " + at(bytes, offset),
                    e);
        }
    }

    private static long at(PickleInput bytes, long offset) {
        return offset + bytes.position();
    }

    @Override
    protected Object dispatch(short opcode) throws IOException {
        if (++operations > MAX_OPERATIONS) {
            throw new PickleException("has more than " + MAX_OPERATIONS + " operations");
        }
        switch (opcode) {
            case Opcodes.PROTO,
                    Opcodes.FRAME,
                    Opcodes.STOP,
                    Opcodes.MARK,
                    Opcodes.NONE,
                    Opcodes.NEWTRUE,
                    Opcodes.NEWFALSE,
                    Opcodes.BININT,
                    Opcodes.BININT1,
                    Opcodes.BININT2,
                    Opcodes.LONG1,
                    Opcodes.BINFLOAT,
                    Opcodes.SHORT_BINSTRING,
                    Opcodes.SHORT_BINUNICODE,
                    Opcodes.SHORT_BINBYTES,
                    Opcodes.TUPLE,
                    Opcodes.EMPTY_TUPLE,
                    Opcodes.TUPLE1,
                    Opcodes.TUPLE2,
                    Opcodes.TUPLE3,
                    Opcodes.EMPTY_LIST,
                    Opcodes.BINGET,
                    Opcodes.LONG_BINGET,
                    Opcodes.BINPUT,
                    Opcodes.LONG_BINPUT,
                    Opcodes.MEMOIZE,
                    Opcodes.BINPERSID,
                    Opcodes.REDUCE,
                    Opcodes.NEWOBJ -> {
                return super.dispatch(opcode);
            }
            case Opcodes.INT -> {
                bytes.checkLine(MAX_DIGITS);
                return super.dispatch(opcode);
            }
            case Opcodes.BINSTRING, Opcodes.BINUNICODE, Opcodes.BINBYTES -> {
                bytes.checkLength(Integer.BYTES);
                return super.dispatch(opcode);
            }
            case Opcodes.BINUNICODE8, Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> {
                bytes.checkLength(Long.BYTES);
                return super.dispatch(opcode);
            }
            case Opcodes.GLOBAL -> {
                String module = bytes.line(MAX_NAME);
                stack.add(global(module, bytes.line(MAX_NAME)));
            }
            case Opcodes.STACK_GLOBAL -> {
                String name = (String) stack.pop();
                stack.add(global((String) stack.pop(), name));
            }
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case Opcodes.EMPTY_SET -> stack.add(new TorchGlobals.Opaque("set"));
            case Opcodes.FROZENSET -> {
                stack.pop_all_since_marker();
                stack.add(new TorchGlobals.Opaque("frozenset"));
            }
            case Opcodes.ADDITEMS -> {
                stack.pop_all_since_marker();
                expectOpaque();
            }
            case Opcodes.APPEND -> append(Collections.singletonList(stack.pop()));
            case Opcodes.APPENDS -> append(stack.pop_all_since_marker());
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                Object key = stack.pop();
                setItems(Arrays.asList(key, value));
            }
            case Opcodes.SETITEMS -> setItems(stack.pop_all_since_marker());
            case Opcodes.BUILD -> build();
            default ->
                    throw new PickleException(
                            String.format(
                                            "uses the opcode 0x%02x, which no state dictionary needs",
                                            opcode)
                                    + ADVICE);
        }
        return NO_RETURN_VALUE;
    }

    private static Object global(String module, String name) {
        return TorchGlobals.find(module, name)
                .orElseThrow(
                        () ->
                                new PickleException(
                                        "names "
                                                + Printable.text(module + "." + name)
                                                + ", which is not on the list of what a state"
                                                + " dictionary may hold"
                                                + ADVICE));
    }

    private void append(List<Object> items) {
        if (stack.peek() instanceof ArrayList<?>) {
            @SuppressWarnings("unchecked")
            List<Object> list = (List<Object>) stack.peek();
            list.addAll(items);
        } else {
            expectOpaque();
        }
    }

    private void setItems(List<Object> items) {
        if (stack.peek() instanceof LinkedHashMap<?, ?>) {
            @SuppressWarnings("unchecked")
            Map<Object, Object> map = (Map<Object, Object>) stack.peek();
            for (int i = 0; i < items.size(); i += 2) {
                map.put(TorchGlobals.key(items.get(i)), items.get(i + 1));
            }
        } else {
            expectOpaque();
        }
    }

    /** Attributes, such as the versions of a state dictionary's modules, are dropped. */
    private void build() {
        stack.pop();
        if (!(stack.peek() instanceof LinkedHashMap<?, ?>)) {
            expectOpaque();
        }
    }

    private void expectOpaque() {
        if (!(stack.peek() instanceof TorchGlobals.Opaque)) {
            throw new PickleException("changes an object that is no container" + ADVICE);
        }
    }

    @Override
    protected Object persistentLoad(Object id) {
        if (id instanceof Object[] parts
                && (parts.length == 5 || parts.length == 6)
                && "storage".equals(parts[0])
                && parts[1] instanceof TorchGlobals.StorageClass kind
                && parts[2] instanceof String key) {
            long elements = TorchGlobals.integer("storage size", parts[4]);
            TorchStorage whole = new TorchStorage(kind.type(), key, 0, elements);
            TorchStorage before = storages.putIfAbsent(key, whole);
            if (before != null && !before.equals(whole)) {
                throw new PickleException(
                        "describes the storage " + Printable.text(key) + " in two ways");
            }
            return parts.length == 6 && parts[5] != null ? part(whole, parts[5]) : whole;
        }
        throw new PickleException("refers to something outside of it that is no storage" + ADVICE);
    }

    /** Files older than PyTorch 0.4 know storages that are a part of another one. */
    private static TorchStorage part(TorchStorage whole, Object view) {
        Object[] parts = (Object[]) view;
        return new TorchStorage(
                whole.type(),
                whole.key(),
                TorchGlobals.integer("storage offset", TorchGlobals.argument(parts, 1, 3)),
                TorchGlobals.integer("storage size", parts[2]));
    }
}
