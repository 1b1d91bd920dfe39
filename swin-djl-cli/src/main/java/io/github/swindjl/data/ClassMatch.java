// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.Label;
import io.github.swindjl.zoo.weights.HeadClasses;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which outputs of a classifier the classes of a data set are.
 *
 * @param kind how the two belong together
 * @param outputs for each class of the data, in order of its index, the index of the classifier's
 *     output; not to be changed
 */
public record ClassMatch(Kind kind, int[] outputs) {

    /** How the classes of a data set and those of a classifier belong together. */
    public enum Kind {
        /** The same classes in the same order. */
        SAME("the classifier's classes"),
        /** The same classes in another order. */
        REORDERED("the classifier's classes in another order"),
        /** Folders 0 to 999, as ImageNet-V2 has them, that count ImageNet's classes. */
        NUMBERED("numbers of ImageNet's 1000 classes"),
        /** Some of the classifier's classes, as in ImageNet-A and -R; it is asked about these. */
        SUBSET("some of the classifier's classes"),
        /** Some or all of ImageNet's 1000 classes, for a classifier of 21841. */
        REDUCED("classes of ImageNet's 1000 among the classifier's 21841");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** Returns what a person calls it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Matches classes by their names.
     *
     * @param where what has the data's classes, for messages
     * @param data names of the data's classes, in order of their index
     * @param classifier names of the classifier's classes, in order of its outputs
     * @return the match
     * @throws DataException if the data has classes that the classifier does not know
     */
    public static ClassMatch of(String where, List<String> data, List<String> classifier)
            throws DataException {
        if (data.equals(classifier)) {
            return new ClassMatch(Kind.SAME, IntStream.range(0, data.size()).toArray());
        }
        List<String> oneThousand = ids(ClassSet.IMAGENET_1K);
        if (data.equals(numbers(oneThousand.size())) && classifier.equals(oneThousand)) {
            return new ClassMatch(Kind.NUMBERED, IntStream.range(0, data.size()).toArray());
        }
        int[] direct = places(data, classifier);
        if (Arrays.stream(direct).allMatch(place -> place >= 0)) {
            Kind kind = data.size() == classifier.size() ? Kind.REORDERED : Kind.SUBSET;
            return new ClassMatch(kind, direct);
        }
        int[] reduced =
                data.equals(numbers(oneThousand.size()))
                        ? IntStream.range(0, data.size()).toArray()
                        : places(data, oneThousand);
        if (classifier.size() == ClassSet.IMAGENET_22K.size()
                && classifier.equals(ids(ClassSet.IMAGENET_22K))
                && Arrays.stream(reduced).allMatch(place -> place >= 0)) {
            int[] rows = HeadClasses.rowsOfOneThousand();
            return new ClassMatch(
                    Kind.REDUCED, Arrays.stream(reduced).map(place -> rows[place]).toArray());
        }
        throw new DataException(
                where
                        + " does not have the classes of the model: "
                        + data.size()
                        + " classes for "
                        + classifier.size()
                        + "; "
                        + lacking("unknown to the model", data, classifier)
                        + "; "
                        + lacking("missing", classifier, data)
                        + ". Name the data the model was trained for, or other weights");
    }

    /** Names what is among some names but not among others. */
    private static String lacking(String what, List<String> names, List<String> among) {
        Set<String> known = new HashSet<>(among);
        List<String> lacking = names.stream().filter(name -> !known.contains(name)).toList();
        return lacking.isEmpty()
                ? "none " + what
                : what
                        + " "
                        + String.join(", ", lacking.subList(0, Math.min(5, lacking.size())))
                        + (lacking.size() > 5 ? " and " + (lacking.size() - 5) + " more" : "");
    }

    private static List<String> ids(ClassSet set) {
        return Label.of(set).stream().map(Label::id).toList();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static int[] places(List<String> names, List<String> among) {
        Map<String, Integer> places = new HashMap<>();
        among.forEach(name -> places.put(name, places.size()));
        return names.stream().mapToInt(name -> places.getOrDefault(name, -1)).toArray();
    }

    /**
     * Tells whether the classifier is to be asked about some of its classes only, which gives a
     * result that does not compare with that of all its classes.
     *
     * @return whether it has classes that the data lacks
     */
    public boolean partial() {
        return kind == Kind.SUBSET || kind == Kind.REDUCED;
    }

    /** Compares the outputs' indices. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ClassMatch match
                && kind == match.kind
                && Arrays.equals(outputs, match.outputs);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + Arrays.hashCode(outputs);
    }

    @Override
    public String toString() {
        return kind + " " + Arrays.toString(outputs);
    }
}
