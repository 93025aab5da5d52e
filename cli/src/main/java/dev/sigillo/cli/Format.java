package dev.sigillo.cli;

/** The values of {@code --output}. */
enum Format {
    /** Columns for people. */
    TABLE,
    /** What the API said, for programs. */
    JSON,
    /** One name a line, for shells. */
    NAMES
}
