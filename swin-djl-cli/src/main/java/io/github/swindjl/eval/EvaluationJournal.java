// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an evaluation has judged so far, on disk, so that an interrupted one can go on exactly where
 * it was. Every batch is one block with a checksum; a block that a kill cut off is left out and its
 * samples are judged again. The file appears with the first batch, and no other process can write
 * it meanwhile; whoever no longer needs it removes it. Not thread-safe.
 */
public final class EvaluationJournal implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(EvaluationJournal.class);
    private static final String FORMAT = "swin-djl-journal 1";

    /** No batch takes as much; a larger length is damage. */
    private static final int MOST_BYTES = 1 << 28;

    private final Path file;
    private final Map<String, String> setup;
    private FileChannel channel;

    private EvaluationJournal(Path file, Map<String, String> setup) {
        this.file = file;
        this.setup = new LinkedHashMap<>(setup);
    }

    /**
     * Starts anew. A file of that name is replaced when the first batch comes.
     *
     * @param file where to keep the batches
     * @param setup everything that decides the batches and their results, by name
     * @return a journal without a batch
     */
    public static EvaluationJournal begin(Path file, Map<String, String> setup) {
        return new EvaluationJournal(file, setup);
    }

    /**
     * Goes on with a journal.
     *
     * @param file where an interrupted evaluation kept its batches
     * @param setup everything that decides the batches and their results, by name
     * @param seen gets the batches that were kept, in their order
     * @return the journal, to be gone on with after these batches
     * @throws IOException if the file is no journal, is that of another evaluation, or cannot be
     *     read or written
     */
    public static EvaluationJournal resume(
            Path file, Map<String, String> setup, Evaluator.Observer seen) throws IOException {
        EvaluationJournal journal = new EvaluationJournal(file, setup);
        if (Files.size(file) == 0) {
            return journal; // ended before its first block
        }
        journal.open(StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            journal.channel.truncate(journal.read(seen));
            return journal;
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /**
     * Hands over all batches that are kept.
     *
     * @param observer gets them, in their order
     * @throws IOException if the file cannot be read, or from the observer
     */
    public void replay(Evaluator.Observer observer) throws IOException {
        if (channel != null) {
            read(observer);
        }
    }

    /**
     * Reads what is whole, goes on behind it and returns its length. By the same channel: closing
     * another one would give the lock away.
     */
    private long read(Evaluator.Observer observer) throws IOException {
        channel.position(0);
        DataInputStream in =
                new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
        byte[] header = block(in);
        if (header == null) {
            throw new IOException(
                    file
                            + " is no journal of an evaluation, or its beginning is damaged;"
                            + " remove it to start anew.");
        }
        requireSame(header);
        long good = Integer.BYTES + header.length + Long.BYTES;
        for (byte[] block = block(in); block != null; block = block(in)) {
            observer.judged(batch(block));
            good += Integer.BYTES + block.length + Long.BYTES;
        }
        channel.position(good);
        return good;
    }

    /** Opens the file for this process alone, until it closes it or ends. */
    private void open(StandardOpenOption... options) throws IOException {
        if (Files.isSymbolicLink(file)) {
            throw new IOException(
                    file + " is a link, expected a journal or nothing; remove the link.");
        }
        channel = FileChannel.open(file, options);
        boolean free;
        try {
            free = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            free = false;
        } catch (IOException e) {
            LOGGER.warn("{} cannot be locked, so only one evaluation may use it", file, e);
            free = true;
        }
        if (!free) {
            channel.close();
            channel = null;
            throw new IOException(
                    file
                            + " is being written by another evaluation; wait until it ends, or name"
                            + " another file for the results.");
        }
    }

    /**
     * Keeps a batch.
     *
     * @param batch what was judged
     * @throws IOException if the file cannot be written
     */
    public void append(List<Judgement> batch) throws IOException {
        if (channel == null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            open(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel.truncate(0);
            write(header());
        }
        write(bytes(batch));
    }

    /** Closes the file, which stays. */
    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    private void requireSame(byte[] header) throws IOException {
        List<String> lines = new String(header, UTF_8).lines().toList();
        if (!lines.get(0).equals(FORMAT)) {
            throw new IOException(
                    file
                            + " is '"
                            + lines.get(0)
                            + "', expected '"
                            + FORMAT
                            + "'; remove it to start anew.");
        }
        List<String> own = new String(header(), UTF_8).lines().toList();
        for (int i = 1; i < Math.max(own.size(), lines.size()); i++) {
            String mine = i < own.size() ? own.get(i) : "nothing";
            String theirs = i < lines.size() ? lines.get(i) : "nothing";
            if (!Objects.equals(mine, theirs)) {
                throw new IOException(
                        file
                                + " was left by another evaluation: "
                                + theirs
                                + " there, "
                                + mine
                                + " here. Give the same options, or leave --resume away to start"
                                + " anew.");
            }
        }
    }

    private byte[] header() {
        StringBuilder text = new StringBuilder(FORMAT);
        setup.forEach((name, value) -> text.append('\n').append(name).append('=').append(value));
        return text.toString().getBytes(UTF_8);
    }

    /** A length, the content, its checksum; in one write, so that little can be cut off. */
    private void write(byte[] content) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Integer.BYTES + content.length + Long.BYTES);
        block.putInt(content.length).put(content).putLong(checksum(content)).flip();
        while (block.hasRemaining()) {
            channel.write(block);
        }
    }

    /** Returns the next block, or null if no whole one follows. */
    private static byte[] block(DataInputStream in) throws IOException {
        try {
            int length = in.readInt();
            if (length < 1 || length > MOST_BYTES) {
                return null;
            }
            byte[] content = in.readNBytes(length);
            return content.length == length && in.readLong() == checksum(content) ? content : null;
        } catch (EOFException e) {
            return null;
        }
    }

    private static long checksum(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }

    private static byte[] bytes(List<Judgement> batch) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(batch.size());
            for (Judgement judgement : batch) {
                Outcome outcome = judgement.outcome();
                out.writeInt(judgement.sample());
                out.writeInt(outcome.label());
                out.writeInt(outcome.predicted());
                out.writeDouble(outcome.probability());
                out.writeInt(outcome.rank());
                out.writeDouble(outcome.loss());
                out.writeInt(judgement.top().size());
                for (Ranking ranking : judgement.top()) {
                    out.writeInt(ranking.index());
                    out.writeFloat(ranking.logit());
                    out.writeDouble(ranking.probability());
                }
            }
        }
        return bytes.toByteArray();
    }

    private static List<Judgement> batch(byte[] block) throws IOException {
        List<Judgement> batch = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(block))) {
            for (int left = in.readInt(); left > 0; left--) {
                int sample = in.readInt();
                Outcome outcome =
                        new Outcome(
                                in.readInt(),
                                in.readInt(),
                                in.readDouble(),
                                in.readInt(),
                                in.readDouble());
                List<Ranking> top = new ArrayList<>();
                for (int named = in.readInt(); named > 0; named--) {
                    top.add(new Ranking(in.readInt(), in.readFloat(), in.readDouble()));
                }
                batch.add(new Judgement(sample, outcome, top));
            }
        }
        return batch;
    }
}
