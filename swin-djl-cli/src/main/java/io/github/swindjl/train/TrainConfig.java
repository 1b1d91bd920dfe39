// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.blocks.SwinConfig;
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
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything that decides a training run. Immutable; checks itself.
 *
 * <p>As YAML, every component is a key in lower case with underscores; {@code defaults.yaml} beside
 * this class holds them all with their meaning. Written and read again, a configuration is equal to
 * itself.
 *
 * @param model what to train
 * @param data what to train on
 * @param augmentation how pictures change from epoch to epoch
 * @param training length and batches
 * @param optimizer AdamW and gradient clipping
 * @param schedule learning rate over time
 * @param evaluation when to evaluate
 * @param checkpoints when to save, and what to keep
 * @param stopping when to end before the last epoch
 * @param logEvery updates between two readings of the loss
 * @param precision precision of the heavy products
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param threads processors that one operation uses on a CPU, 0 for automatic
 * @param seed where all randomness comes from
 */
public record TrainConfig(
        ModelConfig model,
        DataConfig data,
        AugmentationConfig augmentation,
        TrainingConfig training,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        EvaluationConfig evaluation,
        CheckpointConfig checkpoints,
        StoppingConfig stopping,
        int logEvery,
        PrecisionChoice precision,
        String device,
        int threads,
        long seed) {

    private static final Pattern DEVICE = Pattern.compile("auto|cpu|gpu(:\\d{1,4})?");
    private static final int MAX_FILE_BYTES = 1 << 20;

    /**
     * Checks the ranges.
     *
     * @param model what to train
     * @param data what to train on
     * @param augmentation how pictures change from epoch to epoch
     * @param training length and batches
     * @param optimizer AdamW and gradient clipping
     * @param schedule learning rate over time
     * @param evaluation when to evaluate
     * @param checkpoints when to save, and what to keep
     * @param stopping when to end before the last epoch
     * @param logEvery updates between two readings of the loss
     * @param precision precision of the heavy products
     * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     * @param threads processors that one operation uses on a CPU, 0 for automatic
     * @param seed where all randomness comes from
     * @throws ConfigException if a value is out of range
     */
    public TrainConfig {
        Check.atLeast("log_every", logEvery, 1);
        Check.atLeast("threads", threads, 0);
        if (!DEVICE.matcher(device).matches()) {
            throw new ConfigException(
                    "device", "found '" + device + "', expected auto, cpu, gpu or gpu:N");
        }
    }

    /**
     * What to train.
     *
     * @param name the model
     * @param weights a weights file, a checkpoint directory or {@code pretrained}; empty to begin
     *     with random weights
     * @param overrides changes to the model's architecture, by name
     */
    public record ModelConfig(
            String name, Optional<String> weights, Map<String, Object> overrides) {

        /**
         * Checks that there are names.
         *
         * @param name the model
         * @param weights where the first weights come from
         * @param overrides changes to the model's architecture
         */
        public ModelConfig {
            Check.notBlank("name", name);
            weights.ifPresent(value -> Check.notBlank("weights", value));
        }
    }

    /**
     * What to train on.
     *
     * @param path a dataset folder, or {@code sample}
     * @param workers threads that read and augment pictures, at least 1
     */
    public record DataConfig(String path, int workers) {

        /**
         * Checks the ranges.
         *
         * @param path a dataset folder, or {@code sample}
         * @param workers threads
         */
        public DataConfig {
            Check.notBlank("path", path);
            Check.atLeast("workers", workers, 1);
        }
    }

    /**
     * How pictures change from epoch to epoch.
     *
     * @param crop which part of a picture is shown
     * @param area least and greatest share of the picture, for {@link Crop#RANDOM_RESIZED}
     * @param aspect least and greatest width by height, for {@link Crop#RANDOM_RESIZED}
     * @param padding pixels around the picture, for {@link Crop#PADDED}
     * @param flip probability of a mirror image, from 0 to 1
     */
    public record AugmentationConfig(
            Crop crop, List<Double> area, List<Double> aspect, int padding, double flip) {

        /** Which part of a picture is shown. */
        public enum Crop {
            /** A random part of random shape, resized. */
            RANDOM_RESIZED,
            /** As in evaluation, then moved within a border. */
            PADDED,
            /** As in evaluation. */
            NONE
        }

        /**
         * Checks the ranges.
         *
         * @param crop which part of a picture is shown
         * @param area least and greatest share of the picture
         * @param aspect least and greatest width by height
         * @param padding pixels around the picture
         * @param flip probability of a mirror image
         */
        public AugmentationConfig {
            Check.range("area", area, Double.MIN_VALUE, 1);
            Check.range("aspect", aspect, Double.MIN_VALUE, Double.MAX_VALUE);
            area = List.copyOf(area);
            aspect = List.copyOf(aspect);
            Check.atLeast("padding", padding, 0);
            Check.within("flip", flip, 0, 1);
        }
    }

    /**
     * Length and batches.
     *
     * @param epochs passes over the data, at least 1
     * @param batchSize pictures per forward pass, at least 1
     * @param accumulate forward passes per update, at least 1
     * @param labelSmoothing probability spread over all classes, from 0 to 1
     * @param dropPath share of residual branches dropped in the deepest block, from 0 to 0.99
     */
    public record TrainingConfig(
            int epochs, int batchSize, int accumulate, double labelSmoothing, double dropPath) {

        /**
         * Checks the ranges.
         *
         * @param epochs passes over the data
         * @param batchSize pictures per forward pass
         * @param accumulate forward passes per update
         * @param labelSmoothing probability spread over all classes
         * @param dropPath share of residual branches dropped in the deepest block
         */
        public TrainingConfig {
            Check.atLeast("epochs", epochs, 1);
            Check.atLeast("batch_size", batchSize, 1);
            Check.atLeast("accumulate", accumulate, 1);
            Check.within("label_smoothing", labelSmoothing, 0, 1);
            Check.within("drop_path", dropPath, 0, 0.99);
        }
    }

    /**
     * AdamW and gradient clipping.
     *
     * @param lr peak learning rate at the reference batch, above 0
     * @param referenceBatch pictures per update at which {@code lr} holds; other batches scale it
     *     in proportion
     * @param weightDecay decoupled weight decay, from 0 to 1
     * @param betas decay of the first and second moment, each from 0 to below 1
     * @param eps added to the root of the second moment, above 0
     * @param clipNorm largest global gradient norm, 0 not to clip
     */
    public record OptimizerConfig(
            double lr,
            int referenceBatch,
            double weightDecay,
            List<Double> betas,
            double eps,
            double clipNorm) {

        private static final double BELOW_ONE = Math.nextDown(1.0);

        /**
         * Checks the ranges.
         *
         * @param lr peak learning rate at the reference batch
         * @param referenceBatch pictures per update at which {@code lr} holds
         * @param weightDecay decoupled weight decay
         * @param betas decay of the first and second moment
         * @param eps added to the root of the second moment
         * @param clipNorm largest global gradient norm
         */
        public OptimizerConfig {
            Check.positive("lr", lr);
            Check.atLeast("reference_batch", referenceBatch, 1);
            Check.within("weight_decay", weightDecay, 0, 1);
            if (betas.size() != 2) {
                throw new ConfigException(
                        "betas", "found " + betas.size() + " numbers, expected 2");
            }
            Check.within("betas.0", betas.get(0), 0, BELOW_ONE);
            Check.within("betas.1", betas.get(1), 0, BELOW_ONE);
            betas = List.copyOf(betas);
            Check.positive("eps", eps);
            Check.within("clip_norm", clipNorm, 0, Double.MAX_VALUE);
        }
    }

    /**
     * Learning rate over time.
     *
     * @param warmupEpochs epochs of linear warm-up, may be a fraction
     * @param warmupLr learning rate of the first update at the reference batch
     * @param minLr learning rate of the last update at the reference batch
     */
    public record ScheduleConfig(double warmupEpochs, double warmupLr, double minLr) {

        /**
         * Checks the ranges.
         *
         * @param warmupEpochs epochs of linear warm-up
         * @param warmupLr learning rate of the first update
         * @param minLr learning rate of the last update
         */
        public ScheduleConfig {
            Check.within("warmup_epochs", warmupEpochs, 0, Integer.MAX_VALUE);
            Check.within("warmup_lr", warmupLr, 0, Double.MAX_VALUE);
            Check.within("min_lr", minLr, 0, Double.MAX_VALUE);
        }
    }

    /**
     * When to evaluate.
     *
     * @param every epochs between evaluations, at least 1; the last epoch is always evaluated
     * @param batchSize pictures per forward pass, at least 1
     */
    public record EvaluationConfig(int every, int batchSize) {

        /**
         * Checks the ranges.
         *
         * @param every epochs between evaluations
         * @param batchSize pictures per forward pass
         */
        public EvaluationConfig {
            Check.atLeast("every", every, 1);
            Check.atLeast("batch_size", batchSize, 1);
        }
    }

    /**
     * When to save, and what to keep.
     *
     * @param every epochs between checkpoints, at least 1; the last epoch always makes one
     * @param everyUpdates updates between further checkpoints within an epoch, 0 for none
     * @param keep how many of the newest to keep, at least 1
     * @param keepBest how many of the best to keep besides, at least 1
     */
    public record CheckpointConfig(int every, int everyUpdates, int keep, int keepBest) {

        /**
         * Checks the ranges.
         *
         * @param every epochs between checkpoints
         * @param everyUpdates updates between further checkpoints
         * @param keep how many of the newest to keep
         * @param keepBest how many of the best to keep
         */
        public CheckpointConfig {
            Check.atLeast("every", every, 1);
            Check.atLeast("every_updates", everyUpdates, 0);
            Check.atLeast("keep", keep, 1);
            Check.atLeast("keep_best", keepBest, 1);
        }
    }

    /**
     * When to end before the last epoch.
     *
     * @param patience evaluations in a row that may fail to be the best, 0 never to give up
     * @param minDelta by how much a better evaluation has to be better, at least 0
     */
    public record StoppingConfig(int patience, double minDelta) {

        /**
         * Checks the ranges.
         *
         * @param patience evaluations in a row that may fail to be the best
         * @param minDelta by how much a better evaluation has to be better
         */
        public StoppingConfig {
            Check.atLeast("patience", patience, 0);
            Check.within("min_delta", minDelta, 0, Double.MAX_VALUE);
        }
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
     * Returns the network to train.
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
