// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs scripts/swin in a copy of the project's outline, with programs in the place of Maven, Java
 * and uname that write down how they were called.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script needs a POSIX shell")
class LauncherTest {

    private static final String MAVEN =
            """
            #!/bin/sh
            echo "mvn $*" >>"$CALLS"
            [ -z "${MVN_SLEEP:-}" ] || sleep "$MVN_SLEEP"
            if [ -n "${MVN_FAILS:-}" ]; then echo "[ERROR] it does not compile"; exit 1; fi
            mkdir -p swin-djl-cli/target/dist/lib
            echo "${BUILD:-}" >swin-djl-cli/target/dist/swin-djl-cli.jar
            echo "${BUILD:-}" >swin-djl-cli/target/dist/lib/swin-djl-zoo.jar
            : >"$CPU_JAR"
            printf %s "$CPU_JAR" >swin-djl-cli/target/dist/native-cpu.path
            """;

    private static final String JAVA =
            """
            #!/bin/sh
            if [ "$1" = -version ]; then
                echo "openjdk version \\"${FAKE_JAVA_VERSION:-17.0.1}\\" 2021-10-19" >&2
                exit 0
            fi
            for argument in "$@"; do
                case $argument in
                    -XX:ArchiveClassesAtExit=*)
                        echo "$*" >>"$CALLS.archive"
                        [ -z "${ARCHIVE_SLEEP:-}" ] || sleep "$ARCHIVE_SLEEP"
                        [ -z "${ARCHIVE_FAILS:-}" ] || exit 1
                        echo classes >"${argument#*=}"
                        exit 0
                        ;;
                esac
            done
            if [ -n "${JAVA_WAITS:-}" ]; then
                : >"$JAVA_WAITS.begun"
                while ! [ -e "$JAVA_WAITS" ]; do sleep 0.1; done
                while [ "$1" != -cp ]; do shift; done
                folder=${2%%/swin-djl-cli.jar*}
                cat "$folder/swin-djl-cli.jar" "$folder/lib/swin-djl-zoo.jar"
                exit 0
            fi
            for argument in "$@"; do printf '<%s>\\n' "$argument"; done
            echo "flavor=${PYTORCH_FLAVOR:-} version=${PYTORCH_VERSION:-}"
            echo "tracking=${OPT_OUT_TRACKING:-} cublas=${CUBLAS_WORKSPACE_CONFIG:-}"
            echo "heap=${GLIBC_TUNABLES:-}" >>"$CALLS.heap"
            echo "tf32=${TORCH_ALLOW_TF32_CUBLAS_OVERRIDE:-} forbidden=${NVIDIA_TF32_OVERRIDE:-}"
            exit "${JAVA_EXIT:-0}"
            """;

    private static final String UNAME =
            """
            #!/bin/sh
            if [ "$1" = -s ]; then echo "${FAKE_SYSTEM:-Linux}"; else echo "${FAKE_CPU:-x86_64}"; fi
            """;

    @TempDir private Path temp;

    private Path root;
    private Path calls;
    private Path machine;
    private final Map<String, String> environment = new TreeMap<>();
    private final Map<Process, Path> outputs = new HashMap<>();

    @BeforeEach
    void outline() throws IOException {
        root = temp.resolve("a project");
        calls = temp.resolve("calls");
        machine = Files.createDirectories(temp.resolve("machine"));
        Path programs = Files.createDirectories(temp.resolve("bin"));
        program(programs.resolve("mvn"), MAVEN);
        program(programs.resolve("java"), JAVA);
        program(programs.resolve("javac"), "#!/bin/sh\n");
        program(programs.resolve("uname"), UNAME);
        Files.createDirectories(root.resolve("scripts"));
        program(root.resolve("scripts/swin"), Files.readString(Program.launcher()));
        write(root.resolve("pom.xml"));
        write(root.resolve("swin-djl-cli/pom.xml"));
        write(root.resolve("swin-djl-cli/src/main/java/A.java"));
        write(root.resolve("swin-djl-cli/src/test/java/ATest.java"));
        environment.put("PATH", programs + ":/usr/bin:/bin");
        environment.put("CALLS", calls.toString());
        environment.put("CPU_JAR", temp.resolve("cpu native.jar").toString());
        environment.put("SWIN_PROBE_DIR", machine.toString());
    }

