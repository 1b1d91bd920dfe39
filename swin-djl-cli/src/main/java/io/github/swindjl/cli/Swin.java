// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program: holds the commands and the options that all of them share. */
@Command(
        name = "swin",
        description = "Swin Transformer V1 and V2 on the JVM: train, evaluate, predict.",
        versionProvider = Versions.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrainCommand.class,
            EvalCommand.class,
            PredictCommand.class,
            BenchCommand.class,
            DataCommand.class,
            ModelsCommand.class,
            CheckpointsCommand.class,
            ConvertCommand.class,
            DoctorCommand.class
        },
        footer = {"", "'swin COMMAND --help' explains a command."})
final class Swin {

    private static final int LEAST_HELP_WIDTH = 80;
    private static final int MOST_HELP_WIDTH = 110;

    private final Console console;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log in detail, and show where in the program an error arose.")
    private boolean verbose;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "No progress and no notes: only results and errors.")
    private boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this text.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the versions of the program and of what it is built on.")
    private boolean version;

    private Swin(Console console) {
        this.console = console;
    }

    /**
     * Runs one command.
     *
     * @param console where to write
     * @param arguments the command line, without the program's name
     * @return the process's exit code, one of {@link ExitCode}
     */
    static int run(Console console, String... arguments) {
        Swin swin = new Swin(console);
        Failures failures = new Failures(console);
        try {
            CommandLine line = new CommandLine(swin);
            line.setOut(console.out());
            line.setErr(console.err());
            line.setColorScheme(
                    CommandLine.Help.defaultColorScheme(
                            console.outIsTerminal() ? Ansi.ON : Ansi.OFF));
            line.setUsageHelpWidth(
                    Math.max(LEAST_HELP_WIDTH, Math.min(MOST_HELP_WIDTH, console.columns())));
            line.setCaseInsensitiveEnumValuesAllowed(true);
            line.setParameterExceptionHandler(failures);
            line.setExecutionExceptionHandler(failures);
            line.setExecutionStrategy(
                    parsed -> {
                        swin.configureLogging();
                        return new CommandLine.RunLast().execute(parsed);
                    });
            return line.execute(arguments);
        } catch (Throwable error) { // picocli hands on exceptions, but no errors
            return failures.report(error, swin.verbose);
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    /** Returns the program that a command belongs to. */
    static Swin of(CommandSpec command) {
        return (Swin) command.root().userObject();
    }

    /** Returns where the command writes. */
    Console console() {
        return console;
    }

    /** Returns whether errors are shown with their stack trace. */
    boolean verbose() {
        return verbose;
    }

    /** Returns whether progress and notes are unwanted. */
    boolean quiet() {
        return quiet;
    }

    /** Tells the user something that is no result, unless quiet was asked for. */
    void note(String text) {
        if (!quiet) {
            console.err().println(text);
        }
    }

    /** The logging library reads these once, when the first logger is made. */
    private void configureLogging() {
        setUnlessSet("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "info" : "warn");
        if (verbose) {
            setUnlessSet("org.slf4j.simpleLogger.log.io.github.swindjl", "debug");
        }
        setUnlessSet("org.slf4j.simpleLogger.showThreadName", "false");
        setUnlessSet("org.slf4j.simpleLogger.showShortLogName", "true");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
