// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One compiled TorchScript function.
 *
 * <p>The text lies beside the class that owns it, as a resource such as {@code mlp.py}, and defines
 * {@code def forward(self, x: Tensor, ...) -> Tensor:}. A constant is written {@code ${name}} in
 * the text and baked in before compiling. Every distinct text is compiled once for the life of the
 * process, at its first call. Thread-safe: any thread may call, also several at once.
 *
 * <p>Results attach to the manager of the first input, whose owner closes them; intermediates
 * inside the function die with the call.
 */
public final class Kernel {

    private static final ConcurrentMap<String, Kernel> KERNELS = new ConcurrentHashMap<>();
    private static final String METHOD = "module_method:";
    private static final Pattern CONSTANT = Pattern.compile("\\$\\{(\\w+)}");

    /**
     * The profiling executor of TorchScript specialises on shapes, which costs seconds when they
     * vary; its switch is per thread.
     */
    private static final ThreadLocal<Boolean> PLAIN_EXECUTOR =
            ThreadLocal.withInitial(
                    () -> {
                        EngineInfo.engine();
                        JniUtils.setGraphExecutorOptimize(false);
                        return true;
                    });

    private final String name;
    private final String text;
    private volatile PtSymbolBlock compiled;

    private Kernel(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /**
     * Finds the kernel of a resource and its constants.
     *
     * @param owner the class beside which the resource lies
     * @param resource the file name of the text
     * @param constants a value for each {@code ${name}} in the text; booleans, numbers and strings
     *     are written as TorchScript literals
     * @return the kernel, the same one for the same text
     * @throws IllegalArgumentException if the resource is missing, or a constant is missing or not
     *     used by the text
     */
    public static Kernel of(Class<?> owner, String resource, Map<String, ?> constants) {
        String name = resource + new TreeMap<>(constants);
        return KERNELS.computeIfAbsent(
                owner.getName() + '/' + name,
                key -> new Kernel(name, bake(read(owner, resource), resource, constants)));
    }

    /**
     * Calls the function for one array.
     *
     * @param gradients true to record for the backward pass (where the calling thread has gradients
     *     switched on); false for inference, whose result can never take part in a backward pass
     * @param inputs the arguments in the function's order, at least one
     * @return the result, attached to the first input's manager
     * @throws IllegalStateException if the function fails; names it and the inputs' shapes
     */
    public NDArray call(boolean gradients, NDArray... inputs) {
        return callAll(gradients, inputs).singletonOrThrow();
    }

    /**
     * Calls the function for several arrays.
     *
     * @param gradients as in {@link #call}
     * @param inputs the arguments in the function's order, at least one
     * @return the results in the function's order, attached to the first input's manager
     * @throws IllegalStateException if the function fails; names it and the inputs' shapes
     */
    public NDList callAll(boolean gradients, NDArray... inputs) {
        NDList list = new NDList(inputs.length);
        for (NDArray input : inputs) {
            if (input.getName() != null && !input.getName().startsWith(METHOD)) {
                // DJL reads structure into names that hold a dot or brackets.
                input.setName(null);
            }
            list.add(input);
        }
        try {
            return IValueUtils.forward(compiled(), list, gradients);
        } catch (EngineException | IllegalArgumentException e) {
            throw failure(List.of((Object[]) inputs), e);
        }
    }

    /**
     * Calls another function of the text than {@code forward}, recording where the calling thread
     * has gradients switched on.
     *
     * @param method the function's name
     * @param inputs the arguments in the function's order, at least one
     * @return the results in the function's order, attached to the first input's manager
     * @throws IllegalStateException if the function fails; names it and the inputs' shapes
     */
    public NDList callMethod(String method, NDArray... inputs) {
        // DJL takes the method from the name of one more array.
        try (NDArray marker = Handles.share(inputs[0], inputs[0].getManager())) {
            marker.setName(METHOD + method);
            NDArray[] marked = Arrays.copyOf(inputs, inputs.length + 1);
            marked[inputs.length] = marker;
            return callAll(true, marked);
        }
    }

    /**
     * Calls a function that changes arrays in place, without recording gradients.
     *
     * @param manager owner of the result
     * @param arguments each an {@code NDArray}, a {@code List} of them, a {@code Double} or a
     *     {@code Long}
     * @return what the function returns, attached to the manager
     * @throws IllegalStateException if the function fails; names it and the inputs' shapes
     */
    public NDArray update(NDManager manager, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = value(arguments[i]);
            }
            try (IValue result = IValueUtils.runMethod(compiled(), "forward", values)) {
                return result.toTensor((PtNDManager) manager);
            }
        } catch (EngineException e) {
            throw failure(List.of(arguments), e);
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private static IValue value(Object argument) {
        if (argument instanceof PtNDArray array) {
            return IValue.from(array);
        } else if (argument instanceof List<?> list) {
            return IValue.listFrom(list.toArray(PtNDArray[]::new));
        } else if (argument instanceof Double number) {
            return IValue.from(number);
        } else if (argument instanceof Long number) {
            return IValue.from(number);
        }
        throw new IllegalArgumentException(
                "A kernel takes arrays, lists of arrays, Double and Long, not " + argument);
    }

    private PtSymbolBlock compiled() {
        PLAIN_EXECUTOR.get();
        PtSymbolBlock module = compiled;
        if (module == null) {
            synchronized (this) {
                module = compiled;
                if (module == null) {
                    module = compile();
                    compiled = module;
                }
            }
        }
        return module;
    }

    private PtSymbolBlock compile() {
        // Lives as long as the process: the manager is a child of the engine's and never closed.
        PtNDManager manager = (PtNDManager) EngineInfo.engine().newBaseManager(Device.cpu());
        byte[] archive = ScriptArchive.pack(text);
        try {
            return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), true, false);
        } catch (IOException | EngineException e) {
            manager.close();
            throw new IllegalStateException(
                    "Kernel " + name + " does not compile: " + e.getMessage() + "\n" + text, e);
        }
    }

    private IllegalStateException failure(List<Object> arguments, Exception cause) {
        List<String> shapes = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof NDArray array) {
                shapes.add(array.getShape().toString());
            } else if (argument instanceof List<?> list) {
                shapes.add(list.size() + " arrays");
            } else {
                shapes.add(String.valueOf(argument));
            }
        }
        return new IllegalStateException(
                "Kernel " + name + " failed on " + shapes + ": " + cause.getMessage(), cause);
    }

    private static String read(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "No kernel text '" + resource + "' beside " + owner.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Kernel text " + resource + " cannot be read", e);
        }
    }

    private static String bake(String template, String resource, Map<String, ?> constants) {
        Map<String, Object> unused = new TreeMap<>(constants);
        Matcher matcher = CONSTANT.matcher(template);
        StringBuilder baked = new StringBuilder();
        while (matcher.find()) {
            String key = matcher.group(1);
            Object value = constants.get(key);
            if (value == null) {
                throw new IllegalArgumentException(
                        "Kernel " + resource + " needs a value for ${" + key + "}");
            }
            unused.remove(key);
            matcher.appendReplacement(baked, Matcher.quoteReplacement(literal(value)));
        }
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException(
                    "Kernel " + resource + " has no constant " + unused.keySet());
        }
        return matcher.appendTail(baked).toString();
    }

    private static String literal(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        } else if (value instanceof Float || value instanceof Double) {
            return String.format(Locale.ROOT, "%.17g", ((Number) value).doubleValue());
        } else if (value instanceof Number) {
            return value.toString();
        } else if (value instanceof Precision precision) {
            return Integer.toString(precision.scriptType());
        }
        return '"' + value.toString() + '"';
    }
}
