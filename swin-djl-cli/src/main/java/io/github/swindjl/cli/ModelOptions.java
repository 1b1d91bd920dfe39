// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.Label;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.ModelTable;
import io.github.swindjl.zoo.SegmentationDescription;
import io.github.swindjl.zoo.SegmentationEntry;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.SegmentationTable;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.image.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which model a command uses. */
final class ModelOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description =
                    "A model of 'swin models'; needed when --weights is a file, otherwise "
                            + "checked against the checkpoint.")
    private String name;

    @Option(
            names = "--weights",
            paramLabel = "FILE|DIR|pretrained",
            description =
                    "A folder of a training run (its best checkpoint is taken), a "
                            + "checkpoint folder, a file of the official code, timm, torchvision, "
                            + "Hugging Face or OpenMMLab as downloaded, or 'pretrained' for the "
                            + "published weights of --model.")
    private Path weights;

    @Option(
            names = "--protocol",
            paramLabel = "PROTOCOL",
            description =
                    "How pictures are resized and cropped: official, official_crop or official_whole"
                            + " (its test crop on or off at any size), timm, torchvision, hf or"
                            + " none, for pictures of the model's size (default: the model's own).")
    private Protocol protocol;

    /** Checkpoints that were read through, by the folders that named them. */
    private final Map<Path, Path> checkpoints = new HashMap<>();

    /**
     * A classifier that is not loaded yet.
     *
     * @param description what it is
     * @param folders what data sets call its classes
     * @param weights its weights
     */
    record Choice(ModelDescription description, List<String> folders, HashedWeights weights) {

        /** Returns the same weights, to be used otherwise than they were trained. */
        Choice as(ModelDescription other) {
            return new Choice(other, folders, weights);
        }

        /**
         * Loads the model and tells what became of the weights; the caller closes it.
         *
         * @throws IOException if the weights are missing, damaged or another model's
         */
        OpenModel open(Swin swin, Device device) throws IOException {
            SwinModel model = SwinModel.load(description, weights.file(), device);
            WeightsFile.tell(swin, model.report());
            return new OpenModel(model, folders, weights);
        }
    }

    /** Returns where the weights are, which must have been told. */
    Path weights() {
        OptionChecks.given(spec, "--weights=FILE|DIR|pretrained", weights);
        return weights;
    }

    /**
     * Finds the classifier that the options name.
     *
     * @throws IOException if the weights are missing, damaged or another model's
     */
    Choice choice() throws IOException {
        return choice("--weights", weights());
    }

    /**
     * A segmentation model, and where its weights are.
     *
     * @param description what the model is
     * @param weights the file
     */
    record Scenes(SegmentationDescription description, HashedWeights weights) {

        /** Loads the model and tells what became of the weights; the caller closes it. */
        SegmentationModel open(Swin swin, Device device) throws IOException {
            SegmentationModel model = SegmentationModel.load(description, weights.file(), device);
            WeightsFile.tell(swin, model.report());
            return model;
        }
    }

    /** Returns the model if it is one that labels pixels, by its name or by its checkpoint. */
    Optional<Scenes> scenes() throws IOException {
        weights();
        Optional<Scenes> found = foundScenes();
        if (found.isPresent() && protocol != null) {
            throw new ParameterException(
                    spec.commandLine(), "--protocol has no effect for segmentation models");
        }
        return found;
    }

    private Optional<Scenes> foundScenes() throws IOException {
        Optional<SegmentationEntry> entry =
                name == null ? Optional.empty() : SegmentationTable.find(name);
        if (!WeightsFile.isPretrained(weights) && Files.isDirectory(weights)) {
            Path checkpoint = checkpoint(weights);
            if (!SegmentationDescription.isAt(checkpoint)) {
                if (entry.isPresent()) {
                    requireNamed(ModelDescription.read(checkpoint).name(), checkpoint);
                }
                return Optional.empty();
            }
            SegmentationDescription description = SegmentationDescription.read(checkpoint);
            requireNamed(description.name(), checkpoint);
            return Optional.of(new Scenes(description, HashedWeights.verified(checkpoint)));
        }
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Scenes(
                        entry.get().description(),
                        HashedWeights.of(WeightsFile.find(Swin.of(spec), entry.get(), weights))));
    }

    /** Reads a checkpoint through, but not twice. */
    private Path checkpoint(Path folder) throws IOException {
        Path known = checkpoints.get(folder);
        if (known == null) {
            known = WeightsFile.checkpoint(folder);
            checkpoints.put(folder, known);
        }
        return known;
    }

    /**
     * Finds a classifier by its weights.
     *
     * @param option the option that named them
     * @param weights where they are
     * @throws IOException if the weights are missing, damaged or another model's
     */
    Choice choice(String option, Path weights) throws IOException {
        Choice found = found(option, weights);
        return found.as(withProtocol(found.description()));
    }

    private Choice found(String option, Path weights) throws IOException {
        if (!WeightsFile.isPretrained(weights) && Files.isDirectory(weights)) {
            Path checkpoint = checkpoint(weights);
            ModelDescription description = ModelDescription.read(checkpoint);
            requireNamed(description.name(), checkpoint);
            if (description.labels().isEmpty()) {
                throw new IOException(
                        checkpoint
                                + " is pre-trained without labels, so it cannot tell classes:"
                                + " fine-tune it first with 'swin train --weights "
                                + weights
                                + "'.");
            }
            return new Choice(
                    description, description.labels(), HashedWeights.verified(checkpoint));
        }
        if (name == null && !Files.exists(weights)) {
            throw new NoSuchFileException(weights.toString());
        }
        if (name == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    option
                            + " "
                            + weights
                            + " is no folder of ours, so --model must name the model its weights"
                            + " belong to");
        }
        ModelEntry entry = ModelTable.get(name);
        List<String> names = SampleSet.classes();
        List<String> folders = names;
        if (entry.classes() != ClassSet.SAMPLE) {
            List<Label> labels = Label.of(entry.classes());
            names = labels.stream().map(Label::name).toList();
            folders = labels.stream().map(Label::id).toList();
        }
        return new Choice(
                new ModelDescription(entry.name(), entry.config(), names, entry.preprocessing()),
                folders,
                HashedWeights.of(WeightsFile.find(Swin.of(spec), entry, weights)));
    }

    private void requireNamed(String found, Path checkpoint) throws IOException {
        if (name != null && !found.equals(name) && !found.equals(known(name))) {
            throw new IOException(
                    checkpoint
                            + " holds the model '"
                            + found
                            + "', not '"
                            + name
                            + "': leave --model away, or name other weights.");
        }
    }

    /** Returns a model's own name, for one of its other names. */
    private static String known(String name) {
        return SegmentationTable.find(name)
                .map(SegmentationEntry::name)
                .orElseGet(() -> ModelTable.get(name).name());
    }

    private ModelDescription withProtocol(ModelDescription description) {
        if (protocol == null) {
            return description;
        }
        Preprocessing own = description.preprocessing();
        int torchvisionResize =
                ModelTable.all().stream()
                        .filter(entry -> entry.name().equals(description.name()))
                        .mapToInt(ModelEntry::torchvisionResize)
                        .findFirst()
                        .orElse(0);
        Preprocessing chosen =
                Preprocessing.of(protocol, own.height(), own.width(), torchvisionResize);
        return new ModelDescription(
                description.name(),
                description.config(),
                description.labels(),
                new Preprocessing(
                        protocol,
                        chosen.fit(),
                        chosen.resizeHeight(),
                        chosen.resizeWidth(),
                        chosen.height(),
                        chosen.width(),
                        chosen.interpolation(),
                        own.mean(),
                        own.std()));
    }
}
