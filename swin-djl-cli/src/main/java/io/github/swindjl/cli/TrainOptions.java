// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.MemoryChoice;
import io.github.swindjl.train.config.PrecisionChoice;
import io.github.swindjl.train.config.Recipe;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that change what {@code swin train} does from its defaults. */
final class TrainOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "RECIPE|FILE",
            description =
                    "A recipe of --list-recipes, or YAML with the keys to change; 'swin train "
                            + "--dry-run' shows them all.")
    private String source;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Change one key, such as optimizer.lr=5e-4; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--model", paramLabel = "NAME", description = "model.name: see 'swin models'.")
    private String model;

    @Option(
            names = "--weights",
            paramLabel = "FILE|DIR|pretrained",
            description =
                    "model.weights: begin with these instead of random ones; for other classes "
                            + "the head starts anew. 'pretrained' means the published ones.")
    private String weights;

    @Option(
            names = "--data",
            paramLabel = "DIR|NAME",
            description =
                    "data.path: a folder with train/<class>/ and val/<class>/, 'sample' for the "
                            + "built-in pictures, or one of mnist, fashion-mnist, cifar10 and "
                            + "cifar100, which are downloaded once; for the task simmim any folder "
                            + "with pictures.")
    private String data;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "training.epochs: passes over the data.")
    private Integer epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "training.batch_size: pictures in one forward pass.")
    private Integer batchSize;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            description = "training.accumulate: batches for each update.")
    private Integer accumulate;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            description = "precision: auto, fp32, bf16 or fp16.")
    private PrecisionChoice precision;

    @Option(
            names = "--memory",
            paramLabel = "MODE",
            description =
                    "memory: plain keeps all that gradients need; stage, block and sequential"
                            + " compute most of it again; auto takes the quickest that is estimated"
                            + " to fit.")
    private MemoryChoice memory;

    @Option(
            names = "--deterministic",
            description =
                    "deterministic: the same seed gives the same weights on a GPU, too; slower, and"
                            + " attention takes more memory.")
    private boolean deterministic;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            converter = DeviceOption.Converter.class,
            description = "device: auto, cpu, gpu or gpu:N.")
    private DeviceChoice device;

    @Mixin private Tf32Option tf32;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "seed: the same one gives the same weights on a CPU.")
    private Long seed;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "data.workers: threads that read pictures.")
    private Integer workers;

    /** Tells whether a model is named by its option. */
    boolean namesModel() {
        return model != null;
    }

    /** Tells whether a recipe or a file is named. */
    boolean hasConfig() {
        return source != null;
    }

    @Option(
            names = "--skip-broken",
            description =
                    "data.skip_broken: decode every picture first, name those that cannot be read,"
                            + " and train without them.")
    private boolean skipBroken;

    /** Returns a configuration changed by the file, then the settings, then the options. */
    TrainConfig config(TrainConfig base) throws IOException {
        TrainConfig config = begun(base);
        try {
            config = config.with(settings);
        } catch (ConfigException e) {
            throw usage("--set " + e.getMessage(), e);
        }
        for (Map.Entry<String, Shortcut> entry : shortcuts().entrySet()) {
            Shortcut shortcut = entry.getValue();
            if (shortcut.value() != null) {
                try {
                    config = config.with(shortcut.key(), shortcut.value().toString());
                } catch (ConfigException e) {
                    throw usage(entry.getKey() + " sets " + e.getMessage(), e);
                }
            }
        }
        return config;
    }

    /** Refuses settings of keys that the task of the resulting configuration does not look at. */
    void requireEffect(TrainConfig config) {
        for (String setting : settings) {
            try {
                config.requireEffect(setting.substring(0, setting.indexOf('=')));
            } catch (ConfigException e) {
                throw usage("--set " + e.getMessage(), e);
            }
        }
    }

    /** Returns a configuration changed by the recipe or the file. */
    private TrainConfig begun(TrainConfig base) throws IOException {
        if (source == null) {
            return base;
        }
        Optional<Recipe> recipe = Recipe.find(source);
        if (recipe.isPresent()) {
            return recipe.get().applyTo(base);
        }
        boolean bare = source.matches("\\w+");
        if (bare && !Files.exists(Path.of(source))) {
            throw usage(
                    "--config is '"
                            + source
                            + "', which is neither a recipe nor a file"
                            + Recipe.nearest(source)
                                    .map(name -> "; did you mean " + name + "?")
                                    .orElse("; see --list-recipes"),
                    null);
        }
        return base.with(Path.of(source));
    }

    /** Returns the key that an option's name without its dashes stands for; others stay. */
    String key(String name) {
        Shortcut shortcut = shortcuts().get("--" + name);
        return shortcut == null ? name : shortcut.key();
    }

    /** Finds where to compute: what the option says, or else the configuration. */
    Device device(TrainConfig config) {
        DeviceChoice choice = device != null ? device : new DeviceChoice(config.device());
        return tf32.check(choice.resolve(EngineInfo.devices()));
    }

    /** Adds the file to a problem with a value that only the file can have set. */
    ConfigException blamed(ConfigException problem) {
        String key = problem.key();
        boolean optionSetsIt =
                settings.stream().anyMatch(setting -> key.startsWith(setting.split("=", 2)[0]))
                        || shortcuts().values().stream()
                                .anyMatch(s -> s.value() != null && s.key().equals(key));
        return source == null
                        || Recipe.find(source).isPresent()
                        || optionSetsIt
                        || problem.file().isPresent()
                ? problem
                : problem.in(Path.of(source));
    }

    private record Shortcut(String key, Object value) {}

    private Map<String, Shortcut> shortcuts() {
        Map<String, Shortcut> shortcuts = new LinkedHashMap<>();
        shortcuts.put("--model", new Shortcut("model.name", model));
        shortcuts.put("--weights", new Shortcut("model.weights", weights));
        shortcuts.put("--data", new Shortcut("data.path", data));
        shortcuts.put("--epochs", new Shortcut("training.epochs", epochs));
        shortcuts.put("--batch-size", new Shortcut("training.batch_size", batchSize));
        shortcuts.put("--accumulate", new Shortcut("training.accumulate", accumulate));
        shortcuts.put(
                "--precision",
                new Shortcut(
                        "precision",
                        precision == null ? null : precision.name().toLowerCase(Locale.ROOT)));
        shortcuts.put(
                "--memory",
                new Shortcut(
                        "memory", memory == null ? null : memory.name().toLowerCase(Locale.ROOT)));
        shortcuts.put(
                "--deterministic", new Shortcut("deterministic", deterministic ? true : null));
        shortcuts.put("--device", new Shortcut("device", device == null ? null : device.name()));
        shortcuts.put("--seed", new Shortcut("seed", seed));
        shortcuts.put("--workers", new Shortcut("data.workers", workers));
        shortcuts.put("--skip-broken", new Shortcut("data.skip_broken", skipBroken ? true : null));
        return shortcuts;
    }

    private ParameterException usage(String message, Exception cause) {
        return new ParameterException(spec.commandLine(), message, cause);
    }
}
