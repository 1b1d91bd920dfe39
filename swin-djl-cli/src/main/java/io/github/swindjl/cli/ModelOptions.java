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
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
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

    /** A description of a model, what data sets call its classes, and where its weights are. */
    private record Choice(ModelDescription description, List<String> folders, Path weights) {}

    /**
     * Loads the model.
     *
     * @param device where it lives
     * @return the model; the caller closes it
     * @throws IOException if the weights are missing, damaged or another model's
     */
    OpenModel open(Device device) throws IOException {
        return open(device, weights(), UnaryOperator.identity());
    }

    /** Returns where the weights are, which must have been told. */
    Path weights() {
        OptionChecks.given(spec, "--weights=FILE|DIR|pretrained", weights);
        return weights;
    }

    /**
     * Loads a model otherwise than it was trained.
     *
     * @param device where it lives
     * @param weights its weights
     * @param change gives the description to load it by
     * @return the model; the caller closes it
     * @throws IOException if the weights are missing, damaged or another model's
     */
    OpenModel open(Device device, Path weights, UnaryOperator<ModelDescription> change)
            throws IOException {
        Choice choice = choice(weights);
        ModelDescription description = change.apply(withProtocol(choice.description()));
        SwinModel model = SwinModel.load(description, choice.weights(), device);
        WeightsFile.tell(Swin.of(spec), model.report());
        return new OpenModel(model, choice.folders(), choice.weights());
    }

    /**
     * A model that labels pixels, and where its weights are.
     *
     * @param description what the model is
     * @param weights the file
     */
    record Scenes(SegmentationDescription description, Path weights) {

        /** Loads the model and tells what became of the weights; the caller closes it. */
        SegmentationModel open(Swin swin, Device device) throws IOException {
            SegmentationModel model = SegmentationModel.load(description, weights, device);
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
                    spec.commandLine(), "--protocol has no effect for models that label pixels");
        }
        return found;
    }

    private Optional<Scenes> foundScenes() throws IOException {
        Optional<SegmentationEntry> entry =
                name == null ? Optional.empty() : SegmentationTable.find(name);
        if (!WeightsFile.isPretrained(weights) && Files.isDirectory(weights)) {
            Path checkpoint = WeightsFile.checkpoint(weights);
            if (!SegmentationDescription.isAt(checkpoint)) {
                if (entry.isPresent()) {
                    requireNamed(ModelDescription.read(checkpoint).name(), checkpoint);
                }
                return Optional.empty();
            }
            SegmentationDescription description = SegmentationDescription.read(checkpoint);
            requireNamed(description.name(), checkpoint);
            return Optional.of(new Scenes(description, WeightsFile.in(checkpoint)));
        }
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Scenes(
                        entry.get().description(),
                        WeightsFile.find(Swin.of(spec), entry.get(), weights)));
    }

    private Choice choice(Path weights) throws IOException {
        if (!WeightsFile.isPretrained(weights) && Files.isDirectory(weights)) {
            Path checkpoint = WeightsFile.checkpoint(weights);
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
            return new Choice(description, description.labels(), WeightsFile.in(checkpoint));
        }
        if (name == null && !Files.exists(weights)) {
            throw new NoSuchFileException(weights.toString());
        }
        if (name == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--weights "
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
                WeightsFile.find(Swin.of(spec), entry, weights));
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
