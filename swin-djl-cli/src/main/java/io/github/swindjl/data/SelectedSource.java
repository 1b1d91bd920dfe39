// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.PictureFile;
import io.github.swindjl.zoo.image.PictureSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/** Some pictures of a source, in its order and with its classes. Immutable, thread-safe. */
public final class SelectedSource implements PictureSource {

    private final PictureSource whole;
    private final int[] chosen;
    private final int[] counts;

    private SelectedSource(PictureSource whole, BitSet chosen) {
        this.whole = whole;
        this.chosen = chosen.stream().toArray();
        counts = new int[whole.classes().size()];
        for (int index : this.chosen) {
            counts[whole.label(index)]++;
        }
    }

    /**
     * Leaves out pictures that cannot be used. Finding them takes as long as decoding all.
     *
     * @param whole the source
     * @param summary what was found when all its pictures were decoded
     * @return the rest; the source itself if none is broken
     * @throws DataException if nothing is left
     */
    public static PictureSource withoutBroken(PictureSource whole, DataSummary summary)
            throws DataException {
        if (summary.broken().isEmpty()) {
            return whole;
        }
        BitSet good = new BitSet();
        good.set(0, whole.size());
        summary.broken().forEach(picture -> good.clear(picture.index()));
        if (good.isEmpty()) {
            throw new DataException(
                    "All " + whole.size() + " pictures in " + whole.root() + " are broken");
        }
        return new SelectedSource(whole, good);
    }

    /**
     * Divides a source without a split to validate on: every so many pictures one is held out.
     *
     * @param whole the source
     * @param share of its pictures to validate on, above 0 and below 1; at least one
     * @return pictures to learn from and to validate on
     * @throws DataException if there are fewer than two pictures
     */
    public static TrainVal holdingOut(PictureSource whole, double share) throws DataException {
        if (whole.size() < 2) {
            throw new DataException(
                    whole.root()
                            + " has one picture only; one to learn from and one to validate on are"
                            + " the least. Add pictures");
        }
        BitSet val = new BitSet();
        for (int index = 0; index < whole.size(); index++) {
            if ((long) ((index + 1) * share) > (long) (index * share)) {
                val.set(index);
            }
        }
        if (val.isEmpty()) {
            val.set(whole.size() - 1);
        }
        BitSet train = new BitSet();
        train.set(0, whole.size());
        train.andNot(val);
        return new TrainVal(new SelectedSource(whole, train), new SelectedSource(whole, val));
    }

    @Override
    public Path root() {
        return whole.root();
    }

    @Override
    public boolean onlySplit() {
        return whole.onlySplit();
    }

    @Override
    public int size() {
        return chosen.length;
    }

    @Override
    public List<String> classes() {
        return whole.classes();
    }

    @Override
    public int count(int label) {
        return counts[label];
    }

    @Override
    public int label(int index) {
        return whole.label(chosen[index]);
    }

    @Override
    public String name(int index) {
        return whole.name(chosen[index]);
    }

    @Override
    public String place(int index) {
        return whole.place(chosen[index]);
    }

    @Override
    public long bytes(int index) throws IOException {
        return whole.bytes(chosen[index]);
    }

    @Override
    public PictureFile open(int index) throws IOException {
        return whole.open(chosen[index]);
    }

    @Override
    public PictureSize dimensions(int index) throws IOException {
        return whole.dimensions(chosen[index]);
    }

    @Override
    public String fingerprint() throws IOException {
        return PictureDigest.of(this);
    }
}
