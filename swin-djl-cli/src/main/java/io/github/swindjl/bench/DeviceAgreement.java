// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.train.SmoothedCrossEntropy;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.ModelTable;
import io.github.swindjl.zoo.SegmentationTable;
import io.github.swindjl.zoo.SwinModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Compares what a device computes with the plain kernels of the CPU in float32, which the goldens
 * of the reference implementations hold to: logits, gradients and maps of classes. Networks have
 * random parameters, the same on both sides. Immutable, thread-safe.
 */
public final class DeviceAgreement {

    private static final long SEED = 1;
    private static final int BATCH = 2;
    private static final double EXACT = 1e-4;
    private static final double GRADIENTS = 1e-3;
    private static final double MAPS = 1e-3;

    private final Device device;
    private final Consumer<Finding> listener;

    /**
     * One comparison.
     *
     * @param what was compared
     * @param precision the device's heavy products
     * @param difference largest difference, as a share of the largest value
     * @param allowed what it may be at most
     * @param milliseconds the device's first pass, all preparations included
     */
    public record Finding(
            String what,
            Precision precision,
            double difference,
            double allowed,
            double milliseconds) {

        /**
         * Tells whether the device computes what it should.
         *
         * @return false also if a value is not a number
         */
        public boolean agrees() {
            return difference <= allowed;
        }
    }

    /**
     * Prepares comparisons.
     *
     * @param device what to examine; the CPU's own fast kernels, if it is the CPU
     * @param listener sees each comparison when it is done
     */
    public DeviceAgreement(Device device, Consumer<Finding> listener) {
        this.device = device;
        this.listener = listener;
    }

    /**
     * Compares published networks of both versions, small and base, and a segmentation network.
     *
     * @return all comparisons
     */
    public List<Finding> ofPublished() {
        List<Finding> findings = new ArrayList<>();
        for (String name :
                List.of(
                        "swin_tiny_patch4_window7_224",
                        "swinv2_tiny_window8_256",
                        "swin_base_patch4_window7_224",
                        "swinv2_base_window8_256")) {
            findings.addAll(logits(ModelTable.get(name).description()));
        }
        for (String name : List.of("swin_tiny_patch4_window7_224", "swinv2_tiny_window8_256")) {
            findings.add(gradients(ModelTable.get(name).description()));
        }
        String segmenter = "upernet_swin_tiny_patch4_window7_512x512";
        findings.add(maps(segmenter, SegmentationTable.get(segmenter).config(), 512));
        return findings;
    }

    /** Compares the logits of a network in each precision that the device has. */
    List<Finding> logits(ModelDescription network) {
        List<Finding> findings = new ArrayList<>();
        try (SwinModel reference = filled(network, Device.cpu());
                SwinModel model = filled(network, device)) {
            float[] pictures = pictures(network.config());
            float[] expected = forward(reference, pictures, ForwardOptions.plain(Precision.FP32));
            for (Precision precision : precisions()) {
                long begin = System.nanoTime();
                float[] found = forward(model, pictures, ForwardOptions.of(precision));
                findings.add(
                        report(
                                "logits of " + network.name(),
                                precision,
                                difference(expected, found),
                                allowed(precision),
                                begin));
            }
        }
        return findings;
    }

    private List<Precision> precisions() {
        return EngineInfo.supportsBf16(device)
                ? List.of(Precision.FP32, Precision.BF16)
                : List.of(Precision.FP32);
    }

    /** Bfloat16 keeps 8 bits, of which two dozen layers in a row lose some. */
    private static double allowed(Precision precision) {
        return precision == Precision.FP32 ? EXACT : 0.03;
    }

    /** Compares the gradients of all parameters, each with the largest of its own. */
    Finding gradients(ModelDescription network) {
        try (SwinModel reference = filled(network, Device.cpu());
                SwinModel model = filled(network, device)) {
            Map<String, float[]> expected = gradients(reference);
            long begin = System.nanoTime();
            Map<String, float[]> found = gradients(model);
            double worst = 0;
            for (Map.Entry<String, float[]> entry : expected.entrySet()) {
                double difference = difference(entry.getValue(), found.get(entry.getKey()));
                worst = Double.isNaN(difference) ? difference : Math.max(worst, difference);
            }
            return report(
                    "gradients of " + network.name(), Precision.FP32, worst, GRADIENTS, begin);
        }
    }

