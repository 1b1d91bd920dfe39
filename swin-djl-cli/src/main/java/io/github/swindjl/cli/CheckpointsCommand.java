// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import picocli.CommandLine.Command;

/** {@code swin checkpoints}: holds the commands for what training runs keep. */
@Command(
        name = "checkpoints",
        description = "Lists, averages and strips the checkpoints of training runs.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CheckpointsListCommand.class,
            CheckpointsAverageCommand.class,
            CheckpointsStripCommand.class
        })
final class CheckpointsCommand {}
