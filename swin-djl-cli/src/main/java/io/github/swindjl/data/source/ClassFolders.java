// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.DataException;
import io.github.swindjl.zoo.image.PictureFiles;
import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lists a folder of class folders, or any pictures below a folder as one class. Pictures may lie in
 * folders below a class folder; links are followed, but not into a folder that they lie in.
 */
final class ClassFolders {

    private final IndexBuilder index;

    private ClassFolders(IndexBuilder index) {
        this.index = index;
    }

    static Index list(Path root, Path folder, boolean onlySplit) throws IOException {
        IndexBuilder index = new IndexBuilder(root);
        index.witness(folder);
        List<String> classes = Names.classOrder(Names.foldersIn(folder));
        ClassFolders scan = new ClassFolders(index);
        for (int label = 0; label < classes.size(); label++) {
            Path classFolder = folder.resolve(classes.get(label));
            int before = index.size();
            int readable = scan.visit(classFolder, classes.get(label) + "/", label, Set.of());
            if (readable == 0 && index.size() == before) {
                throw new DataException(
                        "The class folder "
                                + classFolder
                                + " has no picture; found "
                                + Names.some(Names.in(classFolder))
                                + ", expected files ending in "
                                + String.join(", ", PictureFiles.EXTENSIONS)
                                + " in the layout "
                                + PictureSets.LAYOUT
                                + ". Add pictures or remove the folder");
            }
        }
        return index.build(
                index.relative(folder),
                onlySplit,
                classes,
                Layout.CLASS_FOLDERS,
                "class folders " + Names.orderOf(classes));
    }

    /** Lists all pictures in a folder and below it as one class, whatever the folders mean. */
    static Index listUnlabelled(Path root, Path folder, boolean onlySplit) throws IOException {
        IndexBuilder index = new IndexBuilder(root);
        new ClassFolders(index).visit(folder, "", 0, Set.of());
        if (index.size() == 0) {
            throw new DataException(
                    folder
                            + " has no picture in it or below it; found "
                            + Names.some(Names.in(folder))
                            + ", expected files ending in "
                            + String.join(", ", PictureFiles.EXTENSIONS)
                            + ". Name a folder with pictures");
        }
        return index.build(
                index.relative(folder),
                onlySplit,
                List.of("pictures"),
                Layout.UNLABELLED,
                "one class for all");
    }

    /** Lists one folder and those below; returns how many entries could not be read. */
    private int visit(Path folder, String prefix, int label, Set<Object> above) throws IOException {
        List<String> names;
        Set<Object> here = new HashSet<>(above);
        try {
            BasicFileAttributes facts = Files.readAttributes(folder, BasicFileAttributes.class);
            if (!here.add(key(folder, facts))) {
                index.unreadable(index.relative(folder), "a link into a folder that it lies in");
                return 1;
            }
            index.witness(folder);
            names = Names.in(folder);
        } catch (FileSystemException e) {
            index.unreadable(index.relative(folder), reason(e));
            return 1;
        }
        int container = index.folder(folder, prefix);
        int unreadable = 0;
        List<String> below = new ArrayList<>();
        for (String name : names) {
            BasicFileAttributes facts;
            try {
                facts = Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
            } catch (IOException e) {
                index.unreadable(index.relative(folder.resolve(name)), reason(e));
                unreadable++;
                continue;
            }
            if (facts.isDirectory()) {
                below.add(name);
            } else if (facts.isRegularFile() && PictureFiles.isPicture(name)) {
                Stamp stamp = Stamp.of(facts);
                index.add(container, name, label, Index.WHOLE_FILE, stamp.size(), stamp.modified());
            } else {
                index.ignored(index.relative(folder.resolve(name)));
            }
        }
        for (String name : below) {
            unreadable += visit(folder.resolve(name), prefix + name + "/", label, here);
        }
        return unreadable;
    }

    /** What tells a folder from every other, whatever path led to it. */
    private static Object key(Path folder, BasicFileAttributes facts) throws IOException {
        return facts.fileKey() == null ? folder.toRealPath() : facts.fileKey();
    }

    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "no permission to read it";
        }
        return e instanceof NoSuchFileException
                ? "a link to nothing"
                : "cannot be read (" + Causes.of(e) + ")";
    }
}
