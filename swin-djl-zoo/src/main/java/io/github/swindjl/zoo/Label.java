// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * A class of ImageNet.
 *
 * @param id WordNet's identifier, which is the name of the class folder, such as {@code n01440764}
 * @param name what a person calls it, synonyms after commas, such as {@code tench, Tinca tinca}
 */
public record Label(String id, String name) {

    /**
     * Reads the classes that a published head tells apart.
     *
     * @param classes a set of ImageNet, or none
     * @return one entry for each logit
     * @throws IllegalArgumentException for a set that is not ImageNet's
     */
    public static List<Label> of(ClassSet classes) {
        List<Label> labels =
                switch (classes) {
                    case IMAGENET_1K -> read("imagenet1k.txt");
                    case IMAGENET_22K -> read("imagenet22k.txt.gz");
                    case NONE -> List.of();
                    case SAMPLE ->
                            throw new IllegalArgumentException(
                                    "The classes of the sample pictures are not ImageNet's; a"
                                            + " checkpoint of a model trained on them names them");
                };
        if (labels.size() != classes.size()) {
            throw new IllegalStateException(
                    classes + " has " + classes.size() + " classes, its list " + labels.size());
        }
        return labels;
    }

    /**
     * Returns names for classes of which nothing but their number is known.
     *
     * @param classes the number of classes
     * @return {@code class 0}, {@code class 1}, …
     */
    public static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(index -> "class " + index).toList();
    }

    private static List<Label> read(String resource) {
        try (InputStream raw = Label.class.getResourceAsStream(resource);
                InputStream text = resource.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
            return lines.lines().map(Label::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The class list " + resource + " cannot be read", e);
        }
    }

    private static Label parse(String line) {
        int blank = line.indexOf(' ');
        return new Label(line.substring(0, blank), line.substring(blank + 1));
    }
}
