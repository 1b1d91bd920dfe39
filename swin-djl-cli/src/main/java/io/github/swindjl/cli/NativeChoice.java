// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

/**
 * Which build of libtorch the launcher chose before Java started.
 *
 * @param kind {@code cpu}: the build on the class path; {@code cuda}: the one DJL fetches; {@code
 *     path}: the user's own; {@code unknown}: Java was started without the launcher
 * @param reason why, as half a sentence
 */
record NativeChoice(String kind, String reason) {

    /** Returns what the launcher told this process. */
    static NativeChoice ofProcess() {
        return new NativeChoice(
                System.getProperty("swin.native", "unknown"),
                System.getProperty(
                        "swin.native.reason", "the program was started without scripts/swin"));
    }

    /** Returns what to do when libtorch cannot be loaded. */
    String fix() {
        return switch (kind) {
            case "cuda" ->
                    "DJL fetches libtorch for CUDA from publish.djl.ai once: check the network, or"
                            + " set PYTORCH_LIBRARY_PATH to the 'lib' folder of libtorch 2.7.1"
                            + " (cu128) on this machine, or use the CPU with --device cpu.";
            case "path" ->
                    "PYTORCH_LIBRARY_PATH must name the 'lib' folder of libtorch 2.7.1 (C++11 ABI);"
                            + " unset it to use the program's own.";
            case "cpu" ->
                    "libtorch is unpacked once into the cache folder: it must be writable and have"
                            + " 2 GB free. DJL_CACHE_DIR names another one.";
            default ->
                    "Start the program with scripts/swin, or put pytorch-native-cpu on the class"
                            + " path, or set PYTORCH_LIBRARY_PATH.";
        };
    }
}
