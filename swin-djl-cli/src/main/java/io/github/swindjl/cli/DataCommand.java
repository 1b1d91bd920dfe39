// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import picocli.CommandLine.Command;

/** {@code swin data}: holds the commands for picture sets. */
@Command(
        name = "data",
        description = "Makes, checks and shows picture sets.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DataSampleCommand.class, DataInspectCommand.class, DataPreviewCommand.class})
final class DataCommand {}
