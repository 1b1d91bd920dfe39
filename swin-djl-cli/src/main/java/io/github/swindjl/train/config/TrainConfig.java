// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.data.augment.Fill;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.ModelTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Everything that decides a training run. Immutable; checks itself.
 *
 * <p>As YAML, every component is a key in lower case with underscores; {@code defaults.yaml} beside
 * this class holds them all with their meaning. Written and read again, a configuration is equal to
 * itself.
 *
 * @param task what to train for
 * @param model what to train
 * @param data what to train on
 * @param augmentation how pictures change from epoch to epoch
 * @param training length and batches
 * @param optimizer how gradients change parameters
 * @param schedule learning rate over time
 * @param ema average of the parameters over time
 * @param evaluation when to evaluate
 * @param checkpoints when to save, and what to keep
 * @param stopping when to end before the last epoch
 * @param segmentation what the task {@code segment} adds
 * @param simmim what the task {@code simmim} adds
 * @param logEvery updates between two readings of the loss
 * @param precision precision of the heavy products
 * @param memory what a pass keeps for its backward pass
 * @param deterministic whether gradients are added up in a fixed order on a GPU, too
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param threads processors that one operation uses on a CPU, 0 for automatic
 * @param seed where all randomness comes from
 */
public record TrainConfig(
        Task task,
        ModelConfig model,
        DataConfig data,
        AugmentationConfig augmentation,
        TrainingConfig training,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        EmaConfig ema,
        EvaluationConfig evaluation,
        CheckpointConfig checkpoints,
        StoppingConfig stopping,
        SegmentationConfig segmentation,
        SimMimConfig simmim,
        int logEvery,
        PrecisionChoice precision,
        MemoryChoice memory,
        boolean deterministic,
        String device,
        int threads,
        long seed) {

    private static final Pattern DEVICE = Pattern.compile("auto|cpu|gpu(:\\d{1,4})?");
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** What a network is trained for. */
    public enum Task {
        /** To tell the class of a picture. */
        CLASSIFY,
        /** To tell the class of each pixel: {@code model.name} is the backbone of a UperNet. */
        SEGMENT,
        /** To guess hidden parts of pictures, without labels: SimMIM's pre-training. */
        SIMMIM
    }

    public TrainConfig {
        Check.atLeast("log_every", logEvery, 1);
        Check.atLeast("threads", threads, 0);
        if (augmentation.mixing().augmentation().isPresent() && training.batchSize() % 2 != 0) {
            throw new ConfigException(
                    "training.batch_size",
                    "found "
                            + training.batchSize()
                            + ", expected an even number: augmentation.mixing mixes pictures in"
                            + " pairs");
        }
        if (task != Task.CLASSIFY) {
            requireNeutral(task, augmentation, training, optimizer);
        }
        if (!DEVICE.matcher(device).matches()) {
            throw new ConfigException(
                    "device", "found '" + device + "', expected auto, cpu, gpu or gpu:N");
        }
    }

    /** What only other tasks do must not be asked for, since it would have no effect. */
    private static void requireNeutral(
            Task task,
            AugmentationConfig changes,
            TrainingConfig training,
            OptimizerConfig optimizer) {
        Map<String, Boolean> asked = new LinkedHashMap<>();
        if (task == Task.SEGMENT) {
            asked.put("augmentation.crop", changes.crop() != AugmentationConfig.Crop.NONE);
            asked.put(
                    "augmentation.policy",
                    !changes.operations(FilterChoice.RANDOM, Fill.BLACK).isEmpty());
        } else {
            asked.put("optimizer.layer_decay", optimizer.layerDecay() != 1);
        }
        asked.put("augmentation.erasing", changes.erasing().augmentation().isPresent());
        asked.put("augmentation.mixing", changes.mixing().augmentation().isPresent());
        asked.put("augmentation.repeats", changes.repeats() != 1);
        asked.put("training.label_smoothing", training.labelSmoothing() != 0);
        asked.forEach(
                (key, set) -> {
                    if (set) {
                        throw TaskKeys.withoutEffect(task, key);
                    }
                });
    }

    /**
     * Refuses a key that this configuration's task does not look at. A file may hold such keys,
     * since it may hold all; who names one means something by it.
     *
     * @param key the path of the key, such as {@code simmim.mask_ratio}
     * @throws ConfigException if the key has no effect
     */
    public void requireEffect(String key) {
        TaskKeys.requireEffect(task, key);
    }

    /**
     * Returns what is trained when nothing else is said.
     *
     * @return the configuration of {@code defaults.yaml}
     */
    public static TrainConfig defaults() {
        try (InputStream in = TrainConfig.class.getResourceAsStream("defaults.yaml")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return ConfigTree.read(TrainConfig.class, Yaml.mapping(text), null);
        } catch (IOException e) {
            throw new UncheckedIOException("defaults.yaml cannot be read", e);
        }
    }

    /**
     * Returns this configuration changed by a YAML file; keys that the file lacks stay.
     *
     * @param file the file
     * @return the changed configuration
     * @throws ConfigException if the file is no YAML, has an unknown key, or a value of the wrong
     *     type or out of range
     * @throws IOException if the file cannot be read
     */
    public TrainConfig with(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new ConfigException("", "is larger than a configuration can be").in(file);
        }
        try {
            return ConfigTree.read(TrainConfig.class, Yaml.mapping(Files.readString(file)), this);
        } catch (ConfigException e) {
            throw e.in(file);
        } catch (CharacterCodingException e) {
            throw new ConfigException("", "is no UTF-8 text").in(file);
        }
    }

    /**
     * Returns this configuration with one value changed.
     *
     * @param key the path of the key, such as {@code optimizer.lr}
     * @param value the value as it would stand in YAML; texts need no quotes
     * @return the changed configuration
     * @throws ConfigException if the key is unknown, or the value of the wrong type or out of range
     */
    public TrainConfig with(String key, String value) {
        return ConfigTree.read(TrainConfig.class, ConfigTree.branch(key, value), this);
    }

    /**
     * Returns this configuration with values changed by {@code key=value} settings, in order.
     *
     * @param settings the settings
     * @return the changed configuration
     * @throws ConfigException if a setting has no {@code =}, or as for {@link #with(String,
     *     String)}
     */
    public TrainConfig with(List<String> settings) {
        TrainConfig result = this;
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("", "found '" + setting + "', expected key=value");
            }
            result = result.with(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return result;
    }

    /**
     * Returns this configuration with the model's architecture as it is published.
     *
     * @return a configuration without {@code model.overrides}
     */
    public TrainConfig withoutOverrides() {
        Map<String, Object> none = new LinkedHashMap<>();
        model.overrides().keySet().forEach(key -> none.put(key, null));
        return ConfigTree.read(TrainConfig.class, Map.of("model", Map.of("overrides", none)), this);
    }

    /**
     * Returns what is known of the model to train.
     *
     * @return the entry of {@code model.name}
     * @throws ConfigException if there is no such model
     */
    public ModelEntry entry() {
        try {
            return ModelTable.get(model.name());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("name", e.getMessage()).within("model");
        }
    }

    /**
     * Returns the network to train, or for the task {@code segment} its backbone.
     *
     * @return the model's architecture with this configuration's overrides and drop path
     * @throws ConfigException if there is no such model, or an override is unknown, of the wrong
     *     type or contradicts another
     */
    public SwinConfig network() {
        SwinConfig published = entry().config();
        try {
            if (model.overrides().containsKey("drop_path")) {
                throw new ConfigException("drop_path", "is set by training.drop_path");
            }
            return ConfigTree.read(SwinConfig.class, model.overrides(), published).toBuilder()
                    .optDropPath(training.dropPath())
                    .build();
        } catch (ConfigException e) {
            throw e.within("overrides").within("model");
        }
    }

    /**
     * Returns every value by the path of its key, such as {@code optimizer.lr}.
     *
     * @return the values as text, always in the same order
     */
    public Map<String, String> flat() {
        Map<String, String> values = new LinkedHashMap<>();
        flatten("", ConfigTree.write(this), values);
        return values;
    }

    private static void flatten(String path, Map<?, ?> tree, Map<String, String> values) {
        tree.forEach(
                (key, value) -> {
                    if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
                        flatten(path + key + ".", inner, values);
                    } else {
                        values.put(path + key, String.valueOf(value));
                    }
                });
    }

    /**
     * Returns this configuration as YAML.
     *
     * @return a document with every key, always in the same order
     */
    public String toYaml() {
        return Yaml.write(ConfigTree.write(this));
    }
}
