// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.blocks.LeastMemory;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.train.MemoryUse;
import io.github.swindjl.zoo.ModelDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say at which sizes of pictures and windows classifiers are evaluated. */
final class ResolutionOptions {

    /** The names of these options. */
    static final List<String> NAMES = List.of("--img-size", "--window", "--sweep", "--against");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--img-size",
            paramLabel = "N",
            description =
                    "Classification only: look at pictures of this width and height instead of the"
                            + " model's own. Position biases are carried over.")
    private Integer imageSize;

    @Option(
            names = "--window",
            paramLabel = "N|scaled",
            description =
                    "Classification only: windows of N tokens, or windows that grow in proportion"
                            + " to the pictures (default: the model's own).")
    private String window;

    @Option(
            names = "--sweep",
            paramLabel = "KEY=N,N,...",
            description =
                    "Evaluate at each of several values of img-size or window and compare: a table,"
                            + " and with --out sweep.csv, sweep.json and sweep.png. Of several models"
                            + " with the same position bias, such as trainings of several seeds, mean"
                            + " and deviation are shown as well.")
    private String sweep;

    @Option(
            names = "--against",
            paramLabel = "FILE|DIR",
            description =
                    "With --sweep: weights of another model to compare with; may be repeated.")
    private List<Path> against = new ArrayList<>();

    /**
     * Reads what one model is to be evaluated at.
     *
     * @throws ParameterException if the options say nothing that is understood
     */
    Resolution resolution() {
        try {
            return Resolution.of(imageSize, window);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * Reads what to sweep.
     *
     * @return the request, or nothing if one evaluation is asked for
     * @throws ParameterException if an option is not understood or has no effect
     */
    Optional<Sweep.Request> request() {
        if (sweep == null) {
            if (!against.isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(), "--against has an effect with --sweep only");
            }
            return Optional.empty();
        }
        Sweep.Request request;
        try {
            request = Sweep.Request.parse(sweep);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--sweep is " + e.getMessage(), e);
        }
        refuse("--img-size", request.key() == Sweep.Key.IMG_SIZE && imageSize != null);
        refuse("--window", request.key() == Sweep.Key.WINDOW && window != null);
        return Optional.of(request);
    }

    /** Refuses another option if it was given with a sweep. */
    void refuse(String option, boolean given) {
        if (given && sweep != null) {
            throw new ParameterException(
                    spec.commandLine(), option + " has no effect with --sweep " + sweep);
        }
    }

    /**
     * Finds the models to compare, and what each is at every value of a sweep.
     *
     * @param request what to sweep
     * @param model says which model is the first
     * @param batch pictures per forward pass
     * @param device where they are evaluated
     * @return the models by their weights, in order
     * @throws IOException if weights are missing, damaged or another model's
     */
    Map<Path, List<ModelOptions.Choice>> models(
            Sweep.Request request, ModelOptions model, int batch, Device device)
            throws IOException {
        Map<Path, List<ModelOptions.Choice>> models = new LinkedHashMap<>();
        models.put(model.weights(), at(request, model.choice(), batch, device));
        for (Path weights : against) {
            if (models.containsKey(weights)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--against " + weights + " is named twice; name another model");
            }
            models.put(weights, at(request, model.choice("--against", weights), batch, device));
        }
        return models;
    }

    private List<ModelOptions.Choice> at(
            Sweep.Request request, ModelOptions.Choice trained, int batch, Device device) {
        Resolution rest = resolution();
        return request.values().stream()
                .map(value -> at(request.at(value, rest), trained, batch, device))
                .toList();
    }

    /**
     * Returns a model as it is at a resolution, if a batch of it can be held at all.
     *
     * @throws ParameterException if the model cannot have this resolution
     * @throws EnvironmentException if the memory that is free certainly does not suffice
     */
    ModelOptions.Choice at(
            Resolution resolution, ModelOptions.Choice trained, int batch, Device device) {
        ModelDescription description;
        try {
            description = resolution.of(trained.description());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--img-size or --window: " + e.getMessage(), e);
        }
        requireMemory(description.config(), batch, MemoryUse.free(device));
        return trained.as(description);
    }

    private static void requireMemory(SwinConfig config, int batch, OptionalLong free) {
        long least = LeastMemory.of(config, batch);
        if (free.isPresent() && least > free.getAsLong()) {
            throw new EnvironmentException(
                    String.format(
                            Locale.ROOT,
                            "A batch of %d pictures of %dx%d with windows of %d takes more than"
                                    + " %.1f GB, and %.1f GB are free. Use a smaller --batch-size,"
                                    + " --img-size or --window.",
                            batch,
                            config.imageWidth(),
                            config.imageHeight(),
                            config.window(),
                            least / 1e9,
                            free.getAsLong() / 1e9));
        }
    }
}
