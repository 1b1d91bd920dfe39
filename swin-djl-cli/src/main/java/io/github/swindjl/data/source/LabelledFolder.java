// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.zoo.image.PictureFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Lists a folder with pictures of all classes, whose labels are in a file. */
final class LabelledFolder {

    private LabelledFolder() {}

    static Index list(
            Path root, Path folder, boolean onlySplit, LabelFile labels, Optional<LabelOrder> order)
            throws IOException {
        IndexBuilder index = new IndexBuilder(root);
        index.witness(folder);
        int container = index.folder(folder, "");
        for (String name : Names.in(folder)) {
            Path file = folder.resolve(name);
            BasicFileAttributes facts;
            try {
                facts = Files.readAttributes(file, BasicFileAttributes.class);
            } catch (IOException e) {
                index.unreadable(index.relative(file), ClassFolders.reason(e));
                continue;
            }
            if (facts.isRegularFile() && PictureFiles.isPicture(name)) {
                Stamp stamp = Stamp.of(facts);
                index.add(container, name, 0, Index.WHOLE_FILE, stamp.size(), stamp.modified());
            } else {
                index.ignored(index.relative(file));
            }
        }
        LabelFile.Meaning meaning = labels.label(index, root, folder, order);
        return index.build(
                index.relative(folder),
                onlySplit,
                meaning.classes(),
                Layout.LABELLED_FOLDER,
                meaning.order());
    }
}
