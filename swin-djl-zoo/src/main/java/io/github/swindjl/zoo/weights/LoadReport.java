// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of every tensor of a file and of every parameter of a network when the one was loaded
 * into the other. Immutable.
 *
 * @param file the file
 * @param dialect whose names the file uses
 * @param wrapper what stood before the network's names in the file, empty if nothing
 * @param parameters the number of the network's parameters
 * @param backboneParameters how many of them belong to the backbone, that is neither to a head nor
 *     to the norms of feature maps
 * @param loaded the parameters that got values of the file, resized ones included
 * @param renamed parameter to the file's names, where they differ beyond the wrapper
 * @param resized what was brought to another shape
 * @param created parameters that start at zero because the file's have no use
 * @param buffers the file's tensors that are computed anew, under the file's names
 * @param missing parameters that keep their initial values
 * @param unexpected the file's tensors that the network has no place for, under the file's names
 * @param outside the file's tensors that do not belong to this network, under the file's names
 * @param notes what else should be known, one sentence each
 */
public record LoadReport(
        String file,
        Dialect dialect,
        String wrapper,
        int parameters,
        int backboneParameters,
        List<String> loaded,
        Map<String, List<String>> renamed,
        List<Resized> resized,
        List<String> created,
        List<String> buffers,
        List<String> missing,
        List<String> unexpected,
        List<String> outside,
        List<String> notes) {

    /**
     * A parameter whose values were brought to another shape.
     *
     * @param name the parameter
     * @param from the shape in the file
     * @param to the shape in the network
     * @param rule how, in a few words
     */
    public record Resized(String name, List<Long> from, List<Long> to, String rule) {

        public Resized {
            from = List.copyOf(from);
            to = List.copyOf(to);
        }

        static Resized of(String name, long[] from, long[] to, String rule) {
            return new Resized(name, list(from), list(to), rule);
        }

        private static List<Long> list(long... values) {
            return Arrays.stream(values).boxed().toList();
        }
    }

    public LoadReport {
        loaded = List.copyOf(loaded);
        renamed = new TreeMap<>(renamed);
        resized = List.copyOf(resized);
        created = List.copyOf(created);
        buffers = List.copyOf(buffers);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        outside = List.copyOf(outside);
        notes = List.copyOf(notes);
    }

    /**
     * Returns parameter to the file's names, where they differ beyond the wrapper.
     *
     * @return a copy
     */
    @Override
    public Map<String, List<String>> renamed() {
        return new TreeMap<>(renamed);
    }

    /**
     * Returns how much of the backbone got values of the file.
     *
     * @return loaded by all of the backbone's parameters, from 0 to 1
     */
    public double backboneShare() {
        long found = loaded.stream().filter(LoadReport::isBackbone).count();
        return backboneParameters == 0 ? 1 : (double) found / backboneParameters;
    }

    /**
     * Returns the parameters of the backbone that keep their initial values.
     *
     * @return official names; none if {@link #backboneShare()} is 1
     */
    public List<String> missingBackbone() {
        return missing.stream().filter(LoadReport::isBackbone).toList();
    }

    /**
     * Tells whether every parameter got its value from the file and every tensor of the file was of
     * use.
     *
     * @return true if nothing is missing, created or unexpected
     */
    public boolean isComplete() {
        return missing.isEmpty() && created.isEmpty() && unexpected.isEmpty();
    }

    static boolean isBackbone(String name) {
        return NetworkPart.isBackbone(name);
    }

    /**
     * Returns the numbers and notes.
     *
     * @return one line, and one for each note
     */
    public String summary() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s: %s names%s, %d of %d tensors loaded (backbone %.1f %%), %d renamed, %d"
                                + " resized, %d created, %d buffers dropped, %d missing, %d"
                                + " unexpected",
                        file,
                        dialect.title(),
                        wrapper.isEmpty() ? "" : " below " + wrapper,
                        loaded.size(),
                        parameters,
                        100 * backboneShare(),
                        renamed.size(),
                        resized.size(),
                        created.size(),
                        buffers.size(),
                        missing.size(),
                        unexpected.size()));
        if (!outside.isEmpty()) {
            text.append(", ").append(outside.size()).append(" of other parts of the file left");
        }
        notes.forEach(note -> text.append("\n  ").append(note));
        return text.toString();
    }

    /**
     * Returns everything.
     *
     * @return the summary, and one line for each tensor that did not simply keep its name and shape
     */
    public String details() {
        StringBuilder text = new StringBuilder(summary());
        resized.forEach(
                change ->
                        line(
                                text,
                                "resized",
                                change.name()
                                        + " "
                                        + change.from()
                                        + " to "
                                        + change.to()
                                        + ", "
                                        + change.rule()));
        created.forEach(name -> line(text, "created", name));
        missing.forEach(name -> line(text, "missing", name));
        unexpected.forEach(name -> line(text, "unexpected", name));
        renamed.forEach(
                (name, files) -> line(text, "renamed", String.join(" + ", files) + " to " + name));
        buffers.forEach(name -> line(text, "dropped buffer", name));
        outside.forEach(name -> line(text, "left", name));
        return text.toString();
    }

    private static void line(StringBuilder text, String what, String content) {
        text.append("\n  ").append(what).append(' ').append(content);
    }

    /**
     * Returns everything as JSON.
     *
     * @return an object with the names of this record's components
     */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("file", file);
        json.addProperty("dialect", dialect.name());
        json.addProperty("wrapper", wrapper);
        json.addProperty("parameters", parameters);
        json.addProperty("backboneParameters", backboneParameters);
        json.addProperty("backboneShare", backboneShare());
        json.addProperty("complete", isComplete());
        json.add("loaded", strings(loaded));
        JsonObject renamings = new JsonObject();
        renamed.forEach((name, files) -> renamings.add(name, strings(files)));
        json.add("renamed", renamings);
        JsonArray changes = new JsonArray();
        for (Resized change : resized) {
            JsonObject one = new JsonObject();
            one.addProperty("name", change.name());
            one.add("from", numbers(change.from()));
            one.add("to", numbers(change.to()));
            one.addProperty("rule", change.rule());
            changes.add(one);
        }
        json.add("resized", changes);
        json.add("created", strings(created));
        json.add("buffers", strings(buffers));
        json.add("missing", strings(missing));
        json.add("unexpected", strings(unexpected));
        json.add("outside", strings(outside));
        json.add("notes", strings(notes));
        return json;
    }

    private static JsonArray strings(List<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }

    private static JsonArray numbers(List<Long> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }

    @Override
    public String toString() {
        return summary();
    }

    /**
     * Shows the beginning of a list.
     *
     * @param names any names
     * @return at most five of them, and a mark where there are more
     */
    public static String some(List<String> names) {
        return names.stream().limit(5).collect(Collectors.joining(", "))
                + (names.size() > 5 ? ", …" : "");
    }
}
