package dev.sigillo.server;

import java.util.Map;

/**
 * How many requests of one principal are taken in a second, on average; what ten seconds bring may come at once.
 *
 * @param reads GET and HEAD
 * @param writes PUT, PATCH and POST
 * @param deletes DELETE
 */
public record Limits(int reads, int writes, int deletes) {
    /** A few times what Azure Resource Manager takes (25, 10 and 10): nobody but this host is to be protected. */
    public static final Limits DEFAULT = new Limits(100, 20, 20);

    private static final int MOST = 1_000_000;

    /**
     * From SIGILLO_READS_PER_SECOND, SIGILLO_WRITES_PER_SECOND and SIGILLO_DELETES_PER_SECOND, each of them optional.
     *
     * @throws IllegalArgumentException for anything else than a whole number from 1 to a million
     */
    static Limits of(Map<String, String> environment) {
        return new Limits(
                limit(environment, "READS", DEFAULT.reads),
                limit(environment, "WRITES", DEFAULT.writes),
                limit(environment, "DELETES", DEFAULT.deletes));
    }

    private static int limit(Map<String, String> environment, String what, int byDefault) {
        String name = "SIGILLO_" + what + "_PER_SECOND";
        return (int) Main.Settings.number(environment, name, 1, MOST).orElse(byDefault);
    }
}
