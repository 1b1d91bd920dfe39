// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import io.github.swindjl.kernels.EngineInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What figures depend on. Immutable.
 *
 * @param processor the processor's name, null if the system does not tell
 * @param features what of the processor matters to matrix products, empty if it does not tell
 * @param processors processors that this process may use
 * @param memory bytes of memory in the machine (or granted to the container), -1 if unknown
 * @param system operating system and processor type
 * @param java version of Java
 * @param libtorch version of libtorch
 */
public record Machine(
        String processor,
        List<String> features,
        int processors,
        long memory,
        String system,
        String java,
        String libtorch) {

    private static final Path PROCESSOR_FACTS = Path.of("/proc/cpuinfo");
    private static final List<String> FEATURES =
            List.of("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd", "bf16");

    /**
     * Describes this machine; loads the engine if nothing did before.
     *
     * @return the description
     */
    public static Machine here() {
        String facts = Files.isReadable(PROCESSOR_FACTS) ? read() : "";
        Set<String> flags =
                Arrays.stream((fact(facts, "flags") + " " + fact(facts, "Features")).split(" "))
                        .collect(Collectors.toSet());
        return new Machine(
                fact(facts, "model name"),
                FEATURES.stream().filter(flags::contains).toList(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : -1,
                System.getProperty("os.name") + ", " + System.getProperty("os.arch"),
                System.getProperty("java.version"),
                EngineInfo.libtorchVersion());
    }

    private static String read() {
        try {
            return Files.readString(PROCESSOR_FACTS);
        } catch (IOException e) {
            throw new UncheckedIOException(PROCESSOR_FACTS + " cannot be read", e);
        }
    }

    /** Returns what the system says of the first processor, null if nothing. */
    private static String fact(String facts, String name) {
        return facts.lines()
                .filter(line -> line.matches(name + "\\s*:.*"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(null);
    }
}