    @Test
    void theFirstStartBuildsAndTheSecondDoesNot() throws Exception {
        Result first = swin("models", "a b", "*");
        assertEquals(0, first.exit, first.err);
        assertTrue(first.err.contains("building for the first time"), first.err);
        assertEquals(List.of("mvn -B -q -DskipTests -Djacoco.skip package"), mavenCalls());
        assertTrue(
                first.out.endsWith(
                        "<io.github.swindjl.cli.Main>\n<models>\n<a b>\n<*>\n"
                                + "flavor= version=\ntracking=true cublas=\ntf32= forbidden=0\n"),
                first.out);

        Result second = swin("models");
        assertEquals(0, second.exit, second.err);
        assertEquals("", second.err);
        assertEquals(1, mavenCalls().size());
    }

    @ParameterizedTest
    @CsvSource({
        "pom.xml, true",
        "swin-djl-cli/pom.xml, true",
        "swin-djl-cli/src/main/java/A.java, true",
        "swin-djl-cli/src/main, true",
        "swin-djl-cli/src/test/java/ATest.java, false",
        "scripts/swin, false"
    })
    void onlyAChangeOfTheProgramBuildsAgain(String changed, boolean builds) throws Exception {
        swin("models");
        Files.setLastModifiedTime(
                root.resolve(changed), FileTime.from(Instant.now().plusMillis(50)));
        Result next = swin("models");
        assertEquals(builds ? 2 : 1, mavenCalls().size());
        assertEquals(builds, next.err.contains("sources changed"), next.err);
    }

    @Test
    void aSourceSavedDuringTheBuildBuildsAgain() throws Exception {
        environment.put("MVN_SLEEP", "1");
        Process first = start(root.resolve("scripts/swin").toString(), "models");
        waitForMaven();
        Files.setLastModifiedTime(
                root.resolve("swin-djl-cli/src/main/java/A.java"), FileTime.from(Instant.now()));
        assertEquals(0, finish(first).exit);
        swin("models");
        assertEquals(2, mavenCalls().size());
    }

    @Test
    void aMissingCpuJarBuildsAgain() throws Exception {
        swin("models");
        Files.delete(temp.resolve("cpu native.jar"));
        swin("models");
        assertEquals(2, mavenCalls().size());
    }

    @Test
    void neverMeansNever() throws Exception {
        environment.put("SWIN_BUILD", "never");
        Result none = swin("models");
        assertEquals(ExitCode.ENVIRONMENT, none.exit);
        assertTrue(none.err.contains("SWIN_BUILD=never"), none.err);
        assertEquals(List.of(), mavenCalls());
    }

    @Test
    void aFailedBuildSaysWhereTheLogIsAndIsTriedAgain() throws Exception {
        environment.put("MVN_FAILS", "yes");
        Result failed = swin("models");
        assertEquals(ExitCode.ENVIRONMENT, failed.exit);
        assertTrue(failed.err.contains("[ERROR] it does not compile"), failed.err);
        Path log = root.resolve("swin-djl-cli/target/launcher/build.log");
        assertTrue(failed.err.contains(log.toString()), failed.err);
        assertTrue(Files.readString(log).contains("it does not compile"));
        assertEquals("", failed.out);

        environment.remove("MVN_FAILS");
        assertEquals(0, swin("models").exit);
        assertEquals(2, mavenCalls().size());
    }

    @Test
    void aFailedRebuildDoesNotRunTheOldProgram() throws Exception {
        swin("models");
        Files.setLastModifiedTime(root.resolve("pom.xml"), FileTime.from(Instant.now()));
        environment.put("MVN_FAILS", "yes");
        Result failed = swin("models");
        assertEquals(ExitCode.ENVIRONMENT, failed.exit);
        assertEquals("", failed.out);
        assertFalse(
                Files.exists(root.resolve("swin-djl-cli/target/dist/native-cpu.path")),
                "the old stamp must go");
    }

