// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.ImageFolder;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.TrainVal;
import java.io.IOException;
import java.nio.file.Path;

/** Opens picture sets. */
public final class PictureSets {

    private PictureSets() {}

    /**
     * Opens one split.
     *
     * @param root root of the picture set
     * @param split name of the split, such as {@code val}
     * @return the split
     * @throws IOException if there is no such split or it is unusable
     */
    public static PictureSource open(Path root, String split) throws IOException {
        return ImageFolder.open(root, split);
    }

    /**
     * Opens the splits {@code train} and {@code val}, which must have the same classes.
     *
     * @param root root of the picture set
     * @return both splits
     * @throws IOException if a split is missing or unusable, or their classes differ
     */
    public static TrainVal openTrainAndVal(Path root) throws IOException {
        return ImageFolder.openTrainAndVal(root);
    }
}
