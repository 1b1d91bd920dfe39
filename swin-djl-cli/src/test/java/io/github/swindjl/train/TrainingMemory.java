// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.swindjl.blocks.ActivationMemory;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.Recomputation;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.dense.UperNetMemory;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.simmim.ReconstructionLoss;
import io.github.swindjl.simmim.SimMim;
import io.github.swindjl.simmim.SimMimMemory;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.ModelTable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what updates on random pictures take of a process's memory. A program of its own,
 * because only a process's peak is told.
 *
 * <p>Prints what was measured and what is estimated, in 10⁶ bytes: without the libraries, which the
 * estimate does not know.
 */
final class TrainingMemory {

    private static final int UPDATES = 1;

    private final Block network;
    private final ActivationMemory activations;
    private final Map<String, NDArray> inputs = new LinkedHashMap<>();
    private final Loss loss;

    @FunctionalInterface
    private interface Loss {
        NDList of(NDList output, NDArray scale);
    }

    private TrainingMemory(
            NDManager manager,
            String task,
            SwinConfig asked,
            Precision precision,
            int batch,
            int k) {
        int side = asked.imageHeight();
        inputs.put("pictures", manager.randomNormal(new Shape(batch, 3, side, side)).duplicate());
        ActivationMemory.Head head;
        SwinConfig backbone = asked;
        switch (task) {
            case "segment" -> {
                UperNetConfig config = UperNetConfig.of(asked, k);
                backbone = config.backbone();
                network = new UperNet(config);
                head = UperNetMemory.of(config, batch, precision);
                Kernel kernel = SegmentationTask.loss(1, 0.4, false);
                NDArray labels = manager.zeros(new Shape(batch, side, side), DataType.UINT8);
                loss = (out, scale) -> kernel.callAll(true, out.get(0), out.get(1), labels, scale);
            }
            case "simmim" -> {
                network = new SimMim(asked);
                head = SimMimMemory.of(asked, batch, precision);
                int cells = side / asked.patchSize();
                NDArray mask = manager.ones(new Shape(batch, cells, cells));
                inputs.put("mask", mask);
                ReconstructionLoss error = new ReconstructionLoss(asked.patchSize(), 1);
                loss = (out, scale) -> error.of(out.get(0), inputs.get("pictures"), mask, scale);
            }
            default -> {
                network = new SwinClassifier(asked, k);
                head = ActivationMemory.Head.NONE;
                NDArray labels = manager.zeros(new Shape(batch), DataType.INT64);
                SmoothedCrossEntropy error = new SmoothedCrossEntropy(0.1, 1);
                loss = (out, scale) -> error.of(out.get(0), labels, scale);
            }
        }
        activations = new ActivationMemory(backbone, batch, precision, head);
        Initializers.seed(network, 1);
        network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, side, side));
    }

    /** Arguments: the task, the model, pictures, memory mode, precision, side, classes. */
    public static void main(String[] arguments) {
        try (NDManager manager = NDManager.newBaseManager()) {
            manager.ones(new Shape(8)).sum().getFloat();
            double before = MemoryUse.now(Device.cpu());
            int batch = Integer.parseInt(arguments[2]);
            MemoryMode mode = MemoryMode.valueOf(arguments[3].toUpperCase(Locale.ROOT));
            Precision precision = Precision.of(arguments[4]);
            int side = Integer.parseInt(arguments[5]);
            SwinConfig config =
                    ModelTable.get(arguments[1]).description().config().toBuilder()
                            .optImageSize(side, side)
                            .build();
            TrainingMemory what =
                    new TrainingMemory(
                            manager,
                            arguments[0],
                            config,
                            precision,
                            batch,
                            Integer.parseInt(arguments[6]));
            what.train(manager, mode, precision);
            double measured = MemoryUse.peak(Device.cpu()) - before;
            double estimate =
                    MemoryEstimate.of(
                                            what.activations,
                                            MemoryEstimate.Values.of(
                                                    TrainConfig.defaults(), what.network),
                                            mode)
                                    .total()
                            / 1e6;
            System.out.printf(Locale.ROOT, "measured %.0f estimated %.0f%n", measured, estimate);
        }
        System.exit(0);
    }

    private void train(NDManager manager, MemoryMode mode, Precision precision) {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        StateDict.of(network)
                .forEach(
                        (name, parameter) -> {
                            if (parameter.requiresGradient()) {
                                parameters.put(name, parameter.getArray());
                            }
                        });
        try (UpdateStep step =
                UpdateStep.ofAll(parameters, TrainConfig.defaults().optimizer(), false, 1)) {
            for (int number = 1; number <= UPDATES; number++) {
                try (NDManager temporary = manager.newSubManager();
                        Autograd.Mode recording = Autograd.record()) {
                    backward(temporary, mode, precision, step.lossScale());
                    step.update(group -> 1e-4, number, temporary).getFloat();
                }
            }
        }
    }

    private void backward(
            NDManager temporary, MemoryMode mode, Precision precision, NDArray scale) {
        try (Recomputation recomputation = mode.begin();
                NDManager pass = temporary.newSubManager()) {
            NDList output =
                    network.forward(
                            new ParameterStore(pass, false),
                            new NDList(inputs.values()),
                            true,
                            ForwardOptions.of(precision, 1, recomputation));
            output.attach(pass);
            NDList losses = loss.of(output, scale);
            losses.attach(pass);
            recomputation.backward(losses.get(0));
        }
    }
}
