// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import io.github.swindjl.data.DataException;
import io.github.swindjl.zoo.ClassPalette;
import io.github.swindjl.zoo.Nearest;
import io.github.swindjl.zoo.image.IndexPicture;
import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the numbers in a set's masks mean.
 *
 * <p>A set's root says so in {@value #FILE}, such as
 *
 * <pre>{@code
 * {
 *   "classes": [{"name": "road", "color": [128, 64, 128]}, {"name": "sky", "color": [70, 130, 180]}],
 *   "reduce_zero_label": false,
 *   "ignore_index": 255,
 *   "mask_bits": 8
 * }
 * }</pre>
 *
 * of which all but the classes may be left out (these are their defaults), or in {@value #TABLE}
 * with the columns {@code index,name,r,g,b}, whose masks then have label 0 for no class as those of
 * ADE20K. A set with neither file is ADE20K.
 *
 * <p>Immutable, thread-safe.
 *
 * @param palette the classes
 * @param reduceZeroLabel whether 0 means no class and {@code i + 1} the class {@code i}; otherwise
 *     {@code i} means the class {@code i}
 * @param ignoreIndex the number, as stored, of pixels that are left out
 * @param maskBits most bits that a mask may spend on a pixel, 8 or 16
 */
public record MaskRules(
        ClassPalette palette, boolean reduceZeroLabel, int ignoreIndex, int maskBits) {

    /** The file with all rules. */
    public static final String FILE = "dataset.json";

    /** The file with the classes only. */
    public static final String TABLE = "classes.csv";

    private static final List<String> KEYS =
            List.of("classes", "reduce_zero_label", "ignore_index", "mask_bits");

    private static final Gson GSON =
            new GsonBuilder()
                    .setStrictness(Strictness.STRICT)
                    .setFormattingStyle(FormattingStyle.PRETTY)
                    .create();

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range, or the number of ignored pixels
     *     is that of a class
     */
    public MaskRules {
        if (maskBits != 8 && maskBits != 16) {
            throw new IllegalArgumentException("mask_bits is " + maskBits + ", expected 8 or 16");
        }
        if (ignoreIndex < 0 || ignoreIndex >= 1 << maskBits) {
            throw new IllegalArgumentException(
                    "ignore_index is "
                            + ignoreIndex
                            + ", expected 0 to "
                            + ((1 << maskBits) - 1)
                            + ", what a mask can hold");
        }
        int first = reduceZeroLabel ? 1 : 0;
        if (ignoreIndex >= first && ignoreIndex < first + palette.size()) {
            throw new IllegalArgumentException(
                    "ignore_index is "
                            + ignoreIndex
                            + ", which is the class '"
                            + palette.names().get(ignoreIndex - first)
                            + "'; name a number that is no class's");
        }
    }

    /**
     * Returns the rules of ADE20K.
     *
     * @return 150 classes, 0 for none
     */
    public static MaskRules ade20k() {
        return new MaskRules(ClassPalette.ade20k(), true, LabelMap.IGNORED, 8);
    }

    /**
     * Returns the rules of a set.
     *
     * @param root the set's root folder
     * @return the rules that a file in it states, or those of ADE20K
     * @throws DataException if the file is not valid; says where and why
     */
    public static MaskRules of(Path root) throws DataException {
        Path rules = root.resolve(FILE);
        Path table = root.resolve(TABLE);
        if (Files.exists(rules)) {
            try {
                return parse(Files.readString(rules));
            } catch (JsonParseException | IllegalStateException e) {
                throw unusable(rules, "no valid JSON: " + Causes.of(e), e);
            } catch (IllegalArgumentException | IOException e) {
                throw unusable(rules, Causes.of(e), e);
            }
        }
        if (Files.exists(table)) {
            try {
                ClassPalette palette = ClassPalette.parse(Files.readAllLines(table));
                return new MaskRules(palette, true, LabelMap.IGNORED, 8);
            } catch (IllegalArgumentException | IOException e) {
                throw unusable(table, Causes.of(e), e);
            }
        }
        return ade20k();
    }

    private static DataException unusable(Path file, String problem, Exception cause) {
        return new DataException(file + " does not describe a data set: " + problem, cause);
    }

    private static MaskRules parse(String text) {
        JsonObject json = GSON.fromJson(text, JsonObject.class);
        if (json == null) {
            throw new IllegalArgumentException("it is empty");
        }
        for (String key : json.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(
                        "unknown key '"
                                + key
                                + "'"
                                + Nearest.to(key, KEYS).map(k -> ", did you mean " + k).orElse("")
                                + "; it may have "
                                + String.join(", ", KEYS));
            }
        }
        if (!json.has("classes")) {
            throw new IllegalArgumentException("it has no 'classes'");
        }
        List<String> names = new ArrayList<>();
        List<Integer> colors = new ArrayList<>();
        for (JsonElement element : json.getAsJsonArray("classes")) {
            JsonObject row = element.getAsJsonObject();
            String place = "classes[" + names.size() + "]";
            if (!row.has("name") || !row.has("color") || row.size() != 2) {
                throw new IllegalArgumentException(
                        place
                                + " is "
                                + row
                                + ", expected a name and a color such as [0, 128, 255]");
            }
            names.add(row.get("name").getAsString());
            colors.add(color(row.getAsJsonArray("color"), place));
        }
        return new MaskRules(
                new ClassPalette(names, colors),
                json.has("reduce_zero_label") && json.get("reduce_zero_label").getAsBoolean(),
                json.has("ignore_index") ? json.get("ignore_index").getAsInt() : LabelMap.IGNORED,
                json.has("mask_bits") ? json.get("mask_bits").getAsInt() : 8);
    }

    private static int color(JsonArray channels, String place) {
        int color = 0;
        for (JsonElement channel : channels) {
            int value = channel.getAsInt();
            if (channels.size() != 3 || value < 0 || value > 255) {
                throw new IllegalArgumentException(
                        place + ".color is " + channels + ", expected three numbers, 0 to 255");
            }
            color = color << 8 | value;
        }
        return color;
    }

    /**
     * Turns stored numbers into labels.
     *
     * @param mask what a file stores
     * @param file the file, for messages
     * @return the labels
     * @throws DataException if the mask has more bits than allowed, or a number that is no class's
     */
    LabelMap labels(IndexPicture mask, Path file) throws DataException {
        if (mask.bits() > maskBits) {
            throw new DataException(
                    file
                            + " is a mask of "
                            + mask.bits()
                            + " bits a pixel, expected at most "
                            + maskBits
                            + ". Save it with 8 bits, or, if its numbers are class indices, set"
                            + " \"mask_bits\": 16 in "
                            + FILE);
        }
        int first = reduceZeroLabel ? 1 : 0;
        byte[] labels = new byte[mask.values().length];
        for (int i = 0; i < labels.length; i++) {
            int value = mask.values()[i];
            int label = value - first;
            if (value == ignoreIndex || label < 0) {
                label = LabelMap.IGNORED;
            } else if (label >= palette.size()) {
                throw outOfRange(file, value, i % mask.width(), i / mask.width());
            }
            labels[i] = (byte) label;
        }
        return new LabelMap(mask.width(), mask.height(), labels);
    }

    private DataException outOfRange(Path file, int value, int x, int y) {
        int first = reduceZeroLabel ? 1 : 0;
        return new DataException(
                file
                        + " has the label "
                        + value
                        + " at column "
                        + x
                        + ", row "
                        + y
                        + ", expected "
                        + first
                        + " to "
                        + (first + palette.size() - 1)
                        + " for the "
                        + palette.size()
                        + " classes"
                        + (reduceZeroLabel ? ", 0 for none" : "")
                        + " or "
                        + ignoreIndex
                        + " for pixels to be left out. Mend the mask, or describe its classes in "
                        + FILE);
    }

    /**
     * Returns the number that stands for a label in the set's masks.
     *
     * @param label a class's index
     * @return what a mask of this set stores for it
     */
    public int stored(int label) {
        return reduceZeroLabel ? label + 1 : label;
    }
}
