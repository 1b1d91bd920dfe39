// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Builds the files of torch.save byte by byte, so that tests can make every mistake. */
final class TorchBytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A storage of four floats named 0. */
    static final String STORAGE =
            "(X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0000X\u0003\0\0\0cpuK\u0004tQ";

    TorchBytes raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Adds characters below 256 as bytes. */
    TorchBytes raw(String latin) {
        return raw(latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    TorchBytes repeat(String latin, int count) {
        byte[] bytes = latin.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < count; i++) {
            out.writeBytes(bytes);
        }
        return this;
    }

    TorchBytes int64(long value) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
        return raw(bytes.array());
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** A pickle of a dictionary with one tensor "a" of a view of four floats. */
    static byte[] tensor(long first, long[] shape, long[] strides) {
        return tensor(first, shape, strides, "");
    }

    static byte[] tensor(long first, long[] shape, long[] strides, String extra) {
        TorchBytes pickle = new TorchBytes().raw("\u0080\u0002}X\u0001\0\0\0a");
        pickle.raw("ctorch._utils\n_rebuild_tensor_v2\n(").raw(STORAGE).integer(first);
        for (long[] list : List.of(shape, strides)) {
            pickle.raw("(");
            for (long value : list) {
                pickle.integer(value);
            }
            pickle.raw("t");
        }
        return pickle.raw("\u0089}").raw(extra).raw("tRs.").bytes();
    }

    /** Adds an entry to the dictionary on the stack: a tensor that is a whole storage. */
    TorchBytes floats(String name, int key, long[] shape) {
        long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        text(name).raw("ctorch._utils\n_rebuild_tensor\n((").text("storage");
        raw("ctorch\nFloatStorage\n").text(Integer.toString(key)).text("cpu").integer(elements);
        raw("tQK\0(");
        for (long size : shape) {
            integer(size);
        }
        raw("t(");
        long stride = elements;
        for (long size : shape) {
            stride /= size;
            integer(stride);
        }
        return raw("ttRs");
    }

    private TorchBytes text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return raw("\u008c").raw((byte) bytes.length).raw(bytes);
    }

    private TorchBytes integer(long value) {
        return raw("\u008a\u0008").int64(value);
    }

    /** A zip file under construction, by default a correct one. */
    static final class Zip {

        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
        private int count;
        private int method;
        private int flags;
        private long overlap;
        private int sizeError;

        Zip method(int value) {
            method = value;
            return this;
        }

        Zip flags(int value) {
            flags = value;
            return this;
        }

        /** Moves the next entry's header back in the directory. */
        Zip overlap(long bytes) {
            overlap = bytes;
            return this;
        }

        /** Makes the next entry longer in the directory than it is. */
        Zip sizeError(int bytes) {
            sizeError = bytes;
            return this;
        }

        Zip add(String name, String latin) {
            return add(name, latin.getBytes(StandardCharsets.ISO_8859_1));
        }

        Zip add(String name, byte[] bytes) {
            return add(name, name, bytes);
        }

        Zip add(String name, String localName, byte[] bytes) {
            byte[] raw = name.getBytes(StandardCharsets.UTF_8);
            byte[] local = localName.getBytes(StandardCharsets.UTF_8);
            long header = content.size() - overlap;
            ByteBuffer head = little(30).putInt(0x04034b50).putShort((short) 0);
            head.putShort((short) flags).putShort((short) method).putInt(0).putInt(0);
            head.putInt(bytes.length).putInt(bytes.length).putShort((short) local.length);
            content.writeBytes(head.array());
            content.writeBytes(local);
            content.writeBytes(bytes);
            ByteBuffer entry = little(46).putInt(0x02014b50).putShort((short) 0);
            entry.putShort((short) 0).putShort((short) flags).putShort((short) method);
            entry.putInt(0).putInt(0).putInt(bytes.length + sizeError);
            entry.putInt(bytes.length + sizeError).putShort((short) raw.length);
            entry.putInt(42, (int) header);
            directory.writeBytes(entry.array());
            directory.writeBytes(raw);
            count++;
            overlap = 0;
            sizeError = 0;
            method = 0;
            flags = 0;
            return this;
        }

        byte[] bytes() {
            return bytes(count, 0, 0);
        }

        byte[] bytes(int announced, int lengthError, int startError) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(content.toByteArray());
            all.writeBytes(directory.toByteArray());
            ByteBuffer end = little(22).putInt(0x06054b50).putInt(0);
            end.putShort((short) announced).putShort((short) announced);
            end.putInt(directory.size() + lengthError).putInt(content.size() + startError);
            all.writeBytes(end.array());
            return all.toByteArray();
        }

        private static ByteBuffer little(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** A file of torch.save with this pickle and four floats. */
    static byte[] zip(byte[] pickle) {
        return new Zip().add("x/data.pkl", pickle).add("x/data/0", new byte[16]).bytes();
    }

    /** A file in the form before the zip file with this pickle and four floats. */
    static byte[] legacy(byte[] pickle) {
        return legacyHead("\u0088")
                .raw(pickle)
                .raw("\u0080\u0002]X\u0001\0\0\0000a.")
                .int64(4)
                .raw(new byte[16])
                .bytes();
    }

    /** Everything before the pickle of the object; {@code little} is the opcode for the order. */
    static TorchBytes legacyHead(String little) {
        return new TorchBytes()
                .raw("\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.")
                .raw("\u0080\u0002M\u00e9\u0003.")
                .raw("\u0080\u0002}X\r\0\0\0little_endian" + little + "s.");
    }
}
