// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.swindjl.Formula;
import io.github.swindjl.OneThread;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing is left behind: no handle in Java, no memory of the process. */
@ExtendWith(OneThread.class)
class MemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    private static final int STEPS = 500;

    /** Settled, it varies by 0.1 MB; a forgotten array of 8 kB a step would exceed it. */
    private static final long ALLOWED_KILOBYTES = 4 * 1024;

    /** The virtual machine's own compilers take and return memory until they are done. */
    private static final int ROUNDS = 10;

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of("V1", new SwinClassifier(Networks.small(1).build(), 5)),
                Arguments.of("V2", new SwinClassifier(Networks.small(2).build(), 5)),
                Arguments.of(
                        "mask without position bias",
                        new SwinClassifier(
                                Networks.small(1).optPositionBias(PositionBias.NONE).build(), 5)),
                Arguments.of(
                        "all options",
                        new SwinFeatures(
                                Networks.small(2)
                                        .optAbsolutePosition(true)
                                        .optExtraNormEvery(2)
                                        .optDropPath(0.5)
                                        .build(),
                                List.of(0, 1),
                                true)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void inferenceLeavesNoArrayBehind(String name, Block network) {
        try (NDManager model = NDManager.newBaseManager();
                NDManager inputs = NDManager.newBaseManager()) {
            Shape shape = new Shape(2, 3, 37, 50);
            Networks.filled(model, network, shape);
            NDArray x = Formula.input(inputs, shape);
            forward(network, model, x, false).close();
            int inModel = model.getManagedArrays().size();
            int inInputs = inputs.getManagedArrays().size();
            model.cap();
            NDList outputs = forward(network, model, x, false);
            assertEquals(inInputs + outputs.size(), inputs.getManagedArrays().size());
            outputs.close();
            assertEquals(inInputs, inputs.getManagedArrays().size());
            assertEquals(inModel, model.getManagedArrays().size());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void trainingStepLeavesNoArrayBehind(String name, Block network) {
        try (NDManager model = NDManager.newBaseManager();
                NDManager inputs = NDManager.newBaseManager()) {
            Shape shape = new Shape(2, 3, 37, 50);
            Networks.filled(model, network, shape);
            try (NDManager step = inputs.newSubManager()) {
                backward(network, model, step, shape, 0);
            }
            int inModel = model.getManagedArrays().size();
            int inInputs = inputs.getManagedArrays().size();
            model.cap();
            try (NDManager step = inputs.newSubManager()) {
                backward(network, model, step, shape, 1);
            }
            assertEquals(inModel, model.getManagedArrays().size());
            assertEquals(inInputs, inputs.getManagedArrays().size());
        }
    }

    @Test
    void constantsOfManyInputSizesAreBounded() {
        try (NDManager model = NDManager.newBaseManager()) {
            SwinConfig config = Networks.small(2).optWindow(2).build();
            SwinClassifier network = Networks.classifier(model, config);
            int most = 0;
            for (int rows = 1; rows <= 10; rows++) {
                for (int columns = 1; columns <= 10; columns++) {
                    try (NDManager inputs = NDManager.newBaseManager()) {
                        Shape shape = new Shape(1, 3, 16 * rows, 16 * columns);
                        Networks.infer(network, Formula.input(inputs, shape));
                    }
                }
                if (rows == 5) {
                    most = model.getManagedArrays().size();
                }
            }
            assertEquals(most, model.getManagedArrays().size());
        }
    }

    @Test
    void residentMemoryStaysFlatInInference() throws Exception {
        assumeTrue(Files.exists(STATUS), "resident memory is read from " + STATUS);
        try (NDManager model = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(model, tiny());
            checkFlat(
                    step -> {
                        try (NDManager inputs = NDManager.newBaseManager()) {
                            Networks.infer(network, Formula.input(inputs, size(step)));
                        }
                    });
        }
    }

    @Test
    void residentMemoryStaysFlatInTraining() throws Exception {
        assumeTrue(Files.exists(STATUS), "resident memory is read from " + STATUS);
        try (NDManager model = NDManager.newBaseManager();
                NDManager inputs = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(model, tiny());
            checkFlat(step -> train(network, model, inputs, size(step), step));
        }
    }

    private static SwinConfig tiny() {
        return Networks.small(2).optStages(List.of(2, 1), List.of(2, 4)).build();
    }

    /** Sixty different sizes, more than any cache keeps. */
    private static Shape size(int step) {
        return new Shape(1, 3, 20 + 4 * (step % 10), 24 + 4 * (step / 10 % 6));
    }

    private static void checkFlat(IntConsumer step) throws IOException, InterruptedException {
        List<Long> resident = new ArrayList<>(List.of(residentKilobytes()));
        for (int round = 1; round <= ROUNDS; round++) {
            for (int i = 0; i < STEPS; i++) {
                step.accept(i);
            }
            resident.add(residentKilobytes());
            if (Math.abs(resident.get(round) - resident.get(round - 1)) <= ALLOWED_KILOBYTES) {
                return;
            }
        }
        fail("kB resident after every " + STEPS + " steps: " + resident);
    }

    /** The least of a second: the virtual machine returns its heap's pages some time later. */
    private static long residentKilobytes() throws IOException, InterruptedException {
        System.gc();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            Thread.sleep(100);
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    least = Math.min(least, Long.parseLong(line.replaceAll("\\D", "")));
                }
            }
        }
        return least;
    }

    private static NDList forward(Block network, NDManager model, NDArray x, boolean training) {
        return network.forward(new ParameterStore(model, false), new NDList(x), training, null);
    }

    /** Forward, backward and a step of gradient descent. */
    private static void train(
            Block network, NDManager model, NDManager inputs, Shape shape, int step) {
        try (NDManager manager = inputs.newSubManager()) {
            backward(network, model, manager, shape, step);
            try (Autograd.Mode paused = Autograd.pause()) {
                for (Parameter parameter : StateDict.of(network).values()) {
                    try (NDArray gradient = Autograd.gradient(parameter.getArray())) {
                        gradient.attach(manager);
                        parameter.getArray().subi(gradient.mul(1e-4f));
                        Autograd.clear(parameter.getArray());
                    }
                }
            }
        }
    }

    private static void backward(
            Block network, NDManager model, NDManager manager, Shape shape, int step) {
        try (Autograd.Mode recording = Autograd.record()) {
            NDArray x = Formula.input(manager, shape);
            NDArray loss = manager.create(0f);
            for (NDArray y :
                    network.forward(
                            new ParameterStore(model, false),
                            new NDList(x),
                            true,
                            ForwardOptions.of(Precision.FP32, step))) {
                loss = loss.add(y.square().mean());
            }
            Autograd.backward(loss);
        }
    }
}
