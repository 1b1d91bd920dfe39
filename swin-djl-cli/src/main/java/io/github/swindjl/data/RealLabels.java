// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.MalformedJsonException;
import io.github.swindjl.zoo.weights.Causes;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reassessed labels of ImageNet's validation pictures ("ReaL", <a
 * href="https://arxiv.org/abs/2006.07159">Beyer et al.</a>): for each picture the classes that are
 * in it, several or none. Read from the published {@code real.json}, a list with a list of labels
 * for each picture. Labels are places among the 1000 sorted identifiers. Immutable, thread-safe.
 */
public final class RealLabels {

    private static final Pattern OFFICIAL =
            Pattern.compile("(?:.*/)?ILSVRC2012_val_([0-9]{8})\\..*");
    private static final int CLASSES = 1000;
    private static final int PICTURES = 50_000;

    private final Path file;
    private final List<int[]> labels;

    private RealLabels(Path file, List<int[]> labels) {
        this.file = file;
        this.labels = labels;
    }

    /**
     * Reads labels.
     *
     * @param file a JSON list with a list of labels from 0 to 999 for each of the 50,000 official
     *     pictures
     * @return the labels
     * @throws IOException if the file cannot be read or holds something else
     */
    public static RealLabels read(Path file) throws IOException {
        List<int[]> labels = new ArrayList<>();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                JsonReader json = new JsonReader(text)) {
            json.beginArray();
            while (json.hasNext()) {
                List<Integer> one = new ArrayList<>();
                json.beginArray();
                while (json.hasNext()) {
                    int label = json.nextInt();
                    if (label < 0 || label >= CLASSES || one.contains(label)) {
                        throw new IllegalStateException(
                                "label " + label + " of picture " + (labels.size() + 1));
                    }
                    one.add(label);
                }
                json.endArray();
                labels.add(one.stream().mapToInt(Integer::intValue).toArray());
            }
            json.endArray();
        } catch (NoSuchFileException e) {
            throw new DataException(
                    "There is no file "
                            + file
                            + " with ReaL labels. Name the real.json of"
                            + " google-research/reassessed-imagenet",
                    e);
        } catch (IllegalStateException
                | NumberFormatException
                | EOFException
                | CharacterCodingException
                | MalformedJsonException e) {
            throw new DataException(
                    file
                            + " holds no ReaL labels: "
                            + Causes.of(e)
                            + "; expected a JSON list with a list of different labels from 0 to 999"
                            + " for each picture. Get real.json again",
                    e);
        }
        if (labels.size() != PICTURES) {
            throw new DataException(
                    file
                            + " has ReaL labels for "
                            + labels.size()
                            + " pictures, expected "
                            + PICTURES
                            + ", one list for each official validation picture. Get real.json again");
        }
        return new RealLabels(file, labels);
    }

    /**
     * Returns where the labels were read from.
     *
     * @return the file
     */
    public Path file() {
        return file;
    }

    /**
     * Returns the labels of a picture.
     *
     * @param name its path or name, which must be that of the official picture, such as {@code
     *     ILSVRC2012_val_00000001.JPEG}
     * @return its classes, in the file's order; empty if it is not to be judged; a new array
     * @throws DataException if the name has no official number, or one beyond the labels
     */
    public int[] of(String name) throws DataException {
        Matcher official = OFFICIAL.matcher(name);
        int number = official.matches() ? Integer.parseInt(official.group(1)) : 0;
        if (number < 1 || number > labels.size()) {
            throw new DataException(
                    "There is no ReaL label for "
                            + name
                            + ": "
                            + file
                            + " has those of ILSVRC2012_val_00000001 to "
                            + String.format(Locale.ROOT, "%08d", labels.size())
                            + ". Evaluate the official validation pictures under their names");
        }
        return labels.get(number - 1).clone();
    }
}
