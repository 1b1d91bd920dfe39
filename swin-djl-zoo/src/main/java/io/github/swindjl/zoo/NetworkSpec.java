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
import io.github.swindjl.blocks.SwinFeatures;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.weights.BlockState;
import io.github.swindjl.zoo.weights.Safetensors;
import io.github.swindjl.zoo.weights.StateSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All it takes to build a network and to read pictures for it.
 *
 * @param description the backbone, the classes (none for a network without a head) and the pictures
 * @param stages whose feature maps are the output, null for the logits or the pooled features
 * @param precision of the heavy products
 */
record NetworkSpec(ModelDescription description, List<Integer> stages, Precision precision) {

    /** Gives a network its parameters. */
    interface Filling {
        void fill(NDManager manager) throws IOException;
    }

    /** Describes a classifier that computes in float32. */
    static NetworkSpec of(ModelDescription description) {
        return new NetworkSpec(description, null, Precision.FP32);
    }

    Block newNetwork() {
        return stages == null
                ? description.newBlock()
                : new SwinFeatures(description.config(), stages, false);
    }

    /** Returns the block that predicts with a network. */
    Block running(Block network) {
        return precision == Precision.FP32 ? network : new FixedPrecision(network, precision);
    }

    /** Returns the shape of one picture's input. */
    Shape input() {
        Preprocessing size = description.preprocessing();
        return new Shape(1, description.config().channels(), size.height(), size.width());
    }

    /**
     * Initialises a network with the parameters of a file. The one place where foreign files enter.
     *
     * @param weights a file, or the folder of a checkpoint
     */
    void fill(Block network, NDManager manager, Path weights) throws IOException {
        Path file = Files.isDirectory(weights) ? weights.resolve(SwinModel.WEIGHTS_FILE) : weights;
        try (StateSource source = Safetensors.open(file)) {
            boolean headless = stages != null || description.labels().isEmpty();
            BlockState.load(
                    network,
                    manager,
                    headless ? new Selection(source, StateDict.of(network).keySet()) : source,
                    input());
        }
    }

    /** Initialises a network with random parameters that depend on nothing but the seed. */
    void fill(Block network, NDManager manager, long seed) {
        Initializers.seed(network, seed);
        network.initialize(manager, DataType.FLOAT32, input());
    }

    /**
     * Makes a DJL model of a network; the caller closes it.
     *
     * @param weights a file or folder, null for random parameters, the same each time
     */
    Model load(Block network, Device device, Path weights) throws IOException {
        return load(
                network,
                device,
                manager -> {
                    if (weights == null) {
                        fill(network, manager, 0);
                    } else {
                        fill(network, manager, weights);
                    }
                });
    }

    /** Makes a DJL model of a network; the caller closes it. */
    Model load(Block network, Device device, Filling filling) throws IOException {
        Model model = Model.newInstance(description.name(), device, EngineInfo.ENGINE);
        boolean complete = false;
        try {
            model.setBlock(running(network));
            filling.fill(model.getNDManager());
            complete = true;
            return model;
        } finally {
            if (!complete) {
                model.close();
            }
        }
    }
}
