// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static java.util.Map.entry;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.PickleException;

/**
 * The complete list of what a state dictionary may name.
 *
 * <p>Nothing is looked up anywhere else. Names of classes whose content does not matter, such as
 * the options of a training script, give an {@link Opaque} value that keeps nothing.
 */
final class TorchGlobals {

    private static final Map<String, TensorType> STORAGES =
            Map.ofEntries(
                    entry("BFloat16Storage", TensorType.BF16),
                    entry("BoolStorage", TensorType.BOOL),
                    entry("ByteStorage", TensorType.U8),
                    entry("CharStorage", TensorType.I8),
                    entry("ComplexFloatStorage", TensorType.C64),
                    entry("DoubleStorage", TensorType.F64),
                    entry("FloatStorage", TensorType.F32),
                    entry("HalfStorage", TensorType.F16),
                    entry("IntStorage", TensorType.I32),
                    entry("LongStorage", TensorType.I64),
                    entry("ShortStorage", TensorType.I16),
                    entry("UntypedStorage", TensorType.U8),
                    entry("_UntypedStorage", TensorType.U8),
                    entry("storage.UntypedStorage", TensorType.U8),
                    entry("storage._UntypedStorage", TensorType.U8));

    private static final Map<String, TensorType> TYPES =
            Map.ofEntries(
                    entry("bfloat16", TensorType.BF16),
                    entry("bool", TensorType.BOOL),
                    entry("complex64", TensorType.C64),
                    entry("float16", TensorType.F16),
                    entry("float32", TensorType.F32),
                    entry("float64", TensorType.F64),
                    entry("float8_e4m3fn", TensorType.F8_E4M3),
                    entry("float8_e4m3fnuz", TensorType.F8_E4M3FNUZ),
                    entry("float8_e5m2", TensorType.F8_E5M2),
                    entry("float8_e5m2fnuz", TensorType.F8_E5M2FNUZ),
                    entry("float8_e8m0fnu", TensorType.F8_E8M0),
                    entry("int16", TensorType.I16),
                    entry("int32", TensorType.I32),
                    entry("int64", TensorType.I64),
                    entry("int8", TensorType.I8),
                    entry("uint16", TensorType.U16),
                    entry("uint32", TensorType.U32),
                    entry("uint64", TensorType.U64),
                    entry("uint8", TensorType.U8));

    private static final List<String> OPAQUE =
            List.of(
                    "_codecs.encode",
                    "argparse.Namespace",
                    "builtins.bool",
                    "builtins.bytearray",
                    "builtins.bytes",
                    "builtins.complex",
                    "builtins.dict",
                    "builtins.float",
                    "builtins.frozenset",
                    "builtins.int",
                    "builtins.list",
                    "builtins.set",
                    "builtins.str",
                    "builtins.tuple",
                    "numpy.core.multiarray._reconstruct",
                    "numpy.core.multiarray.scalar",
                    "numpy.core.numeric._frombuffer",
                    "numpy.dtype",
                    "numpy.ndarray",
                    "torch.device",
                    "yacs.config.CfgNode");

    private static final Map<String, Object> KNOWN = known();

    private TorchGlobals() {}

    /** A value that is no tensor and holds none; whatever is put into it is dropped. */
    record Opaque(String name) {}

    /** The class of a storage. */
    record StorageClass(String name, TensorType type) {}

    /** An element type. */
    record ElementType(TensorType type) {}

    /** A function or class that the reader stands in for. */
    record Callable(String name, Function<Object[], Object> function)
            implements IObjectConstructor {
        @Override
        public Object construct(Object[] arguments) {
            return function.apply(arguments);
        }
    }

    /** What the reader uses in place of a name; empty for every name that is not on the list. */
    static Optional<Object> find(String module, String name) {
        String current = module.equals("__builtin__") ? "builtins" : module;
        if (current.startsWith("numpy._core.")) {
            current = current.replace("._core.", ".core.");
        }
        return Optional.ofNullable(KNOWN.get(current + "." + name));
    }

