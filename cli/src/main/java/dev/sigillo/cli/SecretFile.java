package dev.sigillo.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A new file with secrets in it, that its owner alone can read: made before there is a secret, which else could be lost. */
final class SecretFile {
    private final Path path;

    private SecretFile(Path path) {
        this.path = path;
    }

    static SecretFile make(Path file) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return new SecretFile(file);
        } catch (FileAlreadyExistsException e) {
            throw Failure.usage(file + " is there already; a secret is written to a new file alone.");
        } catch (IOException e) {
            throw Failure.usage(file + " cannot be made: " + e.getMessage() + ".");
        }
    }

    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw Failure.because(path + " is empty and could not be deleted: " + e.getMessage() + ".", "");
        }
    }

    void write(String text) {
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw Failure.because(
                    "The secret could not be written to " + path + ": " + e.getMessage() + ".",
                    "sigillo principal delete deletes the principal; then make it again.");
        }
    }
}
