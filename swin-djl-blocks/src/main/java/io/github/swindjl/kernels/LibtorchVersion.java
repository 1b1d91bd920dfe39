// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.engine.EngineException;
import ai.djl.util.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses a libtorch of another version before it is loaded: the library between Java and libtorch
 * is compiled for one version, and with another it ends the process instead of failing.
 */
final class LibtorchVersion {

    private static final String JNI = System.mapLibraryName("djl_torch");

    /** Where libtorch's own archive and Python's package write their version, beside their lib. */
    private static final List<String> FILES = List.of("../build-version", "../version.py");

    private static final Pattern VERSION =
            Pattern.compile("(?:^|__version__ *= *['\"])(\\d+\\.\\d+\\.\\d+)");

    private LibtorchVersion() {}

    /**
     * Checks the libtorch that DJL is about to load.
     *
     * @param libraryPath what {@code PYTORCH_LIBRARY_PATH} says, or null
     * @param override what {@code PYTORCH_VERSION} says, or null
     * @throws EngineException if it is known to be of another version than the JNI library
     */
    static void check(String libraryPath, String override) {
        if (libraryPath == null || libraryPath.isEmpty()) {
            return;
        }
        Path folder = Path.of(libraryPath);
        if (Files.exists(folder.resolve(JNI))) {
            return; // made for what lies beside it
        }
        Optional<String> found = versionOf(folder);
        String wanted =
                override == null || override.isEmpty()
                        ? Platform.detectPlatform("pytorch").getVersion()
                        : override;
        if (found.isPresent() && !wanted.startsWith(found.get())) {
            throw new EngineException(
                    "PYTORCH_LIBRARY_PATH is '"
                            + libraryPath
                            + "', which holds libtorch "
                            + found.get()
                            + ", but the library between Java and libtorch is made for "
                            + wanted
                            + " and would crash with it. Set it to the 'lib' folder of libtorch "
                            + wanted
                            + ", or unset it; a "
                            + JNI
                            + " compiled for "
                            + found.get()
                            + " is taken where it lies in that folder");
        }
    }

    private static Optional<String> versionOf(Path folder) {
        for (String name : FILES) {
            Path file = folder.resolve(name);
            try {
                if (Files.isRegularFile(file)) {
                    Matcher matcher = VERSION.matcher(Files.readString(file).strip());
                    if (matcher.find()) {
                        return Optional.of(matcher.group(1));
                    }
                }
            } catch (IOException e) {
                // As if it were not there: what cannot be read tells nothing.
                continue;
            }
        }
        return Optional.empty();
    }
}
