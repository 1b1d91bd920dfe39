// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.PictureDigest;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.tar.Bytes;
import io.github.swindjl.zoo.image.PictureFile;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.image.PictureSize;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A split whose pictures are listed in an index. Every read checks that the file or archive is
 * still the one that was listed: a picture that was replaced meanwhile is refused, not taken for
 * the one it was. Immutable and thread-safe; no file stays open.
 */
public final class IndexedSource implements PictureSource {

    private final Path setRoot;
    private final Index index;
    private final Runnable forget;
    private final int[] counts;

    /**
     * Opens a listed split.
     *
     * @param setRoot root of the set
     * @param index its pictures
     * @param forget what to do when the list turns out to be out of date
     */
    IndexedSource(Path setRoot, Index index, Runnable forget) {
        this.setRoot = setRoot;
        this.index = index;
        this.forget = forget;
        counts = new int[index.head().classes().size()];
        for (int i = 0; i < index.size(); i++) {
            counts[index.label(i)]++;
        }
    }

    /**
     * Returns what else was found where the pictures lie.
     *
     * @return the facts
     */
    public SourceFacts facts() {
        return index.head().facts();
    }

    @Override
    public Path root() {
        return setRoot.resolve(index.head().base());
    }

    @Override
    public boolean onlySplit() {
        return index.head().onlySplit();
    }

    @Override
    public int size() {
        return index.size();
    }

    @Override
    public List<String> classes() {
        return index.head().classes();
    }

    @Override
    public int count(int label) {
        return counts[label];
    }

    @Override
    public int label(int index) {
        return this.index.label(index);
    }

    @Override
    public String name(int index) {
        return this.index.container(index).prefix() + this.index.name(index);
    }

    @Override
    public String place(int index) {
        return this.index.container(index).kind() == Container.Kind.FOLDER
                ? file(index).toString()
                : container(index) + ", member " + this.index.name(index);
    }

    @Override
    public long bytes(int index) throws IOException {
        long stored = this.index.stored(index);
        return stored == Index.UNKNOWN ? Stamp.of(file(index)).size() : stored;
    }

    @Override
    public PictureSize dimensions(int index) throws IOException {
        if (this.index.container(index).kind() != Container.Kind.FOLDER) {
            return open(index).size();
        }
        requireUnchangedFile(index);
        return PictureReader.size(file(index));
    }

    @Override
    public PictureFile open(int index) throws IOException {
        if (this.index.container(index).kind() == Container.Kind.FOLDER) {
            requireUnchangedFile(index);
            return PictureReader.open(file(index));
        }
        return PictureReader.open(member(index), place(index));
    }

    @Override
    public String fingerprint() {
        PictureDigest digest = new PictureDigest();
        for (int i = 0; i < size(); i++) {
            digest.add(name(i), index.stored(i), label(i));
        }
        return digest.hex();
    }

    private Path container(int index) {
        return setRoot.resolve(this.index.container(index).path());
    }

    private Path file(int index) {
        return container(index).resolve(this.index.name(index));
    }

    private void requireUnchangedFile(int index) throws DataException {
        Stamp listed = new Stamp(this.index.stored(index), this.index.extra(index));
        if (listed.size() == Index.UNKNOWN) {
            return;
        }
        try {
            requireUnchanged(file(index), listed);
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            // Reading the file will fail the same way, and says so in better words.
            return;
        }
    }

    private void requireUnchanged(Path file, Stamp listed) throws IOException {
        Stamp now = Stamp.of(file);
        if (!now.equals(listed)) {
            forget.run();
            throw new DataException(
                    file
                            + " was changed or replaced after it was listed: it had "
                            + listed.size()
                            + " bytes, now "
                            + now.size()
                            + (now.size() == listed.size() ? " with another time" : "")
                            + ". Leave the pictures alone while they are used, and start again: the"
                            + " set is then listed anew");
        }
    }

    private byte[] member(int index) throws IOException {
        Path archive = container(index);
        try {
            requireUnchanged(archive, this.index.container(index).stamp());
            try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
                long offset = this.index.offset(index);
                int stored = Math.toIntExact(this.index.stored(index));
                return this.index.container(index).kind() == Container.Kind.TAR
                        ? Bytes.read(channel, offset, stored)
                        : ZipArchive.content(channel, offset, stored, this.index.extra(index));
            }
        } catch (DataException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new DataException(archive + ": no such file; put the archive back", e);
        } catch (IOException | ArithmeticException e) {
            throw new DataException(
                    place(index)
                            + " cannot be read: "
                            + e.getMessage()
                            + ". Check the disk, or get the archive again",
                    e);
        }
    }
}
