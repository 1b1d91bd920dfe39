// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

/** How a split lies on disk. */
public enum Layout {
    /** A folder for each class. */
    CLASS_FOLDERS("class folders"),
    /** Pictures anywhere below a folder, whose places say nothing about them. */
    UNLABELLED("pictures without labels"),
    /** Pictures of all classes in one folder, and a file with their labels. */
    LABELLED_FOLDER("one folder with a label file"),
    /** A file that lists pictures with their labels. */
    LISTED_FILES("a list of files with labels"),
    /** A zip archive and a list of its pictures with their labels. */
    LISTED_ZIP("a zip archive with a list of labels"),
    /** A zip archive with a folder for each class. */
    ZIP("a zip archive of class folders"),
    /** A tar archive with a folder for each class. */
    TAR("a tar archive of class folders"),
    /** A tar archive for each class. */
    TAR_PER_CLASS("a tar archive for each class"),
    /** A tar archive that holds a tar archive for each class. */
    TAR_OF_TARS("a tar archive of tar archives"),
    /** Tar archives in which a picture is followed by files with its label. */
    WEBDATASET("WebDataset shards");

    private final String text;

    Layout(String text) {
        this.text = text;
    }

    /** Returns what a person calls it. */
    @Override
    public String toString() {
        return text;
    }
}
