package dev.sigillo.kubernetes;

import dev.sigillo.process.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network namespace as a cluster has it: an address for the API server, a way to and from the host, and routes to a node
 * and its pods, which the host plays here.
 */
final class TestNamespace implements AutoCloseable {

    private final int index;
    private final String name;
    private final String link;

    /** @param index another one for each namespace that stands at the same time, 1 to 20 */
    TestNamespace(int index) {
        this.index = index;
        long pid = ProcessHandle.current().pid();
        name = "sgtest-" + pid + "-" + index;
        link = "sgt" + pid % 100000 + "x" + index;
        ip("netns", "add", name);
        ip("link", "add", link, "type", "veth", "peer", "name", "up0", "netns", name);
        ip("addr", "add", host() + "/30", "dev", link);
        ip("addr", "add", node() + "/32", "dev", link);
        ip("addr", "add", pod() + "/32", "dev", link);
        ip("link", "set", link, "up");
        ip("-n", name, "addr", "add", address(0, 2) + "/30", "dev", "up0");
        ip("-n", name, "link", "set", "up0", "up");
        ip("-n", name, "link", "add", "br0", "type", "bridge");
        ip("-n", name, "addr", "add", api() + "/24", "dev", "br0");
        ip("-n", name, "link", "set", "br0", "up");
        ip("-n", name, "route", "add", address(2, 0) + "/24", "via", host());
        // As the machine engine writes it for each machine: its pods by its address.
        ip("-n", name, "route", "add", address(3, 0) + "/24", "via", host());
        ip("route", "add", address(1, 0) + "/24", "via", address(0, 2));
    }

    String name() {
        return name;
    }

    /** The host's end, where the guard listens. */
    String host() {
        return address(0, 1);
    }

    String api() {
        return address(1, 1);
    }

    /** A node's address. */
    String node() {
        return address(2, 5);
    }

    /** The address of a pod on that node. */
    String pod() {
        return address(3, 7);
    }

    private String address(int subnet, int last) {
        return "10.251." + (10 * index + subnet) + "." + last;
    }

    @Override
    public void close() {
        ip("netns", "del", name);
        Command.attempt(Duration.ofSeconds(20), List.of("ip", "link", "del", link), new byte[0]);
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(arguments));
        Command.run(Duration.ofSeconds(20), command);
    }
}
