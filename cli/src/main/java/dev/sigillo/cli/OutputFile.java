package dev.sigillo.cli;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that the user named for a result. */
final class OutputFile {

    private OutputFile() {}

    /** @throws Failure with exit code 2 if it cannot be written */
    static void write(Path file, Bytes content) {
        try {
            Files.write(file, content.toByteArray());
        } catch (IOException unwritable) {
            throw Failure.usage(file + " cannot be written: " + unwritable.getMessage() + ".");
        }
    }
}
