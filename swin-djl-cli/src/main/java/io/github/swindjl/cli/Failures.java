// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.engine.EngineException;
import io.github.swindjl.train.DeviceMemoryException;
import io.github.swindjl.train.TrainingException;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.zoo.Nearest;
import io.github.swindjl.zoo.NonFiniteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever went wrong into one message and an {@link ExitCode}. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

    private final Console console;

    Failures(Console console) {
        this.console = console;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine line = failure.getCommandLine();
        StringBuilder message = new StringBuilder(failure.getMessage());
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> nearest = unmatched.getSuggestions();
            if (!line.getSubcommands().isEmpty() && !unmatched.isUnknownOption()) {
                String word = unmatched.getUnmatched().get(0);
                message.setLength(0);
                message.append("unknown command '").append(word).append("'");
                nearest = Nearest.to(word, line.getSubcommands().keySet(), 1);
            }
            if (!nearest.isEmpty()) {
                message.append("; did you mean ").append(String.join(" or ", nearest)).append('?');
            }
        } else if (failure.getMessage().startsWith("Missing required subcommand")) {
            message.append("; COMMAND is one of ")
                    .append(String.join(", ", line.getSubcommands().keySet()));
        }
        show(message.toString());
        console.err()
                .println("'" + line.getCommandSpec().qualifiedName() + " --help' shows the usage.");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
        return report(failure, Swin.of(line.getCommandSpec()).verbose());
    }

    /**
     * Writes the message for a failure.
     *
     * @param failure what was thrown
     * @param verbose whether to add the stack trace
     * @return the exit code that belongs to it
     */
    int report(Throwable failure, boolean verbose) {
        Throwable cause = unwrap(failure);
        int code = codeOf(cause);
        show(messageOf(cause));
        if (verbose) {
            failure.printStackTrace(console.err());
        } else if (code == ExitCode.UNFORESEEN) {
            console.err().println("--verbose shows where it arose.");
        }
        return code;
    }

    private void show(String message) {
        Ansi ansi = console.errIsTerminal() ? Ansi.ON : Ansi.OFF;
        console.err().println(ansi.string("@|bold,red error:|@ ") + message);
    }

    /** Removes the wrappers that threads and streams put around the exception that matters. */
    private static Throwable unwrap(Throwable failure) {
        Throwable current = failure;
        while (current.getCause() != null
                && (current instanceof UncheckedIOException
                        || current instanceof ExecutionException
                        || current instanceof CompletionException)) {
            current = current.getCause();
        }
        return current;
    }

    private static int codeOf(Throwable failure) {
        if (failure instanceof ConfigException config && config.file().isPresent()) {
            return ExitCode.BAD_INPUT;
        }
        if (failure instanceof ParameterException || failure instanceof IllegalArgumentException) {
            return ExitCode.USAGE;
        }
        if (failure instanceof IOException || failure instanceof NonFiniteException) {
            return ExitCode.BAD_INPUT;
        }
        if (failure instanceof EnvironmentException
                || failure instanceof OutOfMemoryError
                || failure instanceof LinkageError
                || engineFailure(failure) != null) {
            return ExitCode.ENVIRONMENT;
        }
        return ExitCode.UNFORESEEN;
    }

    /** Finds the engine's own exception, which others may have wrapped to say where it arose. */
    private static EngineException engineFailure(Throwable failure) {
        for (Throwable part = failure; part != null; part = part.getCause()) {
            if (part instanceof EngineException engine) {
                return engine;
            }
        }
        return null;
    }

    private static String messageOf(Throwable failure) {
        if (failure instanceof FileSystemException file) {
            return messageOf(file);
        }
        if (failure instanceof OutOfMemoryError
                && String.valueOf(failure.getMessage()).startsWith("Unable to allocate")) {
            return "the system gives this process no more memory ("
                    + failure.getMessage()
                    + "). Use a smaller --batch-size, or --memory block in training";
        }
        if (failure instanceof OutOfMemoryError) {
            return "Java's memory is used up ("
                    + failure.getMessage()
                    + "). Use a smaller --batch-size, or more memory: SWIN_JAVA_OPTS=-Xmx8g";
        }
        EngineException engine = engineFailure(failure);
        if (engine instanceof DeviceMemoryException) {
            return engine.getMessage();
        }
        Optional<EngineException> full = DeviceMemoryException.causeOf(failure);
        if (full.isPresent()) {
            return "the device's memory is used up: "
                    + DeviceMemoryException.memoryLine(full.get()).orElseThrow()
                    + " Use a smaller --batch-size.";
        }
        if (failure instanceof EngineException) {
            return failure.getMessage() + "\n'swin doctor' checks this machine.";
        }
        String message = failure.getMessage();
        if (failure instanceof TrainingException) {
            return message;
        }
        if (message == null || codeOf(failure) == ExitCode.UNFORESEEN) {
            return failure.getClass().getName() + (message == null ? "" : ": " + message);
        }
        return message;
    }

    /** The file system's own exceptions often hold nothing but the path. */
    private static String messageOf(FileSystemException failure) {
        String file = "'" + failure.getFile() + "'";
        if (failure instanceof NoSuchFileException) {
            return file + " does not exist.";
        }
        if (failure instanceof AccessDeniedException) {
            return file + " cannot be read or written: permission denied.";
        }
        if (failure instanceof NotDirectoryException) {
            return file + " is no folder.";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return file + " exists already.";
        }
        return failure.getReason() == null
                ? failure.getMessage()
                : file + ": " + failure.getReason();
    }
}
