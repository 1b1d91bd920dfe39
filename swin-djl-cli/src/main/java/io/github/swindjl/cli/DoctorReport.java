// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.bench.DeviceAgreement;
import java.util.List;

/**
 * What {@code swin doctor} found; the JSON output has these names.
 *
 * @param program version of this program
 * @param java version and maker of the running Java, and where it lies
 * @param system operating system and processor type
 * @param djl version of DJL
 * @param jni version of the library between Java and libtorch
 * @param libtorch version of libtorch, or null if it could not be loaded
 * @param nativeLibrary which libtorch was chosen and why
 * @param loadedFrom folder libtorch was loaded from, or null
 * @param devices usable devices, GPUs first; empty if the engine could not be loaded
 * @param cuda what is known of CUDA, with a hint where a GPU lies idle
 * @param threads threads one operation uses on the CPU; 0 if the engine could not be loaded
 * @param processors processors this process may use
 * @param heapLimit most bytes that Java's heap may take
 * @param memory bytes of memory in the machine (or granted to the container)
 * @param cache folder where native libraries are kept
 * @param cacheFree bytes free there, or -1 if unknown
 * @param fontProblem why plots cannot be drawn, or null if they can
 * @param classArchive whether Java uses the archive of classes that makes it start faster
 * @param prepacked precisions in which inference on the CPU uses weights in oneDNN's layout
 * @param trial the small computation, or null if it was not reached
 * @param agreement how real networks on the device compare with the CPU; empty if not asked for
 * @param problems what is wrong and how to mend it; empty if all is well
 */
record DoctorReport(
        String program,
        String java,
        String system,
        String djl,
        String jni,
        String libtorch,
        NativeChoice nativeLibrary,
        String loadedFrom,
        List<DeviceReport> devices,
        String cuda,
        int threads,
        int processors,
        long heapLimit,
        long memory,
        String cache,
        long cacheFree,
        String fontProblem,
        String classArchive,
        List<String> prepacked,
        Trial trial,
        List<DeviceAgreement.Finding> agreement,
        List<Problem> problems) {

    /**
     * One device.
     *
     * @param name as {@code --device} takes it
     * @param memory bytes in all, or -1 for the CPU
     * @param bf16 whether bfloat16 is computed in hardware
     * @param bf16Source how that is known
     * @param tf32 whether the factors of float32 products may be rounded to TF32
     */
    record DeviceReport(String name, long memory, boolean bf16, String bf16Source, boolean tf32) {

        /** Tells whether it is a GPU. */
        boolean isGpu() {
            return name.startsWith("gpu");
        }
    }

    /**
     * A small computation forward and backward.
     *
     * @param device where
     * @param milliseconds how long it took, the first call's preparations included
     */
    record Trial(String device, double milliseconds) {}

    /**
     * Something wrong.
     *
     * @param found what is wrong
     * @param fix what to do
     */
    record Problem(String found, String fix) {}
}
