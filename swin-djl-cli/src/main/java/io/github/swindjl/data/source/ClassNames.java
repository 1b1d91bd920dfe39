// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.DataException;
import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.Label;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds out which classes numbered labels mean. The labels of 1000 classes are ImageNet's, those of
 * 21841 or 21843 are those of its release of autumn 2011; other classes have the names of their
 * pictures' folders, if each class has one, else their numbers.
 */
final class ClassNames {

    /** ImageNet's list of autumn 2011 ends with two that are others again. */
    private static final int[] TWICE = {9205, 15027};

    private static final int ONE_THOUSAND = ClassSet.IMAGENET_1K.size();
    private static final int ALL = ClassSet.IMAGENET_22K.size();

    private final List<String> folders = new ArrayList<>();
    private boolean oneFolderEach = true;

    /**
     * Takes note of a picture.
     *
     * @param label number in the list, from 0
     * @param folder name of the picture's folder; null or empty if it has none
     * @return the label to give it, which is another only for two of ImageNet's
     */
    int add(int label, String folder) {
        if (label >= ALL && label < ALL + TWICE.length) {
            return add(TWICE[label - ALL], null);
        }
        while (folders.size() <= label) {
            folders.add(null);
        }
        if (folder != null && !folder.isEmpty()) {
            String before = folders.set(label, folder);
            oneFolderEach &= before == null || before.equals(folder);
        }
        return label;
    }

    /**
     * Returns the classes.
     *
     * @param imageNet whether the pictures are known to be those of ILSVRC 2012
     * @param where the list, for messages
     * @throws DataException if pictures lie in the folder of another class than their label's
     */
    List<String> classes(boolean imageNet, String where) throws DataException {
        int count = folders.size();
        if (count <= ONE_THOUSAND && (imageNet || count == ONE_THOUSAND)) {
            return checked(ClassSet.IMAGENET_1K, where);
        }
        if (count > ONE_THOUSAND && count <= ALL && count > ALL - ALL / 10) {
            return checked(ClassSet.IMAGENET_22K, where);
        }
        boolean named =
                oneFolderEach
                        && folders.stream().allMatch(Objects::nonNull)
                        && folders.stream().distinct().count() == count;
        return named
                ? List.copyOf(folders)
                : IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private List<String> checked(ClassSet set, String where) throws DataException {
        List<String> ids = Label.of(set).stream().map(Label::id).toList();
        Set<String> known = new HashSet<>(ids);
        for (int label = 0; label < folders.size(); label++) {
            String folder = folders.get(label);
            if (folder != null && known.contains(folder) && !ids.get(label).equals(folder)) {
                throw new DataException(
                        where
                                + " gives the pictures in the folder "
                                + folder
                                + " the label "
                                + label
                                + ", which in ImageNet's order is "
                                + ids.get(label)
                                + ". Number the labels from 0 in the order of the sorted"
                                + " identifiers");
            }
        }
        return ids;
    }
}
