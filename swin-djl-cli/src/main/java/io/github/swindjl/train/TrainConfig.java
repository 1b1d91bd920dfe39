// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.data.Mixup;
import io.github.swindjl.data.RandomErasing;
import io.github.swindjl.data.augment.ColorJitter;
import io.github.swindjl.data.augment.Fill;
import io.github.swindjl.data.augment.OperationPolicy;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.ModelTable;
import io.github.swindjl.zoo.image.Interpolation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

    /**
     * Checks the ranges.
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
     * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     * @param threads processors that one operation uses on a CPU, 0 for automatic
     * @param seed where all randomness comes from
     * @throws ConfigException if a value is out of range
     */
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
            requireNeutral(task, data, augmentation, training, optimizer);
        }
        if (!DEVICE.matcher(device).matches()) {
            throw new ConfigException(
                    "device", "found '" + device + "', expected auto, cpu, gpu or gpu:N");
        }
    }

    /** What only other tasks do must not be asked for, since it would have no effect. */
    private static void requireNeutral(
            Task task,
            DataConfig data,
            AugmentationConfig changes,
            TrainingConfig training,
            OptimizerConfig optimizer) {
        Map<String, Boolean> asked = new LinkedHashMap<>();
        asked.put("data.skip_broken", data.skipBroken());
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
        String name = task.name().toLowerCase(Locale.ROOT);
        asked.forEach(
                (key, set) -> {
                    if (set) {
                        throw new ConfigException(
                                key,
                                "has no effect with task "
                                        + name
                                        + (task == Task.SEGMENT
                                                ? "; see the keys of segmentation"
                                                : "; see the keys of simmim"));
                    }
                });
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
     * @param skipBroken whether to leave out pictures that cannot be read, rather than to end
     */
    public record DataConfig(String path, int workers, boolean skipBroken) {

        /**
         * Checks the ranges.
         *
         * @param path a dataset folder, or {@code sample}
         * @param workers threads
         * @param skipBroken whether to leave out what cannot be read
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
     * @param interpolation filter of random crops and of random operations
     * @param policy random operations by name, as {@link OperationPolicy} has them
     * @param colorJitter greatest change of brightness, contrast, saturation and hue
     * @param erasing how parts are erased
     * @param mixing how pictures of a batch are mixed
     * @param repeats how often each picture of an epoch is shown, each time changed differently
     */
    public record AugmentationConfig(
            Crop crop,
            List<Double> area,
            List<Double> aspect,
            int padding,
            double flip,
            Filter interpolation,
            String policy,
            List<Double> colorJitter,
            ErasingConfig erasing,
            MixingConfig mixing,
            int repeats) {

        /** Which part of a picture is shown. */
        public enum Crop {
            /** A random part of random shape, resized. */
            RANDOM_RESIZED,
            /** As in evaluation, then moved within a border. */
            PADDED,
            /** As in evaluation. */
            NONE
        }

        /** Filter of random crops and of random operations. */
        public enum Filter {
            /** The filter of the model's evaluation. */
            MODEL,
            /** Linear between neighbours. */
            BILINEAR,
            /** A cubic. */
            BICUBIC,
            /** Bilinear or bicubic, drawn each time. */
            RANDOM;

            /**
             * Returns the filters to draw from.
             *
             * @param model the filter of the model's evaluation
             * @return the choice
             */
            public FilterChoice choice(Interpolation model) {
                return switch (this) {
                    case MODEL -> FilterChoice.of(model);
                    case BILINEAR -> FilterChoice.of(Interpolation.BILINEAR);
                    case BICUBIC -> FilterChoice.of(Interpolation.BICUBIC);
                    case RANDOM -> FilterChoice.RANDOM;
                };
            }
        }

        /**
         * Checks the ranges.
         *
         * @param crop which part of a picture is shown
         * @param area least and greatest share of the picture
         * @param aspect least and greatest width by height
         * @param padding pixels around the picture
         * @param flip probability of a mirror image
         * @param interpolation filter of random crops and operations
         * @param policy random operations by name
         * @param colorJitter greatest change of brightness, contrast, saturation and hue
         * @param erasing how parts are erased
         * @param mixing how pictures of a batch are mixed
         * @param repeats how often each picture of an epoch is shown
         */
        public AugmentationConfig {
            Check.range("area", area, Double.MIN_VALUE, 1);
            Check.range("aspect", aspect, Double.MIN_VALUE, Double.MAX_VALUE);
            area = List.copyOf(area);
            aspect = List.copyOf(aspect);
            Check.atLeast("padding", padding, 0);
            Check.within("flip", flip, 0, 1);
            Check.atLeast("repeats", repeats, 1);
            colorJitter = List.copyOf(colorJitter);
            if (colorJitter.size() != 4) {
                throw new ConfigException(
                        "color_jitter",
                        "found "
                                + colorJitter.size()
                                + " numbers, expected 4: brightness, contrast, saturation, hue");
            }
            Check.valid("color_jitter", colorJitter, AugmentationConfig::jitter);
            Check.valid("policy", policy, AugmentationConfig::operations);
        }

        private static Optional<Augmentation> operations(String policy) {
            return OperationPolicy.parse(policy, FilterChoice.RANDOM, Fill.BLACK);
        }

        private static ColorJitter jitter(List<Double> values) {
            return new ColorJitter(values.get(0), values.get(1), values.get(2), values.get(3));
        }

        /**
         * Returns the random operations and the colour jitter, in this order.
         *
         * @param filters how pictures are turned, sheared and moved
         * @param fill what is shown where a picture has moved away
         * @return the augmentations, empty if none is asked for
         */
        public List<Augmentation> operations(FilterChoice filters, Fill fill) {
            List<Augmentation> steps = new ArrayList<>();
            OperationPolicy.parse(policy, filters, fill).ifPresent(steps::add);
            if (colorJitter.stream().anyMatch(value -> value > 0)) {
                steps.add(jitter(colorJitter));
            }
            return steps;
        }
    }

    /**
     * How parts of pictures are erased.
     *
     * @param probability chance that a picture loses anything, from 0 to 1
     * @param mode what comes there instead
     * @param area least and greatest share of the picture
     * @param aspect least and greatest height by width
     * @param boxes most boxes in a picture, at least 1
     */
    public record ErasingConfig(
            double probability,
            RandomErasing.Mode mode,
            List<Double> area,
            List<Double> aspect,
            int boxes) {

        /**
         * Checks the ranges.
         *
         * @param probability chance that a picture loses anything
         * @param mode what comes there instead
         * @param area least and greatest share of the picture
         * @param aspect least and greatest height by width
         * @param boxes most boxes in a picture
         */
        public ErasingConfig {
            Check.within("probability", probability, 0, 1);
            Check.range("area", area, Double.MIN_VALUE, 1);
            Check.range("aspect", aspect, Double.MIN_VALUE, Double.MAX_VALUE);
            area = List.copyOf(area);
            aspect = List.copyOf(aspect);
            Check.atLeast("boxes", boxes, 1);
        }

        /**
         * Returns what erases.
         *
         * @return the augmentation, or nothing if its probability is 0
         */
        public Optional<RandomErasing> augmentation() {
            return probability == 0
                    ? Optional.empty()
                    : Optional.of(
                            new RandomErasing(
                                    probability,
                                    area.get(0),
                                    area.get(1),
                                    aspect.get(0),
                                    aspect.get(1),
                                    mode,
                                    boxes));
        }
    }

    /**
     * How the pictures of a batch are mixed.
     *
     * @param mixup parameter of Mixup's beta distribution, 0 for no Mixup
     * @param cutmix parameter of CutMix's beta distribution, 0 for no CutMix
     * @param cutmixSides least and greatest side of CutMix's boxes, or empty for boxes by the beta
     *     distribution
     * @param probability chance that anything is mixed, from 0 to 1
     * @param switching chance of CutMix where both are on, from 0 to 1
     * @param mode what is drawn once
     */
    public record MixingConfig(
            double mixup,
            double cutmix,
            List<Double> cutmixSides,
            double probability,
            double switching,
            Mixup.Mode mode) {

        /**
         * Checks the ranges.
         *
         * @param mixup parameter of Mixup's beta distribution
         * @param cutmix parameter of CutMix's beta distribution
         * @param cutmixSides least and greatest side of CutMix's boxes
         * @param probability chance that anything is mixed
         * @param switching chance of CutMix where both are on
         * @param mode what is drawn once
         */
        public MixingConfig {
            Check.within("mixup", mixup, 0, Double.MAX_VALUE);
            Check.within("cutmix", cutmix, 0, Double.MAX_VALUE);
            cutmixSides = List.copyOf(cutmixSides);
            if (!cutmixSides.isEmpty()) {
                Check.range("cutmix_sides", cutmixSides, 0, 1);
            }
            if (!cutmixSides.isEmpty() && mixup > 0 && cutmix == 0) {
                throw new ConfigException(
                        "cutmix_sides", "has no effect while cutmix is 0; set both or neither");
            }
            Check.within("probability", probability, 0, 1);
            Check.within("switching", switching, 0, 1);
        }

        /**
         * Returns what mixes.
         *
         * @return the mixing, or nothing if neither Mixup nor CutMix is on
         */
        public Optional<Mixup> augmentation() {
            return mixup == 0 && cutmix == 0 || probability == 0
                    ? Optional.empty()
                    : Optional.of(
                            new Mixup(mixup, cutmix, cutmixSides, probability, switching, mode));
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
     * @param freeze parts that stay as they are: names of parameters, whole or up to a dot, or
     *     {@code backbone} for everything but the head
     * @param skipLimit updates in a row left out for gradients that are not finite, after which the
     *     run stops, at least 1
     */
    public record TrainingConfig(
            int epochs,
            int batchSize,
            int accumulate,
            double labelSmoothing,
            double dropPath,
            List<String> freeze,
            int skipLimit) {

        /**
         * Checks the ranges.
         *
         * @param epochs passes over the data
         * @param batchSize pictures per forward pass
         * @param accumulate forward passes per update
         * @param labelSmoothing probability spread over all classes
         * @param dropPath share of residual branches dropped in the deepest block
         * @param freeze parts that stay as they are
         * @param skipLimit updates in a row left out, after which the run stops
         */
        public TrainingConfig {
            Check.atLeast("epochs", epochs, 1);
            Check.atLeast("batch_size", batchSize, 1);
            Check.atLeast("accumulate", accumulate, 1);
            Check.within("label_smoothing", labelSmoothing, 0, 1);
            Check.within("drop_path", dropPath, 0, 0.99);
            freeze = List.copyOf(freeze);
            Check.atLeast("skip_limit", skipLimit, 1);
        }
    }

    /**
     * How gradients change parameters.
     *
     * @param name the rule
     * @param lr peak learning rate at the reference batch, above 0
     * @param referenceBatch pictures per update at which {@code lr} holds; other batches scale it
     *     in proportion
     * @param weightDecay weight decay, from 0 to 1; decoupled for AdamW, added to the gradient for
     *     SGD
     * @param betas AdamW's decay of the first and second moment, each from 0 to below 1
     * @param eps AdamW's addition to the root of the second moment, above 0
     * @param momentum SGD's momentum, from 0 to below 1
     * @param nesterov whether SGD looks ahead, which needs a momentum
     * @param clipNorm largest global gradient norm, 0 not to clip
     * @param layerDecay factor of the learning rate from each layer to the one before, above 0 to 1
     * @param layerRule what a layer is, and what the factor applies to
     * @param rates factors of the learning rate by parts of the network: names of parameters, whole
     *     or up to a dot
     * @param decayRule which parameters have weight decay
     */
    public record OptimizerConfig(
            Rule name,
            double lr,
            int referenceBatch,
            double weightDecay,
            List<Double> betas,
            double eps,
            double momentum,
            boolean nesterov,
            double clipNorm,
            double layerDecay,
            LayerRule layerRule,
            Map<String, Object> rates,
            DecayRule decayRule) {

        private static final double BELOW_ONE = Math.nextDown(1.0);

        /** How gradients change parameters. */
        public enum Rule {
            /** AdamW (arXiv 1711.05101). */
            ADAMW,
            /** Stochastic gradient descent with momentum, as PyTorch has it. */
            SGD
        }

        /**
         * Checks the ranges.
         *
         * @param name the rule
         * @param lr peak learning rate at the reference batch
         * @param referenceBatch pictures per update at which {@code lr} holds
         * @param weightDecay weight decay
         * @param betas decay of the first and second moment
         * @param eps added to the root of the second moment
         * @param momentum SGD's momentum
         * @param nesterov whether SGD looks ahead
         * @param clipNorm largest global gradient norm
         * @param layerDecay factor of the learning rate from each layer to the one before
         * @param layerRule what a layer is
         * @param rates factors of the learning rate by parts of the network
         * @param decayRule which parameters have weight decay
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
            Check.within("momentum", momentum, 0, BELOW_ONE);
            if (nesterov && (name != Rule.SGD || momentum == 0)) {
                throw new ConfigException(
                        "nesterov", "found true, which needs the rule sgd and a momentum above 0");
            }
            Check.within("clip_norm", clipNorm, 0, Double.MAX_VALUE);
            Check.within("layer_decay", layerDecay, Double.MIN_VALUE, 1);
            rates.forEach(OptimizerConfig::checkRate);
        }

        private static void checkRate(String part, Object factor) {
            if (!(factor instanceof Number number)) {
                throw new ConfigException(
                        "rates." + part, "found '" + factor + "', expected a number");
            }
            Check.positive("rates." + part, number.doubleValue());
        }
    }

    /**
     * Learning rate over time.
     *
     * @param kind the curve after warm-up
     * @param warmupEpochs epochs of linear warm-up, may be a fraction
     * @param warmupLr learning rate of the first update at the reference batch
     * @param minLr learning rate of the last update at the reference batch, for {@link Kind#COSINE}
     *     and {@link Kind#LINEAR}
     * @param warmupPrefix whether the curve begins after warm-up, rather than with it
     * @param decayEpochs epochs between decays, for {@link Kind#STEP}; may be a fraction
     * @param milestones epochs at which the rate decays, rising, for {@link Kind#MULTISTEP}
     * @param decayRate factor of each decay, for {@link Kind#STEP} and {@link Kind#MULTISTEP}
     */
    public record ScheduleConfig(
            Kind kind,
            double warmupEpochs,
            double warmupLr,
            double minLr,
            boolean warmupPrefix,
            double decayEpochs,
            List<Double> milestones,
            double decayRate) {

        /** The curve after warm-up. */
        public enum Kind {
            /** Half a period of a cosine, down to the least rate. */
            COSINE,
            /** A line, down to the least rate. */
            LINEAR,
            /** A decay at equal intervals. */
            STEP,
            /** A decay at each milestone. */
            MULTISTEP,
            /** A line to 0 that warm-up multiplies, as mmsegmentation has it. */
            POLY
        }

        /**
         * Checks the ranges.
         *
         * @param kind the curve after warm-up
         * @param warmupEpochs epochs of linear warm-up
         * @param warmupLr learning rate of the first update
         * @param minLr learning rate of the last update
         * @param warmupPrefix whether the curve begins after warm-up
         * @param decayEpochs epochs between decays
         * @param milestones epochs at which the rate decays
         * @param decayRate factor of each decay
         */
        public ScheduleConfig {
            Check.within("warmup_epochs", warmupEpochs, 0, Integer.MAX_VALUE);
            Check.within("warmup_lr", warmupLr, 0, Double.MAX_VALUE);
            Check.within("min_lr", minLr, 0, Double.MAX_VALUE);
            Check.positive("decay_epochs", decayEpochs);
            milestones = List.copyOf(milestones);
            for (int i = 0; i < milestones.size(); i++) {
                double least = i == 0 ? 0 : milestones.get(i - 1);
                Check.within("milestones." + i, milestones.get(i), least, Integer.MAX_VALUE);
            }
            if (kind == Kind.MULTISTEP && milestones.isEmpty()) {
                throw new ConfigException("milestones", "is empty, which multistep cannot use");
            }
            Check.within("decay_rate", decayRate, Double.MIN_VALUE, 1);
        }
    }

    /**
     * Average of the parameters over time, which is what is evaluated where there is one.
     *
     * @param decay share of the average that each update keeps, from 0 to below 1; 0 for no average
     * @param warmup whether the share rises from 0 as 1 − (1 + n)^(−2/3) until it is {@code decay}
     * @param afterEpochs epochs in which the average just follows the parameters
     * @param every updates between two additions to the average, at least 1, counted from the first
     *     update of each epoch
     */
    public record EmaConfig(double decay, boolean warmup, int afterEpochs, int every) {

        /**
         * Checks the ranges.
         *
         * @param decay share of the average that each update keeps
         * @param warmup whether the share rises from 0
         * @param afterEpochs epochs in which the average just follows
         * @param every updates between two additions
         */
        public EmaConfig {
            Check.within("decay", decay, 0, Math.nextDown(1.0));
            Check.atLeast("after_epochs", afterEpochs, 0);
            Check.atLeast("every", every, 1);
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
