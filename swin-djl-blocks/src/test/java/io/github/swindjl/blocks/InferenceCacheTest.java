// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.Formula;
import io.github.swindjl.OneThread;
import io.github.swindjl.TestData;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Kernel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The position bias that inference keeps follows its parameters, from any thread. */
@ExtendWith(OneThread.class)
class InferenceCacheTest {

    /** Changes a parameter in place, as optimizers do. */
    private enum Change {
        IN_PLACE {
            @Override
            void apply(NDArray array) {
                try (Autograd.Mode paused = Autograd.pause()) {
                    array.muli(1.5f);
                }
            }
        },
        BY_KERNEL {
            @Override
            void apply(NDArray array) {
                try (NDManager manager = NDManager.newBaseManager()) {
                    Kernel.of(TestData.class, "grow.py", Map.of()).update(manager, List.of(array));
                }
            }
        };

        abstract void apply(NDArray array);
    }

    @ParameterizedTest
    @CsvSource({
        "1,relative_position_bias_table,IN_PLACE", "1,relative_position_bias_table,BY_KERNEL",
        "2,cpb_mlp.0.weight,IN_PLACE", "2,cpb_mlp.0.weight,BY_KERNEL",
        "2,cpb_mlp.0.bias,IN_PLACE", "2,cpb_mlp.0.bias,BY_KERNEL",
        "2,cpb_mlp.2.weight,IN_PLACE", "2,cpb_mlp.2.weight,BY_KERNEL"
    })
    void inferenceSeesAChangedParameter(int version, String name, Change change) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinConfig config = Networks.small(version).build();
            SwinClassifier network = Networks.classifier(manager, config);
            NDArray x = Formula.input(manager, Networks.image(config, 1));
            float[] before = Networks.infer(network, x).toFloatArray();
            assertArrayEquals(before, Networks.infer(network, x).toFloatArray());
            change.apply(parameter(network, name));

            SwinClassifier fresh = Networks.classifier(manager, config);
            try (Autograd.Mode paused = Autograd.pause()) {
                parameter(fresh, name).muli(1.5f);
            }
            float[] after = Networks.infer(network, x).toFloatArray();
            assertFalse(Arrays.equals(before, after));
            assertArrayEquals(Networks.infer(fresh, x).toFloatArray(), after);
        }
    }

    private static NDArray parameter(SwinClassifier network, String name) {
        return StateDict.of(network).get("layers.0.blocks.1.attn." + name).getArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void inferenceSeesLoadedParameters(int version) throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinConfig config = Networks.small(version).build();
            SwinClassifier network = Networks.classifier(manager, config);
            SwinClassifier other = Networks.classifier(manager, config);
            try (Autograd.Mode paused = Autograd.pause()) {
                for (Parameter parameter : StateDict.of(other).values()) {
                    parameter.getArray().muli(1.1f);
                }
            }
            NDArray x = Formula.input(manager, Networks.image(config, 1));
            float[] before = Networks.infer(network, x).toFloatArray();
            ByteArrayOutputStream saved = new ByteArrayOutputStream();
            other.saveParameters(new DataOutputStream(saved));
            network.loadParameters(
                    manager, new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
            float[] after = Networks.infer(network, x).toFloatArray();
            assertFalse(Arrays.equals(before, after));
            assertArrayEquals(Networks.infer(other, x).toFloatArray(), after);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aNetworkWorksOnUnderAnotherManager(int version) {
        SwinConfig config = Networks.small(version).build();
        SwinClassifier network = new SwinClassifier(config, Networks.CLASSES);
        List<float[]> logits = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (NDManager manager = NDManager.newBaseManager()) {
                Networks.filled(manager, network, Networks.image(config, 1));
                NDArray x = Formula.input(manager, Networks.image(config, 1));
                logits.add(Networks.infer(network, x).toFloatArray());
                network.clear();
            }
        }
        assertArrayEquals(logits.get(0), logits.get(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void manyThreadsAndInputSizesShareANetwork(int version) throws Exception {
        int threads = 4;
        int rounds = 30;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(manager, Networks.small(version).build());
            // More sizes than are kept, so that entries are evicted while others use them.
            List<Shape> shapes =
                    Stream.iterate(0, i -> i + 1)
                            .limit(12)
                            .map(i -> new Shape(1, 3, 20 + 5 * i, 61 - 3 * i))
                            .toList();
            List<float[]> expected = new ArrayList<>();
            for (Shape shape : shapes) {
                expected.add(logits(network, shape));
            }
            List<Future<Integer>> checks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int offset = 3 * thread;
                checks.add(
                        pool.submit(
                                () -> {
                                    int checked = 0;
                                    for (int i = 0; i < rounds; i++) {
                                        int at = (offset + i) % shapes.size();
                                        assertArrayEquals(
                                                expected.get(at), logits(network, shapes.get(at)));
                                        checked++;
                                    }
                                    return checked;
                                }));
            }
            for (Future<Integer> check : checks) {
                assertEquals(rounds, check.get());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static float[] logits(SwinClassifier network, Shape shape) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return Networks.infer(network, Formula.input(manager, shape)).toFloatArray();
        }
    }
}
