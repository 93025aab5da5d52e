package dev.sigillo.kubernetes;

import dev.sigillo.process.Command;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * A network namespace as a cluster has it: an address for the API server, a way to and from the host, and routes to a node
 * and its pods, which the host plays here.
 */
final class TestNamespace implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Path NAMESPACES = Path.of("/run/netns");
    /** No run lasts as long: a namespace of this age was left by one that was killed. */
    private static final Duration LEFT = Duration.ofHours(3);

    private static final Random LOT = new SecureRandom();
    private static final String TAG = HexFormat.of().toHexDigits((short) LOT.nextInt());
    /** All namespaces of these tests begin so, those of others do not. */
    static final String HOME = "sgtest-" + TAG + "-";

    private final int index;
    private final int network;
    private final String name;
    private final String link;

    /**
     * Others of the same host may run these tests too, or have been killed while they did: names and addresses are free
     * ones, drawn by lot.
     *
     * @param index another one for each namespace that stands at the same time, 1 to 20
     */
    TestNamespace(int index) {
        removeLeft();
        this.index = index;
        this.network = freeNetwork();
        name = HOME + index;
        link = "sgt" + TAG + "x" + index;
        ip("netns", "add", name);
        try {
            connect();
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void connect() {
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

    private static void removeLeft() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(NAMESPACES, "sgtest-*")) {
            for (Path one : found) {
                if (Files.getLastModifiedTime(one)
                        .toInstant()
                        .isBefore(Instant.now().minus(LEFT))) {
                    attempt("netns", "del", one.getFileName().toString());
                }
            }
        } catch (IOException none) {
            // No namespace was made on this host yet.
        }
    }

    /** The second number of a 10.x.0.0/16 to which this host has no route. */
    private static int freeNetwork() {
        while (true) {
            int candidate = LOT.nextInt(100, 200);
            if (Command.run(PATIENCE, List.of("ip", "-4", "route", "show", "root", "10." + candidate + ".0.0/16"))
                    .out()
                    .isBlank()) {
                return candidate;
            }
        }
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
        return "10." + network + "." + (10 * index + subnet) + "." + last;
    }

    @Override
    public void close() {
        attempt("netns", "del", name);
        attempt("link", "del", link);
    }

    private static void ip(String... arguments) {
        Command.run(PATIENCE, command(arguments));
    }

    private static void attempt(String... arguments) {
        Command.attempt(PATIENCE, command(arguments), new byte[0]);
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(arguments));
        return command;
    }
}
