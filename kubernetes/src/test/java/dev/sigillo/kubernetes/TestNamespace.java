package dev.sigillo.kubernetes;

import dev.sigillo.process.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A network namespace as a cluster has it: an address for the API server, and a way to and from the host. */
final class TestNamespace implements AutoCloseable {

    static final String HOST = "10.251.77.1";
    static final String API = "10.251.78.1";

    private static final String INSIDE = "10.251.77.2";
    private final String name = "sgtest-" + ProcessHandle.current().pid();
    private final String link = "sgt" + ProcessHandle.current().pid() % 100000;

    TestNamespace() {
        ip("netns", "add", name);
        ip("link", "add", link, "type", "veth", "peer", "name", "up0", "netns", name);
        ip("addr", "add", HOST + "/30", "dev", link);
        ip("link", "set", link, "up");
        ip("-n", name, "addr", "add", INSIDE + "/30", "dev", "up0");
        ip("-n", name, "link", "set", "up0", "up");
        ip("-n", name, "link", "add", "br0", "type", "bridge");
        ip("-n", name, "addr", "add", API + "/24", "dev", "br0");
        ip("-n", name, "link", "set", "br0", "up");
        ip("-n", name, "route", "add", "default", "via", HOST);
        ip("route", "add", "10.251.78.0/24", "via", INSIDE);
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        ip("netns", "del", name);
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(arguments));
        Command.run(Duration.ofSeconds(20), command);
    }
}
