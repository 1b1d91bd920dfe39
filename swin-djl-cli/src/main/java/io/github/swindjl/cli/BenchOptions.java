// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.bench.BenchCase;
import io.github.swindjl.bench.BenchMode;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.PrecisionChoice;
import io.github.swindjl.zoo.ModelDescription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what {@code swin bench} measures. */
final class BenchOptions {

    private static final double USUAL_DROP_PATH = 0.1;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin private DeviceOption device;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "infer",
            description =
                    "infer, or train: forward, loss, backward, clipping, AdamW (default:"
                            + " ${DEFAULT-VALUE}).")
    private BenchMode mode;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            split = ",",
            required = true,
            description = "One or more models of 'swin models'.")
    private List<String> models;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,8",
            description = "Pictures in a step (default: ${DEFAULT-VALUE}).")
    private List<Integer> batchSizes;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            split = ",",
            defaultValue = "fp32",
            description = "fp32, bf16 or fp16 (default: ${DEFAULT-VALUE}).")
    private List<Precision> precisions;

    @Option(
            names = "--img-size",
            paramLabel = "N",
            split = ",",
            description = "Side of the pictures (default: the model's own).")
    private List<Integer> imageSizes;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Change the architecture, such as window=8, shift=padded or"
                            + " position_bias=none; may be repeated. 'swin models NAME' prints the"
                            + " keys.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--memory",
            paramLabel = "MODE",
            split = ",",
            description =
                    "What a training step keeps for its backward pass: plain, stage,"
                            + " block or sequential (default: plain).")
    private List<MemoryMode> memories;

    @Option(
            names = "--deterministic",
            description =
                    "Add the gradients of a training step in a fixed order, as 'swin train"
                            + " --deterministic' does.")
    private boolean deterministic;

    @Option(
            names = "--drop-path",
            paramLabel = "SHARE",
            description =
                    "Residual branches that training drops in the deepest block (default: 0.1, as"
                            + " timm's models have it).")
    private Double dropPath;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Processors that one operation may use on a CPU (default: what libtorch"
                            + " chooses).")
    private Integer threads;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Decides parameters, input and labels (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** Sets the threads and puts the cases together, in the order of the options' values. */
    List<BenchCase> prepare() {
        for (int batchSize : batchSizes) {
            OptionChecks.atLeastOne(spec, "--batch-size", batchSize);
        }
        if (mode == BenchMode.INFER && dropPath != null) {
            throw usage("--drop-path has no effect on --mode infer", null);
        }
        if (mode == BenchMode.INFER && memories != null) {
            throw usage("--memory has no effect on --mode infer", null);
        }
        if (mode == BenchMode.INFER && deterministic) {
            throw usage("--deterministic has no effect on --mode infer", null);
        }
        List<ModelDescription> networks = networks();
        if (threads != null) {
            OptionChecks.atLeastOne(spec, "--threads", threads);
            EngineInfo.setThreads(threads);
        }
        Device found = device.resolve();
        List<BenchCase> cases = new ArrayList<>();
        for (ModelDescription network : networks) {
            for (Precision precision : precisions) {
                PrecisionChoice.valueOf(precision.name()).on(found);
                for (int batchSize : batchSizes) {
                    for (MemoryMode memory :
                            memories == null ? List.of(MemoryMode.PLAIN) : memories) {
                        cases.add(
                                new BenchCase(
                                        network,
                                        settings,
                                        mode,
                                        batchSize,
                                        memory,
                                        deterministic,
                                        precision,
                                        found,
                                        seed));
                    }
                }
            }
        }
        return cases;
    }

    private List<ModelDescription> networks() {
        List<Integer> sizes = imageSizes == null ? Arrays.asList((Integer) null) : imageSizes;
        List<ModelDescription> networks = new ArrayList<>();
        for (String model : models) {
            for (Integer size : sizes) {
                networks.add(network(model, size));
            }
        }
        return networks;
    }

    private ModelDescription network(String model, Integer imageSize) {
        try {
            return BenchCase.network(
                    model, settings, imageSize, dropPath == null ? USUAL_DROP_PATH : dropPath);
        } catch (ConfigException e) {
            String option =
                    e.key().startsWith("training.")
                            ? "--drop-path"
                            : e.key().startsWith("model.overrides") ? "--set" : "--model";
            throw usage(option + " sets " + e.getMessage(), e);
        }
    }

    private ParameterException usage(String message, Exception cause) {
        return new ParameterException(spec.commandLine(), message, cause);
    }
}
