package dev.sigillo.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --output}, the same in every command that shows something. */
final class Output {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table, json or names; by default a table on a terminal and JSON in a pipe")
    Optional<Format> format = Optional.empty();
}
