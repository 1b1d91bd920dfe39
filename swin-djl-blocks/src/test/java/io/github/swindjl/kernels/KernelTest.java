// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.TestData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KernelTest {

    private static Kernel affine(boolean enabled, Precision precision) {
        return Kernel.of(
                KernelTest.class,
                "affine.py",
                Map.of("enabled", enabled, "scale", 2.5, "precision", precision));
    }

    @Test
    void bakesConstantsIntoTheText() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.create(new float[] {1, 2}, new Shape(1, 2));
            NDArray y = manager.create(new float[] {10, 20}, new Shape(1, 2));
            assertArrayEquals(
                    new float[] {12.5f, 25},
                    affine(true, Precision.FP32).call(false, x, y).toFloatArray());
            assertArrayEquals(
                    new float[] {1, 2},
                    affine(false, Precision.FP32).call(false, x, y).toFloatArray());
        }
    }

    @Test
    void compilesTheSameTextOnce() {
        assertSame(affine(true, Precision.FP32), affine(true, Precision.FP32));
    }

    @Test
    void lowPrecisionRoundsButKeepsFloatGradients() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.create(new float[] {1.001f, 2}, new Shape(1, 2));
            NDArray y = manager.zeros(new Shape(1, 2));
            x.setRequiresGradient(true);
            try (Autograd.Mode recording = Autograd.record()) {
                NDArray out = affine(true, Precision.BF16).call(true, x, y);
                assertEquals(2.5f, out.toFloatArray()[0], "bfloat16 cannot hold 2.5025");
                Autograd.backward(out.sum());
            }
            try (NDArray gradient = Autograd.gradient(x)) {
                assertArrayEquals(new float[] {2.5f, 2.5f}, gradient.toFloatArray());
            }
            Autograd.clear(x);
            try (NDArray gradient = Autograd.gradient(x)) {
                assertArrayEquals(new float[] {0, 0}, gradient.toFloatArray());
            }
        }
    }

    @Test
    void runsFromManyThreadsAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Float>> sums = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                int offset = i;
                sums.add(
                        pool.submit(
                                () -> {
                                    try (NDManager manager = NDManager.newBaseManager()) {
                                        NDArray x = manager.full(new Shape(1, 2), offset);
                                        NDArray y = manager.ones(new Shape(1, 2));
                                        return affine(true, Precision.FP32)
                                                .call(false, x, y)
                                                .toFloatArray()[0];
                                    }
                                }));
            }
            for (int i = 0; i < sums.size(); i++) {
                assertEquals(2.5f * i + 1, sums.get(i).get());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void namesFunctionAndShapesWhenItFails() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.ones(new Shape(1, 2));
            NDArray y = manager.ones(new Shape(1, 3));
            IllegalStateException e =
                    assertThrows(
                            IllegalStateException.class,
                            () -> affine(true, Precision.FP32).call(false, x, y));
            assertTrue(e.getMessage().contains("affine.py"), e.getMessage());
            assertTrue(e.getMessage().contains("(1, 3)"), e.getMessage());
        }
    }

    @Test
    void refusesMissingTextAndConstants() {
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Kernel.of(KernelTest.class, "absent.py", Map.of()))
                        .getMessage()
                        .contains("absent.py"));
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Kernel.of(KernelTest.class, "affine.py", Map.of("scale", 1)))
                        .getMessage()
                        .contains("${enabled}"));
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        Kernel.of(
                                                KernelTest.class,
                                                "affine.py",
                                                Map.of(
                                                        "enabled",
                                                        true,
                                                        "scale",
                                                        1,
                                                        "precision",
                                                        6,
                                                        "spare",
                                                        1)))
                        .getMessage()
                        .contains("spare"));
    }

    @Test
    void countsChangesInPlace() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.ones(new Shape(2));
            NDArray y = manager.ones(new Shape(2));
            long[] before = Autograd.versions(List.of(x, y));
            x.addi(1);
            long[] after = Autograd.versions(List.of(x, y));
            assertTrue(after[0] > before[0], "the change went unnoticed");
            assertEquals(before[1], after[1]);
        }
    }

    @Test
    void sharedHandlesOutliveTheirArray() {
        try (NDManager manager = NDManager.newBaseManager();
                NDManager other = NDManager.newBaseManager()) {
            NDArray x = manager.ones(new Shape(2));
            NDArray shared = Handles.share(x, other);
            x.addi(1);
            x.close();
            assertArrayEquals(new float[] {2, 2}, shared.toFloatArray());
            assertSame(other, shared.getManager());
            assertEquals(1, other.getManagedArrays().size());
        }
    }

    @Test
    void countsChangesByKernels() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.ones(new Shape(2));
            long before = Autograd.versions(List.of(x))[0];
            Kernel.of(TestData.class, "grow.py", Map.of()).update(manager, List.of(x));
            assertArrayEquals(new float[] {1.5f, 1.5f}, x.toFloatArray());
            assertTrue(Autograd.versions(List.of(x))[0] > before, "the change went unnoticed");
        }
    }
}
