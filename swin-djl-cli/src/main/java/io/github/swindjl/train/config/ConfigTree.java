// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.zoo.Nearest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Turns nested records into nested maps and back.
 *
 * <p>A component {@code batchSize} has the key {@code batch_size}. Components are ints, longs,
 * doubles, booleans, strings, enums (lower case), optionals (null when empty), lists, string maps
 * and records. A record checks its own ranges by throwing {@link ConfigException} with the key at
 * fault.
 */
final class ConfigTree {

    /** A value from a command line: YAML, or the bare text where a text is expected. */
    private record Text(String raw) {

        Object parsed() {
            return Yaml.value(raw);
        }

        boolean none() {
            return raw.isEmpty() || raw.equals("null");
        }
    }

    private ConfigTree() {}

    /**
     * Reads a record; keys that are missing take the value of {@code defaults}, if there is one.
     */
    static <T extends Record> T read(Class<T> type, Map<?, ?> tree, T defaults) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> known = Arrays.stream(components).map(c -> key(c.getName())).toList();
        for (Object key : tree.keySet()) {
            if (!known.contains(key)) {
                throw new ConfigException(String.valueOf(key), "unknown key" + hint(key, known));
            }
        }
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = known.get(i);
            Object former = defaults == null ? null : get(components[i], defaults);
            if (tree.containsKey(key)) {
                values[i] = inside(key, components[i].getGenericType(), tree.get(key), former);
            } else if (defaults != null) {
                values[i] = former;
            } else {
                throw new ConfigException(key, "is missing");
            }
        }
        return create(type, components, values);
    }

    /** Writes a record as maps, lists, strings, numbers and booleans, in the records' order. */
    static Map<String, Object> write(Record value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            tree.put(key(component.getName()), plain(get(component, value)));
        }
        return tree;
    }

    /** The nested map with one value that a key path such as {@code optimizer.lr} stands for. */
    static Map<String, Object> branch(String path, String value) {
        int dot = path.indexOf('.');
        return dot < 0
                ? Map.of(path, new Text(value))
                : Map.of(path.substring(0, dot), branch(path.substring(dot + 1), value));
    }

    private static Object plain(Object value) {
        if (value instanceof Record nested) {
            return write(nested);
        } else if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        } else if (value instanceof Optional<?> optional) {
            return optional.map(ConfigTree::plain).orElse(null);
        } else if (value instanceof List<?> list) {
            // Each a list of its own: YAML would write one that is met twice as an alias.
            return new ArrayList<>(list.stream().map(ConfigTree::plain).toList());
        } else if (value instanceof Map<?, ?> map) {
            return new LinkedHashMap<>(map);
        }
        return value;
    }

    private static Object inside(String key, Type type, Object found, Object former) {
        try {
            return convert(type, found, former);
        } catch (ConfigException e) {
            throw e.within(key);
        }
    }

    private static Object convert(Type type, Object found, Object former) {
        if (type instanceof ParameterizedType generic) {
            return convertGeneric(generic, found, former);
        }
        Class<?> target = (Class<?>) type;
        if (target == String.class && found instanceof Text text) {
            return text.raw();
        }
        Object value = found instanceof Text text ? text.parsed() : found;
        if (target.isRecord()) {
            return convertRecord(target.asSubclass(Record.class), value, former);
        } else if (target.isEnum()) {
            return convertEnum(target, value);
        } else if (target == double.class || target == Double.class) {
            return value instanceof Number number
                    ? finite(number.doubleValue())
                    : refuse(value, "a number");
        } else if (target == int.class || target == Integer.class) {
            return (int) integer(value, Integer.MIN_VALUE, Integer.MAX_VALUE, 32);
        } else if (target == long.class) {
            return integer(value, Long.MIN_VALUE, Long.MAX_VALUE, 64);
        } else if (target == boolean.class) {
            return value instanceof Boolean ? value : refuse(value, "true or false");
        } else if (target == String.class) {
            return value instanceof String ? value : refuse(value, "a text");
        }
        throw new IllegalStateException("No configuration can hold a " + target);
    }

    private static <T extends Record> T convertRecord(Class<T> type, Object value, Object former) {
        if (value instanceof Map<?, ?> tree) {
            return read(type, tree, type.cast(former));
        }
        List<String> keys =
                Arrays.stream(type.getRecordComponents()).map(c -> key(c.getName())).toList();
        return type.cast(refuse(value, "a mapping with the keys " + String.join(", ", keys)));
    }

    private static Object convertEnum(Class<?> type, Object value) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
            if (name.equals(value)) {
                return constant;
            }
            names.add(name);
        }
        return refuse(value, "one of " + String.join(", ", names));
    }

    private static long integer(Object value, long least, long most, int bits) {
        if (value instanceof Integer || value instanceof Long) {
            long number = ((Number) value).longValue();
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw refusal(value, "a whole number of " + bits + " bits");
    }

    private static Object convertGeneric(ParameterizedType type, Object found, Object former) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return found == null || found instanceof Text text && text.none()
                    ? Optional.empty()
                    : Optional.of(convert(arguments[0], found, null));
        }
        Object value = found instanceof Text text ? text.parsed() : found;
        if (type.getRawType() == List.class) {
            if (!(value instanceof List<?> list)) {
                return refuse(value, "a list");
            }
            List<Object> result = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                result.add(inside(Integer.toString(i), arguments[0], list.get(i), null));
            }
            return List.copyOf(result);
        }
        return mergeMap(value, former);
    }

    /** Free keys, whose meaning the owner of the map checks; null takes a key back. */
    private static Object mergeMap(Object value, Object former) {
        if (!(value instanceof Map<?, ?> tree)) {
            return refuse(value, "a mapping");
        }
        Map<String, Object> result = new LinkedHashMap<>();
        if (former instanceof Map<?, ?> before) {
            before.forEach((key, old) -> result.put((String) key, old));
        }
        tree.forEach(
                (key, entry) -> {
                    Object plain = entry instanceof Text text ? text.parsed() : entry;
                    if (plain == null) {
                        result.remove(key);
                    } else {
                        result.put(String.valueOf(key), plain);
                    }
                });
        return Collections.unmodifiableMap(result);
    }

    private static double finite(double value) {
        if (!Double.isFinite(value)) {
            refuse(value, "a finite number");
        }
        return value;
    }

    private static Object refuse(Object found, String expected) {
        throw refusal(found, expected);
    }

    private static ConfigException refusal(Object found, String expected) {
        String shown = found == null ? "nothing" : "'" + found + "'";
        return new ConfigException("", "found " + shown + ", expected " + expected);
    }

    private static String hint(Object key, List<String> known) {
        return Nearest.to(String.valueOf(key), known)
                .map(name -> "; did you mean " + name + "?")
                .orElse("; known keys are " + String.join(", ", known));
    }

    private static Object get(RecordComponent component, Record owner) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot read " + component, e);
        }
    }

    private static <T extends Record> T create(
            Class<T> type, RecordComponent[] components, Object[] values) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigException problem) {
                throw problem;
            }
            if (e.getCause() instanceof IllegalArgumentException problem) {
                throw new ConfigException("", problem.getMessage());
            }
            throw new IllegalStateException("Cannot create " + type, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot create " + type, e);
        }
    }

    /** The key of a record component: words in lower case, joined by underscores. */
    static String key(String component) {
        return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
