package dev.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Where a password comes from: the terminal, a file or standard input; never the command line, which everybody can read. */
final class PasswordSource {
    private static final int MOST = 1024;

    private PasswordSource() {}

    /** @param file {@code -} for standard input; a line feed at the end is not of the password */
    static String read(Optional<Path> file) {
        return file.map(PasswordSource::fromFile).orElseGet(PasswordSource::asked);
    }

    private static String fromFile(Path file) {
        try (InputStream in = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST + 1);
            String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
            if (bytes.length > MOST || text.isEmpty() || text.contains("\n")) {
                throw Failure.usage(
                        file + " does not hold a password: it must be one line of at most " + MOST + " bytes.");
            }
            return text;
        } catch (IOException e) {
            throw Failure.usage("The password could not be read from " + file + ": " + e.getMessage() + ".");
        }
    }

    private static String asked() {
        java.io.Console terminal = Optional.ofNullable(System.console())
                .filter(java.io.Console::isTerminal)
                .orElseThrow(() -> Failure.usage("There is no terminal to ask for the password at; --password-file FILE"
                        + " reads it, - from standard input."));
        char[] first = terminal.readPassword("Password: ");
        char[] second = terminal.readPassword("Again: ");
        if (first == null || !Arrays.equals(first, second)) {
            throw Failure.usage("The two passwords are not the same.");
        }
        return new String(first);
    }
}
