// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.GsonBuilder;
import io.github.swindjl.cli.DoctorReport.DeviceReport;
import io.github.swindjl.cli.DoctorReport.Problem;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code swin doctor}. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine: versions, which libtorch is used and why, devices, memory, and a"
                    + " small computation forward and backward.",
            "Ends with 4 when something must be mended, and says how."
        })
final class DoctorCommand implements Callable<Integer> {

    private enum Format {
        TEXT,
        JSON
    }

    @ParentCommand private Swin swin;

    @Mixin private DeviceOption device;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Override
    public Integer call() {
        DoctorReport report = new Doctor().examine(device.choice());
        PrintWriter out = swin.console().out();
        if (format == Format.JSON) {
            out.println(
                    new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(report));
        } else {
            print(report, out);
        }
        return report.problems().isEmpty() ? ExitCode.OK : ExitCode.ENVIRONMENT;
    }

    private static void print(DoctorReport report, PrintWriter out) {
        line(out, "swin-djl", report.program());
        line(out, "Java", report.java());
        line(out, "system", report.system());
        line(out, "DJL", report.djl() + ", JNI library " + report.jni());
        line(out, "libtorch", report.libtorch() == null ? "not loaded" : report.libtorch());
        NativeChoice choice = report.nativeLibrary();
        line(out, "chosen", choice.kind() + ", because " + choice.reason());
        if (report.loadedFrom() != null) {
            line(out, "loaded from", report.loadedFrom());
        }
        line(out, "CUDA", report.cuda());
        for (DeviceReport device : report.devices()) {
            line(
                    out,
                    "device",
                    device.name()
                            + (device.memory() < 0 ? "" : ", " + gigabytes(device.memory()))
                            + ", bf16 "
                            + (device.bf16() ? "yes" : "no")
                            + " ("
                            + device.bf16Source()
                            + ")");
        }
        line(
                out,
                "threads",
                (report.threads() == 0 ? "?" : report.threads())
                        + " per operation, "
                        + report.processors()
                        + " processors");
        line(
                out,
                "memory",
                (report.memory() < 0 ? "unknown" : gigabytes(report.memory()))
                        + ", of which Java's heap may take "
                        + gigabytes(report.heapLimit()));
        line(
                out,
                "cache",
                report.cache()
                        + (report.cacheFree() < 0
                                ? ""
                                : ", " + gigabytes(report.cacheFree()) + " free"));
        if (report.trial() != null) {
            line(
                    out,
                    "trial",
                    String.format(
                            Locale.ROOT,
                            "forward and backward on %s in %.0f ms",
                            report.trial().device(),
                            report.trial().milliseconds()));
        }
        for (Problem problem : report.problems()) {
            line(out, "problem", problem.found());
            line(out, "  fix", problem.fix());
        }
        line(out, "result", report.problems().isEmpty() ? "all is well" : "must be mended");
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf(Locale.ROOT, "%-12s %s%n", name, value);
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
