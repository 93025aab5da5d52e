package dev.sigillo.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Nobody on this node but the agent speaks to the enrolment server, which knows a machine by its address: the node's own
 * processes and pods in the host's network are told apart by their control group. A process that may send raw Ethernet
 * frames passes by this; the server therefore never takes an address for a proof.
 */
final class EnrolmentFilter {

    private static final String TABLE = "sigillo_enrolment";

    private final Path root;
    private final Programs programs;

    /** @param root {@code /}, or a folder in its place in tests */
    EnrolmentFilter(Path root, Programs programs) {
        this.root = root;
        this.programs = programs;
    }

    /** Repeatable, and needed again when the agent was restarted: its control group is then another one. */
    void open(ConfigDrive drive) throws IOException {
        String host = drive.enrolment().getHost();
        Optional<String> group = ownGroup();
        if (group.isEmpty() || !Character.isDigit(host.charAt(0))) {
            Console.say("no filter before the enrolment server: "
                    + (group.isEmpty() ? "this agent has no control group of its own" : host + " is no address"));
            return;
        }
        programs.run(rules(host, drive.enrolment().getPort(), group.get()), List.of("nft", "-f", "-"));
    }

    /** One transaction; making and deleting the table first makes it repeatable. */
    static String rules(String host, int port, String group) {
        long level = group.chars().filter(c -> c == '/').count() + 1;
        return "table ip " + TABLE + "\n"
                + "delete table ip " + TABLE + "\n"
                + "table ip " + TABLE + " {\n"
                + "  chain output {\n    type filter hook output priority filter; policy accept;\n"
                + "    ip daddr " + host + " tcp dport " + (port < 0 ? 443 : port)
                + " socket cgroupv2 level " + level + " != \"" + group + "\" reject with tcp reset\n  }\n}\n";
    }

    /** The line {@code 0::/system.slice/sigillo-agent.service} of the unified hierarchy, without its slash. */
    private Optional<String> ownGroup() throws IOException {
        Path file = root.resolve("proc/self/cgroup");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("0::/") && line.substring(4).matches("[A-Za-z0-9@._-]+(/[A-Za-z0-9@._-]+)*")) {
                return Optional.of(line.substring(4));
            }
        }
        return Optional.empty();
    }
}
