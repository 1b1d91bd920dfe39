// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.zoo.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmoothedCrossEntropyTest {

    @ParameterizedTest
    @CsvSource({"smoothing0.1, 1, 1", "smoothing0, 1, 1", "smoothing0.1, 4, 1024"})
    void equalsTheReference(String name, int accumulate, float scale) throws IOException {
        JsonObject golden =
                JsonParser.parseString(
                                Files.readString(TestData.file("goldens/training/losses.json")))
                        .getAsJsonObject();
        JsonObject expected = golden.getAsJsonObject("losses").getAsJsonObject(name);
        long[] labels =
                golden.getAsJsonArray("labels").asList().stream()
                        .mapToLong(label -> label.getAsLong())
                        .toArray();
        SmoothedCrossEntropy loss =
                new SmoothedCrossEntropy(expected.get("smoothing").getAsDouble(), accumulate);
        try (Safetensors tensors =
                        Safetensors.open(TestData.file("goldens/training/losses.safetensors"));
                NDManager manager = NDManager.newBaseManager();
                Autograd.Mode mode = Autograd.record()) {
            NDArray logits = manager.create(tensors.readFloats("logits"), new Shape(4, 7));
            logits.setRequiresGradient(true);
            NDList losses = loss.of(logits, manager.create(labels), manager.create(scale));
            float value = expected.get("loss").getAsFloat();
            assertEquals(value, losses.get(1).getFloat(), 1e-6f);
            assertEquals(value * scale / accumulate, losses.get(0).getFloat(), 1e-6f * scale);
            Autograd.backward(losses.get(0));
            float[] gradient = Autograd.gradient(logits).toFloatArray();
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= accumulate / scale;
            }
            assertArrayEquals(tensors.readFloats(name + ".gradient"), gradient, 1e-7f);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1024"})
    void mixedTargetsEqualTheReference(int accumulate, float scale) throws IOException {
        JsonObject golden =
                JsonParser.parseString(
                                Files.readString(TestData.file("goldens/training/losses.json")))
                        .getAsJsonObject();
        JsonObject expected = golden.getAsJsonObject("losses").getAsJsonObject("mixed");
        long[] labels =
                golden.getAsJsonArray("labels").asList().stream()
                        .mapToLong(label -> label.getAsLong())
                        .toArray();
        long[] partners = new long[labels.length];
        float[] weights = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            partners[i] = labels[labels.length - 1 - i];
            weights[i] = expected.get("lambda").getAsFloat();
        }
        SmoothedCrossEntropy loss =
                new SmoothedCrossEntropy(expected.get("smoothing").getAsDouble(), accumulate);
        try (Safetensors tensors =
                        Safetensors.open(TestData.file("goldens/training/losses.safetensors"));
                NDManager manager = NDManager.newBaseManager();
                Autograd.Mode mode = Autograd.record()) {
            NDArray target =
                    loss.mixedTargets(
                            manager.create(labels),
                            manager.create(partners),
                            manager.create(weights),
                            7);
            assertArrayEquals(tensors.readFloats("mixed.target"), target.toFloatArray(), 1e-7f);
            NDArray logits = manager.create(tensors.readFloats("logits"), new Shape(4, 7));
            logits.setRequiresGradient(true);
            NDList losses = loss.of(logits, target, manager.create(scale));
            float value = expected.get("loss").getAsFloat();
            assertEquals(value, losses.get(1).getFloat(), 1e-6f);
            assertEquals(value * scale / accumulate, losses.get(0).getFloat(), 1e-6f * scale);
            Autograd.backward(losses.get(0));
            float[] gradient = Autograd.gradient(logits).toFloatArray();
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= accumulate / scale;
            }
            assertArrayEquals(tensors.readFloats("mixed.gradient"), gradient, 1e-7f);
        }
    }
}
