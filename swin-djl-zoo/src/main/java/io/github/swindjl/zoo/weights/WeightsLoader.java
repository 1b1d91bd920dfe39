// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import io.github.swindjl.blocks.PositionBias;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings the weights of any dialect, wrapping, window, resolution and number of classes to a
 * network.
 *
 * <p>Names decide, never the file's name. The rewrites happen tensor by tensor when values are
 * read, so no more than one tensor is held. Where a file holds several networks, averaged weights
 * ({@code state_dict_ema}, {@code model_ema}, {@code ema}) are taken before {@code state_dict} and
 * {@code model}, or after them with {@link LoadOptions#averaged()} off.
 */
public final class WeightsLoader {

    /**
     * Less of the backbone than this is another model's, and refused. Who predicts with what was
     * loaded looks at {@link LoadReport#missingBackbone()}, too.
     */
    public static final double REQUIRED_SHARE = 0.95;

    private static final float NEGLIGIBLE = 1e-6f;

    private final NetworkNames file;
    private final SwinConfig config;
    private final LoadOptions options;
    private final List<String> notes = new ArrayList<>();
    private final Map<String, LazyTensor> content = new LinkedHashMap<>();
    private final Map<String, List<String>> renamed = new LinkedHashMap<>();
    private final List<LoadReport.Resized> resized = new ArrayList<>();
    private final List<String> created = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final Set<String> used = new HashSet<>();

    private WeightsLoader(NetworkNames file, SwinConfig config, LoadOptions options) {
        this.file = file;
        this.config = config;
        this.options = options;
    }

    /**
     * Loads weights into the shapes of a classifier.
     *
     * @param source the file, which must stay open as long as the weights are read
     * @param config the backbone
     * @param classes the number of classes; 0 for no head
     * @param options what to prefer
     * @return the weights under the official names, with a report
     * @throws StateException if the file holds no Swin Transformer, cannot be read, or covers less
     *     than {@link #REQUIRED_SHARE} of the backbone without force
     */
    public static LoadedWeights load(
            StateSource source, SwinConfig config, int classes, LoadOptions options)
            throws StateException {
        return load(source, config, shapes(config, classes), options);
    }

    /**
     * Loads weights into the shapes of any network with a Swin backbone.
     *
     * @param source the file, which must stay open as long as the weights are read
     * @param config the backbone
     * @param parameters the network's parameters, official name to shape
     * @param options what to prefer
     * @return the weights under the official names, with a report
     * @throws StateException if the file holds no Swin Transformer, cannot be read, or covers less
     *     than {@link #REQUIRED_SHARE} of the backbone without force
     */
    public static LoadedWeights load(
            StateSource source,
            SwinConfig config,
            Map<String, long[]> parameters,
            LoadOptions options)
            throws StateException {
        NetworkNames file = NetworkNames.find(source, options.averaged());
        return new WeightsLoader(file, config, options).load(source, parameters);
    }

    /**
     * Returns whose names a file has.
     *
     * @param source the file
     * @param options what to prefer
     * @return the dialect of the network that would be loaded
     * @throws StateException if the file holds no Swin Transformer
     */
    public static Dialect dialect(StateSource source, LoadOptions options) throws StateException {
        return NetworkNames.find(source, options.averaged()).dialect();
    }

    /**
     * Returns the number of classes that a file's head tells apart.
     *
     * @param source the file
     * @param options what to prefer
     * @return the number of classes, 0 if there is no head
     * @throws StateException if the file holds no Swin Transformer
     */
    public static int classes(StateSource source, LoadOptions options) throws StateException {
        NetworkNames names = NetworkNames.find(source, options.averaged());
        return names.tensor("head.weight")
                .or(() -> names.tensor("decode_head.conv_seg.weight"))
                .map(LazyTensor::shape)
                .filter(shape -> shape.length == 2 || shape.length == 4)
                .map(shape -> (int) shape[0])
                .orElse(0);
    }

    /**
     * Returns a trained network's configuration for other pictures or another window. A continuous
     * position bias keeps referring to the windows that it was trained with.
     *
     * @param trained the configuration that the weights belong to
     * @param height pixel rows
     * @param width pixel columns
     * @param window side of the window in tokens
     * @return the configuration
     */
    public static SwinConfig resize(SwinConfig trained, int height, int width, int window) {
        SwinConfig.Builder builder =
                trained.toBuilder().optImageSize(height, width).optWindow(window);
        boolean continuous =
                trained.positionBias() == PositionBias.LOG_CPB
                        || trained.positionBias() == PositionBias.LINEAR_CPB;
        return (continuous ? builder.optReferenceWindows(ReferenceWindows.of(trained)) : builder)
                .build();
    }

    /** Returns the parameters of a classifier. */
    static Map<String, long[]> shapes(SwinConfig config, int classes) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        StateDict.of(new SwinClassifier(config, classes))
                .forEach((name, parameter) -> shapes.put(name, parameter.getShape().getShape()));
        return shapes;
    }

    private LoadedWeights load(StateSource source, Map<String, long[]> parameters)
            throws StateException {
        SwinConfig settled = ReferenceWindows.settle(config, file, notes);
        ShapeRules rules = new ShapeRules(config, options.tables());
        parameters.forEach((name, shape) -> take(name, shape, rules));
        checkKeyBias(source);
        LoadReport report = report(source, parameters);
        if (report.backboneShare() < REQUIRED_SHARE && !options.forced()) {
            throw refusal(source, report);
        }
        return new LoadedWeights(new DerivedSource(source, content), settled, report);
    }

    private void take(String name, long[] shape, ShapeRules rules) {
        try {
            Optional<LazyTensor> found = file.tensor(name);
            if (found.isPresent()) {
                take(name, found.get(), shape, rules);
            } else {
                missing.add(name);
            }
        } catch (IllegalArgumentException e) {
            missing.add(name);
            notes.add(name + " " + e.getMessage());
        }
    }

    private void take(String name, LazyTensor tensor, long[] shape, ShapeRules rules) {
        List<String> files = file.files(name);
        if (!tensor.type().widens()) {
            missing.add(name);
            notes.add(name + " holds " + tensor.type() + ", no real numbers.");
        } else if (Arrays.equals(tensor.shape(), shape)) {
            accept(name, tensor, files);
        } else {
            Optional<ShapeRules.Fitted> fitted = rules.fit(NetworkPart.inner(name), tensor, shape);
            if (fitted.isPresent()) {
                accept(name, fitted.get().tensor(), files);
                resized.add(
                        LoadReport.Resized.of(name, tensor.shape(), shape, fitted.get().rule()));
            } else if (NetworkPart.isClassifier(name)) {
                created.add(name);
                used.addAll(files);
                content.put(name, LazyTensor.zeros(TensorType.F32, shape));
                notes.add(
                        name
                                + " starts at zero: the file's is "
                                + Arrays.toString(tensor.shape())
                                + ", the network's "
                                + Arrays.toString(shape)
                                + ".");
            } else {
                missing.add(name);
                notes.add(
                        name
                                + " is "
                                + Arrays.toString(tensor.shape())
                                + " in the file and "
                                + Arrays.toString(shape)
                                + " in the network.");
            }
        }
    }

    private void accept(String name, LazyTensor tensor, List<String> files) {
        content.put(name, tensor);
        used.addAll(files);
        if (!files.equals(List.of(file.unrenamed(name)))) {
            renamed.put(name, files);
        }
    }

    /** A joined bias has a part for keys, which the network does not. */
    private void checkKeyBias(StateSource source) throws StateException {
        Set<String> joined = new TreeSet<>();
        for (String name : content.keySet()) {
            Recipe recipe = file.recipe(name);
            if (recipe.kind() == Recipe.Kind.PART) {
                joined.addAll(file.files(name));
            }
        }
        float largest = 0;
        int blocks = 0;
        for (String name : joined) {
            float[] values = source.readFloats(name);
            int part = values.length / Recipe.PARTS;
            float before = largest;
            float here = 0;
            for (int i = part; i < 2 * part; i++) {
                here = Math.max(here, Math.abs(values[i]));
            }
            blocks += here > NEGLIGIBLE ? 1 : 0;
            largest = Math.max(before, here);
        }
        if (blocks > 0) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "Dropped the key biases of %d blocks, which are not zero (largest"
                                    + " %.3g) but have no effect where they come from.",
                            blocks,
                            largest));
        }
    }

    private LoadReport report(StateSource source, Map<String, long[]> parameters) {
        List<String> loaded = new ArrayList<>(content.keySet());
        loaded.removeAll(created);
        List<String> unexpected = new ArrayList<>(file.parameters());
        unexpected.removeAll(used);
        return new LoadReport(
                source.file().toString(),
                file.dialect(),
                file.wrapper(),
                parameters.size(),
                (int) parameters.keySet().stream().filter(LoadReport::isBackbone).count(),
                loaded,
                renamed,
                resized,
                created,
                file.buffers(),
                missing,
                unexpected,
                file.outside(),
                notes);
    }

    private StateException refusal(StateSource source, LoadReport report) {
        return new StateException(
                source.file(),
                String.format(
                        Locale.ROOT,
                        "gives only %.1f %% of the backbone's parameters. It holds a %s under %s"
                                + " names; the model is a %s. Missing: %s. Give the model that"
                                + " these weights belong to.",
                        100 * report.backboneShare(),
                        file.description(),
                        report.dialect().title(),
                        describe(config),
                        LoadReport.some(report.missing())));
    }

    private static String describe(SwinConfig config) {
        boolean table = config.positionBias() == PositionBias.RELATIVE;
        return (table ? "V1" : "V2")
                + " of width "
                + config.width()
                + " and depths "
                + config.depths();
    }
}
