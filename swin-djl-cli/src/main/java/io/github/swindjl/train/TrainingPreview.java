// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.data.AugmentationPreview.Shown;
import io.github.swindjl.data.MaskGenerator;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.Seeds;
import io.github.swindjl.data.segment.LabelledPicture;
import io.github.swindjl.data.segment.SegmentationAugmentation;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.data.segment.SegmentationLoader;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.ClassPalette;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Shows people what the trainings without one class for each picture see. */
public final class TrainingPreview {

    /** Classes that are named for a picture. */
    private static final int NAMED = 4;

    private TrainingPreview() {}

    /**
     * Returns pictures with the parts hidden that a pre-training has to guess.
     *
     * @param config what decides the run
     * @param data the pictures to learn from
     * @param evaluation what happens to a picture in evaluation
     * @param epoch which epoch, from 0
     * @param count how many pictures of the epoch's beginning, at least 1; at most the epoch's full
     *     batches are shown
     * @return the pictures under their names, in the order of their use, hidden parts grey
     * @throws IOException if a picture cannot be read
     */
    public static List<Shown> masked(
            TrainConfig config, PictureSource data, Preprocessing evaluation, int epoch, int count)
            throws IOException {
        MaskGenerator masks = config.simmim().masks(config.network());
        int cells = masks.side() / masks.cell();
        String hidden =
                "hidden "
                        + masks.hiddenCells()
                        + " of "
                        + cells * cells
                        + " cells of "
                        + masks.cell()
                        + " pixels";
        long seed = RandomPurpose.MASKS.seed(config.seed(), epoch);
        int[] order = PictureChanges.order(config, data.size(), epoch);
        List<Shown> shown = new ArrayList<>();
        for (Shown changed : PictureChanges.preview(config, data, evaluation, epoch, count)) {
            int index = order[shown.size()];
            List<String> notes = new ArrayList<>(changed.notes());
            notes.add(hidden);
            shown.add(
                    new Shown(
                            data.name(index),
                            masks.hide(changed.picture(), masks.draw(seed, index)),
                            notes));
        }
        return shown;
    }

    /**
     * Returns pictures under the colours of their labels.
     *
     * @param config what decides the run
     * @param data the pictures to learn from
     * @param epoch which epoch, from 0
     * @param count how many pictures of the epoch's beginning, at least 1; at most the epoch's
     *     batches are shown
     * @return the pictures under their names, in the order of their use, with their largest classes
     * @throws IOException if a picture or its mask cannot be used
     */
    public static List<Shown> labelled(
            TrainConfig config, SegmentationFolder data, int epoch, int count) throws IOException {
        SegmentationAugmentation changes =
                config.segmentation().augmentation(config.augmentation().flip());
        ClassPalette palette = data.rules().palette();
        long batches = SegmentationPlaces.batchesPerEpoch(config, data.size());
        long number = Math.min(count, batches * config.training().batchSize());
        SegmentationPlaces places = new SegmentationPlaces(config, data.size(), epoch * batches);
        List<Shown> shown = new ArrayList<>();
        while (shown.size() < number) {
            SegmentationLoader.Place place = places.next();
            LabelledPicture seen =
                    changes.apply(
                            data.read(place.index()),
                            new SplittableRandom(Seeds.mix(place.seed())));
            shown.add(
                    new Shown(
                            data.path(place.index()).getFileName().toString(),
                            seen.tinted(palette),
                            largest(seen, palette)));
        }
        return shown;
    }

    private static List<String> largest(LabelledPicture seen, ClassPalette palette) {
        long[] counts = seen.labels().histogram();
        List<Integer> classes = new ArrayList<>();
        for (int label = 0; label < palette.size(); label++) {
            if (counts[label] > 0) {
                classes.add(label);
            }
        }
        classes.sort((a, b) -> Long.compare(counts[b], counts[a]));
        double pixels = seen.labels().labels().length;
        return classes.stream()
                .limit(NAMED)
                .map(
                        label ->
                                String.format(
                                        Locale.ROOT,
                                        "%s %.0f %%",
                                        palette.names().get(label),
                                        100 * counts[label] / pixels))
                .toList();
    }
}
