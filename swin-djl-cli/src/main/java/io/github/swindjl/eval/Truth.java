// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import io.github.swindjl.data.ClassMatch;
import io.github.swindjl.data.DataException;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.RealLabels;
import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.Label;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The classes that are right for each sample. Usually one; ReaL labels name several, and for some
 * pictures none.
 *
 * <p>Of several, a sample counts for the one that the classifier ranks first ({@link
 * Outcome#ofAny}): a prediction is correct if it is any of them, top-5 correct if any of them is
 * among the first five. A sample without a class is not judged and not counted, as Beyer et al.
 * define it in <a href="https://arxiv.org/abs/2006.07159">Are we done with ImageNet?</a>
 */
@FunctionalInterface
public interface Truth {

    /**
     * Returns the classes of a sample.
     *
     * @param sample its index in the data set
     * @return indices of classes of the data, each once; empty if the sample is not to be judged;
     *     not to be changed
     */
    int[] of(int sample);

    /**
     * Takes the reassessed labels of ImageNet's validation pictures for the truth.
     *
     * @param labels the labels
     * @param data official validation pictures under their names, all or some, with ImageNet's 1000
     *     classes
     * @return the truth about these pictures
     * @throws DataException if the data has other classes or pictures, or none of its pictures has
     *     a label
     */
    static Truth real(RealLabels labels, PictureSource data) throws DataException {
        List<String> oneThousand = Label.of(ClassSet.IMAGENET_1K).stream().map(Label::id).toList();
        int[] places = ClassMatch.of(data.root().toString(), data.classes(), oneThousand).outputs();
        if (places.length != oneThousand.size()) {
            throw new DataException(
                    data.root()
                            + " has "
                            + places.length
                            + " of ImageNet's 1000 classes; ReaL labels name any of them. Leave out"
                            + " the ReaL labels, or evaluate the official validation pictures");
        }
        int[] classes = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            classes[places[i]] = i;
        }
        int[][] right = new int[data.size()][];
        boolean any = false;
        for (int sample = 0; sample < right.length; sample++) {
            right[sample] =
                    IntStream.of(labels.of(data.name(sample)))
                            .map(label -> classes[label])
                            .toArray();
            any |= right[sample].length > 0;
        }
        if (!any) {
            throw new DataException(
                    "None of the "
                            + right.length
                            + " pictures in "
                            + data.root()
                            + " has a ReaL label in "
                            + labels.file()
                            + ", so there is nothing to judge. Evaluate more pictures");
        }
        return sample -> right[sample];
    }
}
