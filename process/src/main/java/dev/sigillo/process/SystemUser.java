package dev.sigillo.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** System users for children: no home, no shell, no password. Their names start with {@value #PREFIX}. */
public final class SystemUser {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Path ACCOUNTS = Path.of("/etc/passwd");
    private static final String PREFIX = "sigillo-";

    private SystemUser() {}

    /**
     * Makes the user and a group of the same name when absent.
     *
     * @throws ProcessException if useradd fails
     * @throws IllegalArgumentException if the name is not one of Sigillo's
     */
    public static void ensure(String name) {
        if (!name.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a user of Sigillo's is named %s…, not %s".formatted(PREFIX, name));
        }
        if (present(name)) {
            return;
        }
        Command.Result added = Command.attempt(
                PATIENCE,
                List.of(
                        "useradd",
                        "--system",
                        "--user-group",
                        "--no-create-home",
                        "--shell",
                        "/usr/sbin/nologin",
                        name),
                new byte[0]);
        if (!present(name)) { // another process may have been quicker, which is fine
            added.orThrow();
        }
    }

    private static boolean present(String name) {
        return Command.attempt(PATIENCE, List.of("getent", "passwd", name), new byte[0])
                        .exit()
                == 0;
    }

    /** Whether an account of Sigillo's has this number: passwd(5), NAME:password:NUMBER:…. */
    static boolean owns(long user) {
        try {
            for (String line : Files.readAllLines(ACCOUNTS, StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(":", 4);
                if (fields.length == 4 && fields[0].startsWith(PREFIX) && fields[2].equals(Long.toString(user))) {
                    return true;
                }
            }
            return false;
        } catch (IOException unreadable) {
            throw new ProcessException("cannot read " + ACCOUNTS, unreadable);
        }
    }
}
