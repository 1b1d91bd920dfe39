// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.zoo.image.PictureFiles;
import io.github.swindjl.zoo.image.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The pictures that file and folder names on a command line mean. */
final class PictureArguments {

    private PictureArguments() {}

    /**
     * A picture.
     *
     * @param file where it is
     * @param place a path, different for each picture, for what is written about it; ends in {@code
     *     .png}
     */
    record Input(Path file, Path place) {}

    /**
     * Lists the pictures in the order of the arguments, those of a folder by their path.
     *
     * @param arguments files, and folders that are searched to the bottom
     * @return the pictures, each with a header that can be read
     * @throws IOException if a file is no picture, or a folder holds none
     */
    static List<Input> list(List<Path> arguments) throws IOException {
        List<Input> inputs = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Path argument : arguments) {
            if (Files.isDirectory(argument)) {
                List<Path> files = PictureFiles.below(argument);
                if (files.isEmpty()) {
                    throw new IOException(
                            argument
                                    + " holds no picture: expected files ending in "
                                    + String.join(", ", PictureFiles.EXTENSIONS)
                                    + ".");
                }
                for (Path file : files) {
                    inputs.add(new Input(file, place(argument.relativize(file), taken)));
                }
            } else {
                inputs.add(new Input(argument, place(argument.getFileName(), taken)));
            }
        }
        // A wrong file is told now and not after an hour of computing.
        for (Input input : inputs) {
            PictureReader.size(input.file());
        }
        return inputs;
    }

    private static Path place(Path name, Set<String> taken) {
        String file = name.getFileName().toString();
        int dot = file.lastIndexOf('.');
        String stem = dot > 0 ? file.substring(0, dot) : file;
        Path place = name.resolveSibling(stem + ".png");
        for (int number = 2; !taken.add(place.toString().toLowerCase(Locale.ROOT)); number++) {
            place = name.resolveSibling(stem + "-" + number + ".png");
        }
        return place;
    }
}
