// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.bench.DeviceAgreement;
import io.github.swindjl.cli.DoctorReport.DeviceReport;
import io.github.swindjl.cli.DoctorReport.Problem;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

    @Spec private CommandSpec spec;

    @Mixin private DeviceOption device;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(
            names = "--thorough",
            description =
                    "Also compare published networks on the device with the CPU: logits, gradients,"
                            + " segmentation. Takes a minute or two.")
    private boolean thorough;

    @Override
    public Integer call() {
        PrintWriter progress = Swin.of(spec).console().err();
        DoctorReport report =
                new Doctor()
                        .examine(
                                device.choice(),
                                thorough ? finding -> progress.println(describe(finding)) : null);
        if (device.asksForTf32() && report.devices().stream().noneMatch(DeviceReport::isGpu)) {
            Swin.of(spec).note("--tf32 has no effect here: no GPU is usable.");
        }
        PrintWriter out = Swin.of(spec).console().out();
        if (format == Format.JSON) {
            out.println(Json.text(report));
        } else {
            print(report, out);
        }
        return report.problems().isEmpty() ? ExitCode.OK : ExitCode.ENVIRONMENT;
    }

    private static void print(DoctorReport report, PrintWriter out) {
        NativeChoice choice = report.nativeLibrary();
        Facts facts =
                new Facts()
                        .add("swin-djl", report.program())
                        .add("Java", report.java())
                        .add("system", report.system())
                        .add("DJL", report.djl() + ", JNI library " + report.jni())
                        .add(
                                "libtorch",
                                report.libtorch() == null ? "not loaded" : report.libtorch())
                        .add("chosen", choice.kind() + ", because " + choice.reason());
        if (report.loadedFrom() != null) {
            facts.add("loaded from", report.loadedFrom());
        }
        facts.add("CUDA", report.cuda());
        for (DeviceReport device : report.devices()) {
            facts.add("device", describe(device));
        }
        facts.add(
                "threads",
                (report.threads() == 0 ? "?" : report.threads())
                        + " per operation, "
                        + report.processors()
                        + " processors");
        facts.add(
                "memory",
                (report.memory() < 0 ? "unknown" : gigabytes(report.memory()))
                        + ", of which Java's heap may take "
                        + gigabytes(report.heapLimit()));
        facts.add(
                "cache",
                report.cache()
                        + (report.cacheFree() < 0
                                ? ""
                                : ", " + gigabytes(report.cacheFree()) + " free"));
        facts.add("fonts", report.fontProblem() == null ? "found" : report.fontProblem());
        facts.add("classes", report.classArchive());
        facts.add(
                "kernels",
                report.prepacked().isEmpty()
                        ? "plain ones only: this libtorch has no oneDNN operators"
                        : "inference on the CPU with weights in oneDNN's layout in "
                                + String.join(", ", report.prepacked()));
        if (report.trial() != null) {
            facts.add(
                    "trial",
                    String.format(
                            Locale.ROOT,
                            "forward and backward on %s in %.0f ms",
                            report.trial().device(),
                            report.trial().milliseconds()));
        }
        report.agreement().forEach(finding -> facts.add("agreement", describe(finding)));
        for (Problem problem : report.problems()) {
            facts.add("problem", problem.found()).add("  fix", problem.fix());
        }
        facts.add("result", report.problems().isEmpty() ? "all is well" : "must be mended");
        facts.print(out);
    }

    private static String describe(DeviceAgreement.Finding finding) {
        return String.format(
                Locale.ROOT,
                "%s, %s: %s, differ by %.1e of at most %.1e",
                finding.what(),
                finding.precision().name().toLowerCase(Locale.ROOT),
                finding.agrees() ? "agree" : "WRONG",
                finding.difference(),
                finding.allowed());
    }

    private static String describe(DeviceReport device) {
        return device.name()
                + (device.memory() < 0 ? "" : ", " + gigabytes(device.memory()))
                + ", bf16 "
                + (device.bf16() ? "yes" : "no")
                + " ("
                + device.bf16Source()
                + ")"
                + (device.isGpu()
                        ? ", float32 products " + (device.tf32() ? "in TF32" : "exact")
                        : "");
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
