// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Writes scalars into an event file that TensorBoard reads while the run goes on. Every record is
 * handed to the operating system before the call returns, so a killed process loses none. Not
 * thread-safe.
 */
public final class TensorBoardWriter implements Closeable {

    // Field numbers and wire types of the protocol buffer messages Event, Summary, Summary.Value.
    private static final int EVENT_WALL_TIME = 1 << 3 | 1;
    private static final int EVENT_STEP = 2 << 3;
    private static final int EVENT_FILE_VERSION = 3 << 3 | 2;
    private static final int EVENT_SUMMARY = 5 << 3 | 2;
    private static final int SUMMARY_VALUE = 1 << 3 | 2;
    private static final int VALUE_TAG = 1 << 3 | 2;
    private static final int VALUE_SIMPLE = 2 << 3 | 5;

    private static final int CRC_MASK = 0xa282ead8;

    private final FileChannel channel;
    private final Clock clock;
    private final Path file;

    /**
     * Starts a new event file. Files of earlier runs in the folder stay; TensorBoard reads them
     * together.
     *
     * @param folder where to; made if it is missing
     * @param clock gives the time of the records and a part of the file's name
     * @throws IOException if the file cannot be made
     */
    public TensorBoardWriter(Path folder, Clock clock) throws IOException {
        this.clock = clock;
        Files.createDirectories(folder);
        Instant now = clock.instant();
        // TensorBoard takes any name with "tfevents" in it and reads the files in order of name.
        file =
                folder.resolve(
                        String.format(
                                Locale.ROOT,
                                "events.out.tfevents.%010d.%09d.swin",
                                now.getEpochSecond(),
                                now.getNano()));
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Message event = event();
        event.bytes(EVENT_FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
        write(event);
    }

    /**
     * Returns the event file.
     *
     * @return its path
     */
    public Path file() {
        return file;
    }

    /**
     * Records one value.
     *
     * @param tag name of the curve, such as {@code train/loss}
     * @param step where on the curve, 0 or more
     * @param value what to record; NaN and infinite values are shown as such
     * @throws IllegalArgumentException if the step is negative
     * @throws IOException if it cannot be written
     */
    public void scalar(String tag, long step, double value) throws IOException {
        if (step < 0) {
            throw new IllegalArgumentException("A step is 0 or more, got " + step + ".");
        }
        Message scalar = new Message();
        scalar.bytes(VALUE_TAG, tag.getBytes(StandardCharsets.UTF_8));
        scalar.float32(VALUE_SIMPLE, (float) value);
        Message summary = new Message();
        summary.bytes(SUMMARY_VALUE, scalar.toByteArray());
        Message event = event();
        if (step != 0) {
            event.varint(EVENT_STEP, step);
        }
        event.bytes(EVENT_SUMMARY, summary.toByteArray());
        write(event);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private Message event() {
        Message event = new Message();
        event.float64(EVENT_WALL_TIME, clock.millis() / 1000.0);
        return event;
    }

    private void write(Message event) throws IOException {
        ByteBuffer framed = frame(event.toByteArray());
        try {
            while (framed.hasRemaining()) {
                channel.write(framed);
            }
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Frames a record: length, checksum of the length, the record, its checksum. */
    static ByteBuffer frame(byte[] message) {
        ByteBuffer framed = ByteBuffer.allocate(message.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        framed.putLong(message.length);
        framed.putInt(maskedCrc(framed.array(), Long.BYTES));
        framed.put(message);
        framed.putInt(maskedCrc(message, message.length));
        return framed.flip();
    }

    /** The checksum of the format: CRC-32C, rotated and shifted by a constant. */
    static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    /** As much of a protocol buffer message as the records need. */
    private static final class Message extends ByteArrayOutputStream {

        void varint(int key, long value) {
            varint(key);
            varint(value);
        }

        void float64(int key, double value) {
            varint(key);
            fixed(Double.doubleToLongBits(value), Double.BYTES);
        }

        void float32(int key, float value) {
            varint(key);
            fixed(Float.floatToIntBits(value), Float.BYTES);
        }

        void bytes(int key, byte[] value) {
            varint(key);
            varint(value.length);
            writeBytes(value);
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            write((int) rest);
        }

        private void fixed(long bits, int bytes) {
            for (int i = 0; i < bytes; i++) {
                write((int) (bits >>> 8 * i));
            }
        }
    }
}