    @Test
    void startsAtTheSameTimeBuildOnce() throws Exception {
        environment.put("MVN_SLEEP", "1");
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(start(root.resolve("scripts/swin").toString(), "models"));
        }
        for (Process process : starts) {
            assertEquals(0, finish(process).exit);
        }
        assertEquals(1, mavenCalls().size());
        assertFalse(Files.exists(root.resolve("swin-djl-cli/target/launcher/lock")));
    }

    @Test
    void aLockWhoseOwnerIsGoneIsTakenAway() throws Exception {
        Path lock = Files.createDirectories(root.resolve("swin-djl-cli/target/launcher/lock"));
        Process gone = start("true");
        gone.waitFor();
        Files.writeString(lock.resolve("owner"), gone.pid() + "\n");
        assertEquals(0, swin("models").exit);
        assertEquals(1, mavenCalls().size());
    }

    @Test
    void anEndedBuildLeavesNoLockAndNoMaven() throws Exception {
        environment.put("MVN_SLEEP", "10");
        Process process = start(root.resolve("scripts/swin").toString(), "models");
        waitForMaven();
        process.destroy();
        assertEquals(143, finish(process).exit);
        assertFalse(Files.exists(root.resolve("swin-djl-cli/target/launcher/lock")));
        assertFalse(Files.exists(root.resolve("swin-djl-cli/target/dist/native-cpu.path")));
    }

    @Test
    void runsFromAnyFolderThroughLinks() throws Exception {
        Path link = temp.resolve("links/to swin");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(temp.resolve("links/second"), root.resolve("scripts/swin"));
        Files.createSymbolicLink(link, Path.of("second"));
        Result result = finish(start(link.toString(), "models"));
        assertEquals(0, result.exit, result.err);
        assertTrue(result.out.contains("<" + copy().resolve("swin-djl-cli.jar")), result.out);
    }

    @Test
    void passesTheExitCodeAndTheUsersJavaOptions() throws Exception {
        environment.put("JAVA_EXIT", "3");
        environment.put("SWIN_JAVA_OPTS", "-Xmx8g -Dx=y");
        Result result = swin("models");
        assertEquals(3, result.exit);
        assertTrue(result.out.contains("<-Xmx8g>\n<-Dx=y>\n<-cp>"), result.out);
        assertTrue(result.out.contains("<-Djdk.http.auth.tunneling.disabledSchemes=>"), result.out);
        assertFalse(result.out.contains("--enable-native-access"), result.out);
        environment.put("FAKE_JAVA_VERSION", "25");
        assertTrue(swin("models").out.contains("<--enable-native-access=ALL-UNNAMED>"));
    }

    @Test
    void theHeapKeepsNoSmallPiecesApartWhereLessMemoryIsAskedFor() throws Exception {
        swin("models");
        swin("train", "--memory", "block");
        swin("train", "--memory=auto");
        swin("train", "--set", "memory=block");
        environment.put("GLIBC_TUNABLES", "glibc.malloc.perturb=1");
        swin("train", "--memory", "block");
        String none = "heap=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0";
        assertEquals(
                List.of("heap=", none, none, none, "heap=glibc.malloc.perturb=1"),
                Files.readAllLines(Path.of(calls + ".heap")));
    }

    @Test
    void theClassArchiveIsMadeOnceAndGivenToJava() throws Exception {
        Result first = swin("models");
        String option = "<-XX:SharedArchiveFile=" + archive("17.0.1") + ">";
        assertTrue(first.out.contains(option), first.out);
        assertTrue(archiveCalls().get(0).contains("io.github.swindjl.cli.Rehearsal"));
        environment.put("SWIN_BUILD", "never");
        Result second = swin("models");
        assertTrue(second.out.contains(option), second.out);
        assertEquals("", second.err);
        assertEquals(1, archiveCalls().size());
    }

    @Test
    void theClassArchiveIsMadeAnewForAnotherBuildOrJava() throws Exception {
        swin("models");
        Files.setLastModifiedTime(root.resolve("pom.xml"), FileTime.from(Instant.now()));
        swin("models");
        assertEquals(2, archiveCalls().size());
        environment.put("FAKE_JAVA_VERSION", "25");
        Result other = swin("models");
        assertEquals(3, archiveCalls().size());
        assertTrue(other.out.contains("<-XX:SharedArchiveFile=" + archive("25")), other.out);
    }

    @Test
    void aClassArchiveThatWasCutShortIsMadeAnew() throws Exception {
        swin("models");
        Files.writeString(archive("17.0.1"), "cla");
        assertTrue(swin("models").out.contains("<-XX:SharedArchiveFile="));
        assertEquals("classes\n", Files.readString(archive("17.0.1")));
        assertEquals(2, archiveCalls().size());
    }

    @Test
    void withoutAClassArchiveTheProgramStartsAllTheSame() throws Exception {
        environment.put("ARCHIVE_FAILS", "yes");
        for (int i = 0; i < 2; i++) {
            Result result = swin("models");
            assertEquals(0, result.exit, result.err);
            assertFalse(result.out.contains("SharedArchiveFile"), result.out);
        }
        assertEquals(1, archiveCalls().size(), "what failed is tried again after the next build");
    }

    @Test
    void whereNothingCanBeWrittenThereIsNeitherCopyNorClassArchive() throws Exception {
        swin("models");
        Path work = root.resolve("swin-djl-cli/target/launcher");
        Folders.remove(work);
        write(work);
        Result result = swin("models");
        assertEquals(0, result.exit, result.err);
        assertEquals("", result.err);
        assertFalse(result.out.contains("SharedArchiveFile"), result.out);
        assertTrue(
                result.out.contains(
                        "<"
                                + root.toRealPath()
                                        .resolve("swin-djl-cli/target/dist/swin-djl-cli.jar")),
                "there is no copy, so the build itself has to do: " + result.out);
        assertEquals(1, archiveCalls().size());
    }

    @Test
    void startsAtTheSameTimeMakeOneClassArchive() throws Exception {
        swin("models");
        Files.delete(archive("17.0.1"));
        environment.put("ARCHIVE_SLEEP", "1");
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            starts.add(start(root.resolve("scripts/swin").toString(), "models"));
        }
        for (Process process : starts) {
            Result result = finish(process);
            assertEquals(0, result.exit, result.err);
            assertTrue(result.out.contains("<-XX:SharedArchiveFile="), result.out);
        }
        assertEquals(2, archiveCalls().size());
    }

    @Test
    void withCudaThereIsNoClassArchive() throws Exception {
        nvidiaMachine();
        assertFalse(swin("models").out.contains("SharedArchiveFile"));
        assertEquals(List.of(), archiveCalls());
    }

    @Test
    void aBuildTakesNothingFromThoseThatRunAndRemovesWhatNobodyUses() throws Exception {
        environment.put("BUILD", "old");
        swin("models");
        Path used = copy();
        Path signal = temp.resolve("signal");
        environment.put("JAVA_WAITS", signal.toString());
        Process running = start(root.resolve("scripts/swin").toString(), "train");
        environment.remove("JAVA_WAITS");
        waitFor(Path.of(signal + ".begun"));
        List<Path> copies = new ArrayList<>();
        for (int build = 1; build <= 3; build++) {
            environment.put("BUILD", "build " + build);
            Files.setLastModifiedTime(root.resolve("pom.xml"), FileTime.from(Instant.now()));
            swin("models");
            copies.add(copy());
        }
        assertEquals(List.of(used, copies.get(1), copies.get(2)), copiesByAge());
        assertEquals("build 3\n", Files.readString(copy().resolve("lib/swin-djl-zoo.jar")));
        write(signal);
        assertEquals("old\nold\n", finish(running).out);

        Files.setLastModifiedTime(root.resolve("pom.xml"), FileTime.from(Instant.now()));
        swin("models");
        assertEquals(List.of(copies.get(2), copy()), copiesByAge());
    }

    @Test
    void aJarThatWasBuiltWithoutTheLauncherIsTakenOver() throws Exception {
        swin("models");
        Path before = copy();
        Path jar = root.resolve("swin-djl-cli/target/dist/lib/swin-djl-zoo.jar");
        Files.writeString(jar, "by hand");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusMillis(50)));
        environment.put("SWIN_BUILD", "never");
        swin("models");
        assertNotEquals(before, copy());
        assertEquals("by hand", Files.readString(copy().resolve("lib/swin-djl-zoo.jar")));
    }

    @Test
    void startsAtTheSameTimeMakeOneCopy() throws Exception {
        swin("models");
        Files.delete(root.resolve("swin-djl-cli/target/launcher/current"));
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            starts.add(start(root.resolve("scripts/swin").toString(), "models"));
        }
        for (Process process : starts) {
            assertEquals(0, finish(process).exit);
        }
        assertEquals(List.of(copy()), copiesByAge());
    }

    /** The copy that a start would run. */
    private Path copy() throws IOException {
        Path work = root.toRealPath().resolve("swin-djl-cli/target/launcher");
        return work.resolve("programs").resolve(Files.readString(work.resolve("current")).strip());
    }

    private List<Path> copiesByAge() throws IOException {
        try (Stream<Path> copies = Files.list(copy().getParent())) {
            return copies.sorted(Comparator.comparing(LauncherTest::begin)).toList();
        }
    }

    private static FileTime begin(Path copy) {
        try {
            return Files.getLastModifiedTime(copy.resolve("native-cpu.path"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path archive(String java) throws IOException {
        return copy().resolve("classes-" + java + ".jsa");
    }

    private List<String> archiveCalls() throws IOException {
        Path file = Path.of(calls + ".archive");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @ParameterizedTest
    @CsvSource({"1.8.0_392, Java 8", "11.0.20, Java 11", "none, did not tell a version"})
    void refusesAnOldJava(String version, String says) throws Exception {
        environment.put("FAKE_JAVA_VERSION", version);
        Result result = swin("models");
        assertEquals(ExitCode.ENVIRONMENT, result.exit);
        assertTrue(result.err.contains(says), result.err);
        assertEquals(List.of(), mavenCalls());
    }

    @Test
    void refusesAJavaHomeWithoutJava() throws Exception {
        environment.put("JAVA_HOME", temp.resolve("no jdk").toString());
        Result result = swin("models");
        assertEquals(ExitCode.ENVIRONMENT, result.exit);
        assertTrue(result.err.contains("JAVA_HOME"), result.err);
        assertTrue(result.err.contains("no jdk"), result.err);
    }

    @Test
    void tellsWhenMavenOrTheCompilerIsMissing() throws Exception {
        Path programs = temp.resolve("bin");
        environment.put("PATH", isolated(programs));
        Files.delete(programs.resolve("javac"));
        Result noCompiler = swin("models");
        assertEquals(ExitCode.ENVIRONMENT, noCompiler.exit);
        assertTrue(noCompiler.err.contains("no compiler"), noCompiler.err);
        Files.delete(programs.resolve("mvn"));
        Result noMaven = swin("models");
        assertEquals(ExitCode.ENVIRONMENT, noMaven.exit);
        assertTrue(noMaven.err.contains("no Maven"), noMaven.err);
        Files.delete(programs.resolve("java"));
        Result noJava = swin("models");
        assertEquals(ExitCode.ENVIRONMENT, noJava.exit);
        assertTrue(noJava.err.contains("no Java"), noJava.err);
    }

    @Test
    void withoutANvidiaDeviceTheCpuLibraryIsUsed() throws Exception {
        assertChosen(swin("train"), "cpu", "no NVIDIA device");
    }

    @Test
    void withDeviceDriverAndRuntimeCudaIsUsed() throws Exception {
        nvidiaMachine();
        Result result = swin("train", "--epochs", "cpu");
        assertChosen(result, "cuda", "driver and the CUDA runtime");
        assertTrue(result.out.contains("flavor=cu128"), result.out);
        assertTrue(
                result.out.contains(
                        "<-Djna.library.path=" + machine.resolve("usr/local/cuda/lib64") + ">"),
                result.out);
    }

    @ParameterizedTest
    @CsvSource({"--device cpu", "--device=cpu", "-q --device cpu --seed 1"})
    void askingForTheCpuWinsOverCuda(String options) throws Exception {
        nvidiaMachine();
        List<String> arguments = new ArrayList<>(List.of("train"));
        arguments.addAll(List.of(options.split(" ")));
        assertChosen(swin(arguments.toArray(String[]::new)), "cpu", "--device cpu was asked for");
    }

    @Test
    void aDeviceWithoutDriverLibraryIsExplained() throws Exception {
        nvidiaMachine();
        Files.delete(machine.resolve("usr/lib64/libcuda.so.1"));
        assertChosen(swin("train"), "cpu", "libcuda.so.1 was not found");
        environment.put("LD_LIBRARY_PATH", "/nowhere:" + library("elsewhere/libcuda.so.1"));
        assertChosen(swin("train"), "cuda", "were found");
    }

    @Test
    void aDeviceWithoutCudaRuntimeIsExplained() throws Exception {
        nvidiaMachine();
        Files.delete(machine.resolve("usr/local/cuda/lib64/libcudart.so.12"));
        assertChosen(swin("train"), "cpu", "libcudart.so was not found");
        environment.put(
                "CUDA_HOME", library("toolkit/lib64/libcudart.so.12").getParent().toString());
        assertChosen(swin("train"), "cuda", "toolkit");
    }

    @ParameterizedTest
    @CsvSource({
        "'NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu May  2 14:37:44 2024',"
                + " 470.256.02, cpu",
        "'NVRM version: NVIDIA UNIX x86_64 Kernel Module  525.60.13  Wed Nov 30 2022', , cuda",
        "'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.03  Release Build', ,"
                + " cuda",
        "a text of another kind, , cuda"
    })
    void aDriverThatIsTooOldIsExplained(String line, String version, String kind) throws Exception {
        nvidiaMachine();
        library("proc/driver/nvidia/version");
        Files.writeString(
                machine.resolve("proc/driver/nvidia/version"), line + "\nGCC version:  gcc 11.4\n");
        assertChosen(
                swin("train"),
                kind,
                version == null ? "were found" : "its driver is " + version + ", and libtorch");
    }

    @Test
    void tf32IsForbiddenUnlessAskedFor() throws Exception {
        assertTrue(swin("train").out.contains("tf32= forbidden=0"));
        assertTrue(swin("train", "--tf32").out.contains("tf32=1 forbidden=\n"));
        environment.put("NVIDIA_TF32_OVERRIDE", "1");
        assertTrue(swin("train").out.contains("tf32= forbidden=1"));
    }

    @Test
    void productsOnAGpuHaveAFixedOrder() throws Exception {
        assertTrue(swin("train").out.contains("cublas=\n"));
        nvidiaMachine();
        assertTrue(swin("train").out.contains("cublas=:4096:8\n"));
        environment.put("CUBLAS_WORKSPACE_CONFIG", ":16:8");
        assertTrue(swin("train").out.contains("cublas=:16:8\n"));
    }

    @ParameterizedTest
    @CsvSource({"-1", "''"})
    void hiddenDevicesAreNotUsed(String visible) throws Exception {
        nvidiaMachine();
        environment.put("CUDA_VISIBLE_DEVICES", visible);
        assertChosen(swin("train"), "cpu", "CUDA_VISIBLE_DEVICES");
        environment.put("CUDA_VISIBLE_DEVICES", "0");
        assertChosen(swin("train"), "cuda", "were found");
    }

    @ParameterizedTest
    @CsvSource({"Darwin, arm64", "Linux, aarch64"})
    void platformsWithoutACudaBuildUseTheCpu(String system, String processor) throws Exception {
        nvidiaMachine();
        environment.put("FAKE_SYSTEM", system);
        environment.put("FAKE_CPU", processor);
        assertChosen(swin("train"), "cpu", "no CUDA build");
    }

    @Test
    void theUsersOwnLibtorchWins() throws Exception {
        Path own = library("own torch/lib/libtorch.so");
        environment.put("PYTORCH_LIBRARY_PATH", own.toString());
        Result cpu = swin("train");
        assertChosen(cpu, "path", "PYTORCH_LIBRARY_PATH is set");
        assertTrue(cpu.out.contains("flavor=cpu version=2.7.1"), cpu.out);

        library("own torch/lib/libtorch_cuda.so");
        library("nvidia/cuda_runtime/lib/libcudart.so.12");
        Result cuda = swin("train");
        assertTrue(cuda.out.contains("flavor=cu128 version=2.7.1"), cuda.out);
        assertTrue(
                cuda.out.contains("<-Djna.library.path=" + own + "/../../nvidia/cuda_runtime/lib>"),
                cuda.out);

        environment.put("PYTORCH_LIBRARY_PATH", machine.toString());
        Result empty = swin("train");
        assertEquals(ExitCode.ENVIRONMENT, empty.exit);
        assertTrue(empty.err.contains("holds no libtorch"), empty.err);
    }

    private void assertChosen(Result result, String kind, String reason) {
        assertEquals(0, result.exit, result.err);
        assertTrue(result.out.contains("<-Dswin.native=" + kind + ">"), result.out);
        String given =
                result.out
                        .lines()
                        .filter(l -> l.startsWith("<-Dswin.native.reason="))
                        .findAny()
                        .orElseThrow();
        assertTrue(given.contains(reason), given);
        assertEquals(kind.equals("cpu"), result.out.contains("cpu native.jar>"), result.out);
    }

    /** A machine with a device, its driver and the CUDA runtime. */
    private void nvidiaMachine() throws IOException {
        library("dev/nvidia0");
        library("usr/lib64/libcuda.so.1");
        library("usr/local/cuda/lib64/libcudart.so.12");
    }

    /** Makes an empty file below the faked machine and returns its folder. */
    private Path library(String path) throws IOException {
        Path file = machine.resolve(path);
        write(file);
        return file.getParent();
    }

    /** A PATH with nothing but our programs and the tools of the shell. */
    private String isolated(Path programs) throws IOException {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        for (String tool :
                List.of("dirname", "sed", "head", "find", "cat", "mkdir", "rm", "mv", "grep")) {
            String folder = Files.exists(Path.of("/usr/bin", tool)) ? "/usr/bin/" : "/bin/";
            program(tools.resolve(tool), "#!/bin/sh\nexec " + folder + tool + " \"$@\"\n");
        }
        return programs + ":" + tools;
    }

    private void waitForMaven() throws Exception {
        waitFor(calls);
    }

    private static void waitFor(Path file) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Files.notExists(file)) {
            assertTrue(System.nanoTime() < deadline, file + " does not appear");
            Thread.sleep(20);
        }
    }

    private List<String> mavenCalls() throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private Result swin(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(root.resolve("scripts/swin").toString()));
        command.addAll(List.of(arguments));
        return finish(start(command.toArray(String[]::new)));
    }

    private Process start(String... command) throws IOException {
        Path out = Files.createTempFile(temp, "out", "");
        ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile());
        builder.redirectError(Path.of(out + ".err").toFile());
        Process process = builder.start();
        outputs.put(process, out);
        return process;
    }

    private Result finish(Process process) throws Exception {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
        Path out = outputs.get(process);
        return new Result(
                process.exitValue(),
                Files.readString(out),
                Files.readString(Path.of(out + ".err")));
    }

    private record Result(int exit, String out, String err) {}

    private static void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
