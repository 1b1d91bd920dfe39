// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinFeatures;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.weights.Dialect;
import io.github.swindjl.zoo.weights.LoadOptions;
import io.github.swindjl.zoo.weights.LoadReport;
import io.github.swindjl.zoo.weights.LoadedWeights;
import io.github.swindjl.zoo.weights.StateException;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.TableResize;
import io.github.swindjl.zoo.weights.WeightsLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All it takes to build a network and to read pictures for it.
 *
 * @param description the backbone, the classes (none for a network without a head) and the pictures
 * @param stages whose feature maps are the output, null for the logits or the pooled features
 * @param precision of the heavy products
 * @param gaps what weights may lack
 */
record NetworkSpec(
        ModelDescription description, List<Integer> stages, Precision precision, Gaps gaps) {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkSpec.class);

    /** Decides what is random where nobody says so, so that it is the same each time. */
    static final long SEED = 0;

    /** What weights may lack, so that it starts untrained. */
    enum Gaps {
        /** Nothing: the network predicts. */
        NONE,
        /** The head, since other classes are asked for, and then a little of the backbone. */
        NEW_HEAD,
        /** The head and a little of the backbone: the network is trained. */
        TRAINING
    }

    /**
     * A network with its parameters.
     *
     * @param spec what it was built by in the end
     * @param network the network, initialised
     * @param report what became of the weights, null for a network without
     */
    record Built(NetworkSpec spec, Block network, LoadReport report) {

        /** Returns the block that predicts. */
        Block running() {
            return spec.precision == Precision.FP32
                    ? network
                    : new FixedPrecision(network, spec.precision);
        }
    }

    /**
     * A network in a model of DJL.
     *
     * @param model the owner of the parameters, closed by whoever holds this
     * @param built the network
     */
    record Loaded(Model model, Built built) {}

    /** Builds a network. */
    private interface Building {
        Built build(NDManager manager) throws IOException;
    }

    /** Describes a classifier that computes in float32. */
    static NetworkSpec of(ModelDescription description) {
        return new NetworkSpec(description, null, Precision.FP32, Gaps.NONE);
    }

    private NetworkSpec withConfig(SwinConfig config) {
        ModelDescription settled =
                new ModelDescription(
                        description.name(),
                        config,
                        description.labels(),
                        description.preprocessing());
        return new NetworkSpec(settled, stages, precision, gaps);
    }

    private Block newNetwork(long seed) {
        Block network =
                stages == null
                        ? description.newBlock()
                        : new SwinFeatures(description.config(), stages, false);
        Initializers.seed(network, seed);
        return network;
    }

    private Shape input() {
        Preprocessing size = description.preprocessing();
        return new Shape(1, description.config().channels(), size.height(), size.width());
    }

    /**
     * Builds the network with the weights of a file.
     *
     * @param manager owner of the parameters, on their device
     * @param weights a file of any source, or the folder of a checkpoint; null for random
     *     parameters
     * @param seed decides the parameters that the file does not give
     * @throws IOException if the file cannot be read or does not fit
     */
    Built build(NDManager manager, Path weights, long seed) throws IOException {
        return weights == null ? random(manager, seed) : trained(manager, weights, seed);
    }

    private Built random(NDManager manager, long seed) {
        Block network = newNetwork(seed);
        network.initialize(manager, DataType.FLOAT32, input());
        return new Built(this, network, null);
    }

    private Built trained(NDManager manager, Path weights, long seed) throws IOException {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        StateDict.of(newNetwork(seed))
                .forEach((name, parameter) -> shapes.put(name, parameter.getShape().getShape()));
        try (StateSource source = StateFiles.open(weights)) {
            LoadedWeights loaded =
                    WeightsLoader.load(source, description.config(), shapes, options(source));
            LoadReport report = loaded.report();
            boolean newHead = newHead(source, report);
            requireBackbone(source, report, newHead);
            NetworkSpec settled = withConfig(loaded.config());
            Block network = settled.newNetwork(seed);
            loaded.fill(network, manager, input());
            return new Built(settled, network, report);
        }
    }

    /** After SimMIM, the official fine-tuning resizes position tables in its own way. */
    private static LoadOptions options(StateSource source) throws StateException {
        boolean pretrained = WeightsLoader.dialect(source, LoadOptions.DEFAULT) == Dialect.SIMMIM;
        return pretrained
                ? LoadOptions.DEFAULT.withTables(TableResize.SIMMIM)
                : LoadOptions.DEFAULT;
    }

    /** Tells whether the head starts untrained, which has to be allowed. */
    private boolean newHead(StateSource source, LoadReport report) throws StateException {
        boolean untrained =
                Stream.concat(report.missing().stream(), report.created().stream())
                        .anyMatch(name -> name.startsWith("head."));
        if (!untrained || gaps != Gaps.NONE) {
            return untrained;
        }
        int found = WeightsLoader.classes(source, LoadOptions.DEFAULT);
        throw new StateException(
                source.file(),
                "has "
                        + (found == 0 ? "no head" : "a head for " + found + " classes")
                        + " where the model has "
                        + description.labels().size()
                        + " classes. Ask for "
                        + found
                        + " classes to use it as it is, or for "
                        + description.labels().size()
                        + " explicitly to start with an untrained head.");
    }

    /** A trained head on a partly random backbone would answer as if it knew. */
    private void requireBackbone(StateSource source, LoadReport report, boolean newHead)
            throws StateException {
        List<String> missing = report.missingBackbone();
        if (missing.isEmpty()) {
            return;
        }
        if (gaps == Gaps.TRAINING || gaps == Gaps.NEW_HEAD && newHead) {
            LOG.warn("Parameters of the backbone are missing. {}", report.summary());
            return;
        }
        throw new StateException(
                source.file(),
                "lacks "
                        + missing.size()
                        + " of the backbone's "
                        + report.backboneParameters()
                        + " parameters, which would be random: "
                        + LoadReport.some(missing)
                        + ". Give the complete weights of "
                        + description.name()
                        + ", or use these as the weights of a training.");
    }

    /**
     * Builds the network in a model of DJL.
     *
     * @param weights as for {@link #build}
     * @param seed as for {@link #build}
     */
    Loaded load(Device device, Path weights, long seed) throws IOException {
        return load(device, manager -> build(manager, weights, seed));
    }

    /** Builds the network with random parameters in a model of DJL. */
    Loaded create(Device device, long seed) {
        try {
            return load(device, manager -> random(manager, seed));
        } catch (IOException e) {
            throw new IllegalStateException("Random parameters are read from no file", e);
        }
    }

    private Loaded load(Device device, Building building) throws IOException {
        Model model = Model.newInstance(description.name(), device, EngineInfo.ENGINE);
        boolean complete = false;
        try {
            Built built = building.build(model.getNDManager());
            model.setBlock(built.running());
            complete = true;
            return new Loaded(model, built);
        } finally {
            if (!complete) {
                model.close();
            }
        }
    }
}
