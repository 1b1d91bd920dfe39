// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.zoo.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A training configuration that comes with the program: what it changes, and where its numbers are
 * from. Immutable, thread-safe.
 */
public final class Recipe {

    private static final String FOLDER = "recipes/";

    private final String name;
    private final Document document;

    /** What a file beside this class holds; a recipe can change another one. */
    record Document(
            String purpose, String source, Optional<String> extended, Map<String, Object> set) {

        static Document read(String name) {
            Map<?, ?> tree = Yaml.mapping(text(name + ".yaml"));
            return ConfigTree.read(
                    Document.class, tree, new Document("", "", Optional.empty(), Map.of()));
        }
    }

    private Recipe(String name) {
        this.name = name;
        document = Document.read(name);
    }

    /**
     * Returns all recipes.
     *
     * @return them in the order in which to show them
     */
    public static List<Recipe> all() {
        return names().stream().map(Recipe::new).toList();
    }

    /**
     * Finds a recipe.
     *
     * @param name its name
     * @return the recipe, or empty if there is none of this name
     */
    public static Optional<Recipe> find(String name) {
        return names().contains(name) ? Optional.of(new Recipe(name)) : Optional.empty();
    }

    /**
     * Returns the name that someone who misspelt one may have meant.
     *
     * @param name what was written
     * @return the nearest recipe's name, if one is near
     */
    public static Optional<String> nearest(String name) {
        return Nearest.to(name, names());
    }

    private static List<String> names() {
        return text("index.txt").lines().toList();
    }

    private static String text(String file) {
        try (InputStream in = Recipe.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("No recipe file " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Recipe file " + file + " cannot be read", e);
        }
    }

    /**
     * Returns the name.
     *
     * @return the name that {@link #find} knows
     */
    public String name() {
        return name;
    }

    /**
     * Returns what the recipe is for.
     *
     * @return a line
     */
    public String purpose() {
        return document.purpose();
    }

    /**
     * Returns where its numbers are from.
     *
     * @return a line
     */
    public String source() {
        return document.source();
    }

    /**
     * Returns a configuration changed by this recipe.
     *
     * @param base what holds where the recipe says nothing
     * @return the changed configuration
     */
    public TrainConfig applyTo(TrainConfig base) {
        TrainConfig extended =
                document.extended()
                        .map(Recipe::new)
                        .map(recipe -> recipe.applyTo(base))
                        .orElse(base);
        return ConfigTree.read(TrainConfig.class, document.set(), extended);
    }
}
