// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a trained classifier is, besides its weights: the file {@code model.json} of a checkpoint.
 *
 * <p>Immutable, thread-safe.
 *
 * @param format version of this description, {@value #FORMAT}
 * @param name the model's name
 * @param config the backbone
 * @param labels the classes in the order of the logits
 * @param preprocessing what happens to a picture before the network
 */
public record ModelDescription(
        int format,
        String name,
        SwinConfig config,
        List<String> labels,
        Preprocessing preprocessing)
        implements NetworkDescription {

    /** The version this program writes, and the only one it reads. */
    public static final int FORMAT = 1;

    /** The file's name within a checkpoint. */
    public static final String FILE = "model.json";

    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    public ModelDescription {
        if (name == null || config == null || labels == null || preprocessing == null) {
            throw new IllegalArgumentException(
                    "A model description needs a name, config, labels and preprocessing");
        }
        labels = List.copyOf(labels);
    }

    /**
     * Describes a model in the present format.
     *
     * @param name the model's name
     * @param config the backbone
     * @param labels the classes in the order of the logits
     * @param preprocessing what happens to a picture before the network
     */
    public ModelDescription(
            String name, SwinConfig config, List<String> labels, Preprocessing preprocessing) {
        this(FORMAT, name, config, labels, preprocessing);
    }

    /**
     * Creates the network, without values for its parameters.
     *
     * @return a classifier with one output for each label
     */
    public SwinClassifier newBlock() {
        return new SwinClassifier(config, labels.size());
    }

    /**
     * Counts the multiplications with addition for one picture as the official code does.
     *
     * @return the number of multiply-adds, head included
     */
    public long multiplyAdds() {
        return MultiplyAdds.of(config, labels.size());
    }

    @Override
    public String toJson() {
        return GSON.toJson(this) + "\n";
    }

    /**
     * Reads the description of a checkpoint.
     *
     * @param directory the checkpoint's folder
     * @return the description
     * @throws IOException if there is none, it is not valid, or it is that of a network that labels
     *     pixels; says which file and what is wrong
     */
    public static ModelDescription read(Path directory) throws IOException {
        ModelDescription description = CheckpointFolder.describe(directory, ModelDescription.class);
        if (description.format != FORMAT) {
            throw new IOException(
                    directory.resolve(FILE)
                            + " has format "
                            + description.format
                            + ", but this program reads format "
                            + FORMAT
                            + ": use the version of swin-djl that wrote it.");
        }
        return description;
    }
}