    private static Map<String, Object> known() {
        Map<String, Object> known = new HashMap<>();
        STORAGES.forEach((name, type) -> known.put("torch." + name, new StorageClass(name, type)));
        TYPES.forEach((name, type) -> known.put("torch." + name, new ElementType(type)));
        for (String name : OPAQUE) {
            known.put(name, new Callable(name, arguments -> new Opaque(name)));
        }
        call(known, "collections.Counter", TorchGlobals::dictionary);
        call(known, "collections.OrderedDict", TorchGlobals::dictionary);
        call(known, "collections.defaultdict", arguments -> new LinkedHashMap<>());
        call(known, "torch.Size", arguments -> list("size", argument(arguments, 0, 1)));
        call(known, "torch._utils._rebuild_parameter", arguments -> parameter(arguments, 3));
        call(
                known,
                "torch._utils._rebuild_parameter_with_state",
                arguments -> parameter(arguments, 4));
        call(known, "torch._utils._rebuild_tensor", arguments -> tensor(arguments, 4, 4));
        call(known, "torch._utils._rebuild_tensor_v2", arguments -> tensor(arguments, 6, 7));
        call(known, "torch._utils._rebuild_tensor_v3", TorchGlobals::typedTensor);
        return Map.copyOf(known);
    }

    private static void call(
            Map<String, Object> known, String name, Function<Object[], Object> function) {
        known.put(name, new Callable(name, function));
    }

    /** Python 2 passes the entries as a list of pairs, Python 3 sets them one by one. */
    private static Object dictionary(Object[] arguments) {
        Map<Object, Object> result = new LinkedHashMap<>();
        if (arguments.length == 1 && arguments[0] instanceof Map<?, ?> entries) {
            result.putAll(entries);
        } else if (arguments.length == 1) {
            for (Object pair : list("entries", arguments[0])) {
                Object[] both = list("entry", pair);
                result.put(key(argument(both, 0, 2)), both[1]);
            }
        } else if (arguments.length != 0) {
            throw new PickleException("makes a dictionary of " + arguments.length + " arguments");
        }
        return result;
    }

    /** Lets only keys through whose hash is cheap. */
    static Object key(Object key) {
        if (key == null
                || key instanceof String
                || key instanceof Number
                || key instanceof Boolean) {
            return key;
        }
        throw new PickleException(
                "uses a " + key.getClass().getSimpleName() + " as a key of a dictionary");
    }

    private static Object parameter(Object[] arguments, int count) {
        if (argument(arguments, 0, count) instanceof TorchTensor tensor) {
            return tensor;
        }
        throw new PickleException("makes a parameter of something that is no tensor");
    }

    private static Object tensor(Object[] arguments, int least, int most) {
        TorchStorage storage = storage(arguments, least, most);
        if (arguments.length == 7) {
            checkMetadata(arguments[6]);
        }
        return tensor(storage, storage.type(), arguments);
    }

    private static Object typedTensor(Object[] arguments) {
        TorchStorage storage = storage(arguments, 7, 8);
        if (arguments.length == 8) {
            checkMetadata(arguments[7]);
        }
        if (arguments[6] instanceof ElementType known) {
            return tensor(storage, known.type(), arguments);
        }
        throw new PickleException("makes a tensor of a type that is none");
    }

    private static TorchStorage storage(Object[] arguments, int least, int most) {
        if (arguments.length >= least
                && arguments.length <= most
                && arguments[0] instanceof TorchStorage storage) {
            return storage;
        }
        throw new PickleException("makes a tensor of unknown arguments");
    }

    /** Marks such as "conj" mean that the values are to be changed after reading. */
    private static void checkMetadata(Object metadata) {
        if (metadata instanceof Map<?, ?> map && !map.isEmpty()) {
            throw new PickleException(
                    "marks a tensor with "
                            + Printable.value(map.keySet().iterator().next())
                            + ", which is not supported");
        }
    }

    private static TorchTensor tensor(TorchStorage storage, TensorType type, Object[] arguments) {
        return new TorchTensor(
                storage,
                type,
                integer("offset", arguments[1]),
                integers("size", arguments[2]),
                integers("stride", arguments[3]));
    }

    static Object argument(Object[] arguments, int index, int count) {
        if (arguments.length != count) {
            throw new PickleException(
                    "passes " + arguments.length + " arguments, expected " + count);
        }
        return arguments[index];
    }

    static long integer(String what, Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new PickleException("has a " + what + " that is no 64-bit integer");
    }

    private static long[] integers(String what, Object value) {
        Object[] values = list(what, value);
        if (values.length > TensorInfo.MAX_DIMENSIONS) {
            throw new PickleException("has a " + what + " of " + values.length + " dimensions");
        }
        long[] result = new long[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = integer(what, values[i]);
        }
        return result;
    }

    private static Object[] list(String what, Object value) {
        if (value instanceof Object[] tuple) {
            return tuple;
        }
        if (value instanceof List<?> list) {
            return list.toArray();
        }
        throw new PickleException("has a " + what + " that is neither tuple nor list");
    }
}
