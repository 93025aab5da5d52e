package dev.sigillo.process;

import java.time.Duration;
import java.util.List;

/** System users for children: no home, no shell, no password. */
public final class SystemUser {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private SystemUser() {}

    /**
     * Makes the user and a group of the same name when absent.
     *
     * @throws ProcessException if useradd fails
     */
    public static void ensure(String name) {
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
}
