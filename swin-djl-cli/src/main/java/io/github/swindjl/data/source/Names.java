// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Lists and orders names. */
final class Names {

    /** The order of the names' bytes, the same on every system. */
    static final Comparator<String> BYTE_ORDER =
            Comparator.comparing(
                    name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,8}");

    private Names() {}

    /** Names in a folder, in byte order, without the hidden ones. */
    static List<String> in(Path folder) throws IOException {
        List<byte[]> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                String name = entry.getFileName().toString();
                requireExpressible(folder, entry, name);
                if (!name.startsWith(".")) {
                    found.add(name.getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(Arrays::compareUnsigned);
        return found.stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
    }

    /** The folders in a folder, in byte order, without the hidden ones. */
    static List<String> foldersIn(Path folder) throws IOException {
        return in(folder).stream().filter(name -> Files.isDirectory(folder.resolve(name))).toList();
    }

    /** Names are kept as text, so they must lead back to their file. */
    private static void requireExpressible(Path folder, Path entry, String name)
            throws DataException {
        boolean expressible;
        try {
            expressible = folder.resolve(name).equals(entry);
        } catch (InvalidPathException e) {
            expressible = false;
        }
        if (!expressible) {
            throw new DataException(
                    "A name in "
                            + folder
                            + ", about '"
                            + name
                            + "', cannot be expressed in this system's encoding of file names, "
                            + System.getProperty("sun.jnu.encoding")
                            + ". Set the locale to UTF-8, for example LC_ALL=C.UTF-8");
        }
    }

    /** Whether names are exactly the numbers from 0 on, in any order. */
    static boolean areNumbers(List<String> names) {
        return names.stream().allMatch(name -> NUMBER.matcher(name).matches())
                && names.stream().mapToInt(Integer::parseInt).distinct().count() == names.size()
                && names.stream().mapToInt(Integer::parseInt).max().orElse(0) == names.size() - 1;
    }

    /**
     * The classes that have these names, in their order: by number if they are the numbers from 0
     * on, else by bytes.
     */
    static List<String> classOrder(List<String> names) {
        return names.stream()
                .sorted(areNumbers(names) ? Comparator.comparingInt(Integer::parseInt) : BYTE_ORDER)
                .toList();
    }

    /** Says which of the orders {@link #classOrder} took. */
    static String orderOf(List<String> names) {
        return areNumbers(names) ? "by number, 0 to " + (names.size() - 1) : "by the names' bytes";
    }

    /** The first few names, for messages. */
    static String some(Iterable<String> names) {
        StringBuilder text = new StringBuilder();
        int shown = 0;
        int more = 0;
        for (String name : names) {
            if (shown < 5) {
                text.append(shown++ == 0 ? "" : ", ").append(name);
            } else {
                more++;
            }
        }
        if (shown == 0) {
            return "nothing";
        }
        return more == 0 ? text.toString() : text + " and " + more + " more";
    }
}