    private static Map<String, float[]> gradients(SwinModel model) {
        SwinConfig config = model.description().config();
        SmoothedCrossEntropy loss = new SmoothedCrossEntropy(0.1, 1);
        Map<String, NDArray> parameters = Parameters.of(model.block());
        try (NDManager manager = model.manager().newSubManager();
                Autograd.Mode recording = Autograd.record()) {
            parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
            NDArray input =
                    Transfers.send(
                            manager,
                            pictures(config),
                            new Shape(
                                    BATCH,
                                    config.channels(),
                                    config.imageHeight(),
                                    config.imageWidth()));
            NDArray output =
                    model.block()
                            .forward(
                                    new ParameterStore(manager, false),
                                    new NDList(input),
                                    true,
                                    ForwardOptions.of(Precision.FP32, SEED))
                            .singletonOrThrow();
            NDArray labels = Transfers.send(manager, new long[] {0, 1}, new Shape(BATCH));
            Autograd.backward(loss.of(output, labels, manager.ones(new Shape())).get(0));
            Map<String, float[]> gradients = new LinkedHashMap<>();
            parameters.forEach(
                    (name, parameter) -> {
                        try (NDArray gradient = Autograd.gradient(parameter)) {
                            gradients.put(name, Transfers.floats(gradient));
                        }
                    });
            return gradients;
        }
    }

    /** Compares a segmentation network's logits of one picture. */
    Finding maps(String name, UperNetConfig network, int side) {
        try (NDManager cpu = NDManager.newBaseManager(Device.cpu(), EngineInfo.ENGINE);
                NDManager manager = NDManager.newBaseManager(device, EngineInfo.ENGINE)) {
            float[] picture = normal(3 * side * side, SEED);
            Shape shape = new Shape(1, 3, side, side);
            UperNet reference = created(network, cpu, shape);
            UperNet block = created(network, manager, shape);
            float[] expected =
                    forward(reference, cpu, picture, shape, ForwardOptions.plain(Precision.FP32));
            long begin = System.nanoTime();
            float[] found =
                    forward(block, manager, picture, shape, ForwardOptions.of(Precision.FP32));
            return report(
                    "maps of " + name + " at " + side,
                    Precision.FP32,
                    difference(expected, found),
                    MAPS,
                    begin);
        }
    }

    private static UperNet created(UperNetConfig network, NDManager owner, Shape shape) {
        UperNet block = new UperNet(network);
        Initializers.seed(block, SEED);
        block.initialize(owner, DataType.FLOAT32, shape);
        return block;
    }

    private Finding report(
            String what, Precision precision, double difference, double allowed, long begin) {
        Finding finding =
                new Finding(
                        what, precision, difference, allowed, (System.nanoTime() - begin) / 1e6);
        listener.accept(finding);
        return finding;
    }

    /**
     * Creates a network whose parameters are all so large that each shows in the result, unlike
     * those that training begins with.
     */
    private static SwinModel filled(ModelDescription network, Device device) {
        SwinModel model = SwinModel.create(network, device, SEED);
        try (NDManager manager = model.manager().newSubManager();
                Autograd.Mode paused = Autograd.pause()) {
            long seed = SEED;
            for (Map.Entry<String, NDArray> entry : Parameters.of(model.block()).entrySet()) {
                NDArray parameter = entry.getValue();
                Shape shape = parameter.getShape();
                boolean matrix = shape.dimension() > 1 && !entry.getKey().contains("logit_scale");
                float scale =
                        matrix ? (float) Math.sqrt((double) shape.get(0) / shape.size()) : 0.1f;
                float[] values = normal(Math.toIntExact(shape.size()), seed++);
                for (int i = 0; i < values.length; i++) {
                    values[i] *= scale;
                }
                if (matrix) {
                    parameter.muli(0);
                }
                parameter.addi(Transfers.send(manager, values, shape));
            }
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static float[] forward(
            SwinModel model, float[] pictures, PairList<String, Object> options) {
        SwinConfig config = model.description().config();
        Shape shape =
                new Shape(BATCH, config.channels(), config.imageHeight(), config.imageWidth());
        return forward(model.block(), model.manager(), pictures, shape, options);
    }

    private static float[] forward(
            Block block,
            NDManager owner,
            float[] pictures,
            Shape shape,
            PairList<String, Object> options) {
        try (NDManager manager = owner.newSubManager()) {
            NDList input = new NDList(Transfers.send(manager, pictures, shape));
            NDList output =
                    block.forward(new ParameterStore(manager, false), input, false, options);
            output.attach(manager);
            return Transfers.floats(output.get(0));
        }
    }

    private static float[] pictures(SwinConfig config) {
        return normal(BATCH * config.channels() * config.imageHeight() * config.imageWidth(), SEED);
    }

    /** Normally distributed numbers, the same on every machine. */
    private static float[] normal(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** The largest difference as a share of the largest expected value; NaN if one is NaN. */
    private static double difference(float[] expected, float[] found) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs((double) expected[i]));
            difference = Math.max(difference, Math.abs((double) expected[i] - found[i]));
        }
        return difference == 0 ? 0 : difference / largest;
    }
}
