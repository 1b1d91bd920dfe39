// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.DataException;
import io.github.swindjl.zoo.ClassSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.InflaterInputStream;

/**
 * Reads the classes' numbers from {@code meta.mat} of ILSVRC's development kit: a MATLAB file of
 * version 5 with an array {@code synsets} of structures, as <a
 * href="https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf">MathWorks</a> describes
 * the format. Only what that file needs of the format is known here.
 */
final class DevkitMeta {

    /** Name of the file. */
    static final String NAME = "meta.mat";

    private static final String ARRAY = "synsets";
    private static final String NUMBER = "ILSVRC2012_ID";
    private static final String WORDNET = "WNID";

    private static final int HEADER = 128;
    private static final short LITTLE = 'M' << 8 | 'I';

    /** Above what the published file unpacks to. */
    private static final int MAX_BYTES = 1 << 26;

    private static final int INT8 = 1;
    private static final int UINT8 = 2;
    private static final int INT16 = 3;
    private static final int UINT16 = 4;
    private static final int INT32 = 5;
    private static final int DOUBLE = 9;
    private static final int MATRIX = 14;
    private static final int COMPRESSED = 15;

    /** The class of an array of structures. */
    private static final int STRUCTURES = 2;

    private DevkitMeta() {}

    /** A part of the file: what it holds, and the bytes. */
    private record Element(int type, ByteBuffer bytes) {}

    /**
     * Reads the classes to be told apart; those above them in WordNet have higher numbers.
     *
     * @return WordNet identifiers by ILSVRC's number, from 1
     * @throws DataException if the file is damaged or another
     */
    static Map<Integer, String> classes(Path file) throws IOException {
        try {
            ByteBuffer all = little(Files.readAllBytes(file));
            if (all.limit() < HEADER || all.getShort(HEADER - Short.BYTES) != LITTLE) {
                throw new IllegalArgumentException("it does not begin as one");
            }
            all.position(HEADER);
            while (all.hasRemaining()) {
                Element element = next(all);
                if (element.type() == COMPRESSED) {
                    element = next(inflated(element.bytes()));
                }
                Map<Integer, String> classes = synsets(element);
                if (!classes.isEmpty()) {
                    return classes;
                }
            }
            throw new IllegalArgumentException("it has no array " + ARRAY);
        } catch (RuntimeException | IOException e) {
            // Damage may show as any number or length: as a buffer's end, an overflow, a bad index.
            String what = e instanceof BufferUnderflowException ? "it ends early" : e.getMessage();
            throw new DataException(
                    file
                            + " is no "
                            + NAME
                            + " of ILSVRC's development kit ("
                            + what
                            + "). Take it from ILSVRC2012_devkit_t12/data",
                    e);
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer inflated(ByteBuffer bytes) throws IOException {
        byte[] packed = new byte[bytes.remaining()];
        bytes.get(packed);
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            return little(in.readNBytes(MAX_BYTES));
        }
    }

    /** Takes the next element, of which a short one lies within its head. */
    private static Element next(ByteBuffer from) {
        int head = from.getInt();
        boolean within = head >>> Short.SIZE != 0;
        int type = within ? head & 0xffff : head;
        int length = within ? head >>> Short.SIZE : from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer bytes = from.slice(from.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        // Elements begin at multiples of eight bytes, except after compressed ones.
        int taken = within ? Integer.BYTES : type == COMPRESSED ? length : length + 7 & ~7;
        from.position(Math.min(from.limit(), from.position() + taken));
        return new Element(type, bytes);
    }

    private static Map<Integer, String> synsets(Element array) {
        Map<Integer, String> classes = new TreeMap<>();
        ByteBuffer parts = array.bytes();
        if (array.type() != MATRIX || !parts.hasRemaining()) {
            return classes;
        }
        int kind = next(parts).bytes().get();
        ByteBuffer dimensions = next(parts).bytes();
        if (!text(next(parts)).equals(ARRAY) || kind != STRUCTURES) {
            return classes;
        }
        int count = Math.multiplyExact(dimensions.getInt(), dimensions.getInt());
        List<String> fields = fields(next(parts).bytes().getInt(), text(next(parts)));
        for (int i = 0; i < count; i++) {
            int number = 0;
            String name = "";
            for (String field : fields) {
                Element value = next(parts);
                if (field.equals(NUMBER)) {
                    number = number(content(value));
                } else if (field.equals(WORDNET)) {
                    name = text(content(value));
                }
            }
            if (number >= 1 && number <= ClassSet.IMAGENET_1K.size()) {
                classes.put(number, name);
            }
        }
        return classes;
    }

    /** Names lie one after the other, filled up with zeros to the same width. */
    private static List<String> fields(int width, String names) {
        List<String> fields = new ArrayList<>();
        for (int from = 0; from + width <= names.length(); from += width) {
            fields.add(names.substring(from, from + width).replace("\0", ""));
        }
        return fields;
    }

    /** An array is its flags, its dimensions, its name, and what it holds. */
    private static Element content(Element array) {
        ByteBuffer parts = array.bytes();
        for (int head = 0; head < 3; head++) {
            next(parts);
        }
        return next(parts);
    }

    private static String text(Element element) {
        byte[] bytes = new byte[element.bytes().remaining()];
        element.bytes().get(bytes);
        return new String(
                bytes,
                element.type() == UINT16 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
    }

    /** Numbers are stored as the smallest kind that holds them. */
    private static int number(Element element) {
        ByteBuffer bytes = element.bytes();
        return switch (element.type()) {
            case INT8 -> bytes.get();
            case UINT8 -> bytes.get() & 0xff;
            case INT16 -> bytes.getShort();
            case UINT16 -> bytes.getShort() & 0xffff;
            case INT32 -> bytes.getInt();
            case DOUBLE -> (int) bytes.getDouble();
            default -> throw new IllegalArgumentException("a number of kind " + element.type());
        };
    }
}
