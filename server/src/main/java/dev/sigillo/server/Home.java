package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.pki.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The folder that holds all of one Sigillo, and what is chosen once and kept in its {@code home.json}.
 *
 * @param folder SIGILLO_HOME; root alone may look into it
 * @param tag four hex digits that tell the homes of one host apart
 * @param port the API's port on 127.0.0.1
 * @param networkBase clusters of this home have the subnets 10.224.(base + index).0/24
 */
record Home(Path folder, String tag, int port, int networkBase, String tenant, String subscription) {
    private static final int FIRST_PORT = 18443;
    private static final int FREE_SEARCH = 200;

    /** Opens the home, and fills it at the first call. The caller has its {@link HomeLock}. */
    static Home open(Path folder, Optional<Integer> portOverride) {
        return open(folder, portOverride, SubnetBlocks.ofThisHost());
    }

    /** @param portOverride SIGILLO_PORT; kept from then on */
    static Home open(Path folder, Optional<Integer> portOverride, SubnetBlocks blocks) {
        try {
            Path file = folder.resolve("home.json");
            ObjectNode json = Files.exists(file) ? Json.object(Files.readString(file)) : choose(portOverride);
            portOverride.ifPresent(port -> json.put("port", port));
            if (json.has("networkBase")) {
                blocks.keep(folder, json.path("networkBase").asInt());
                WholeFile.writeSecret(file, Json.text(json));
            } else {
                blocks.claim(folder, base -> WholeFile.writeSecret(file, Json.text(json.put("networkBase", base))));
            }
            return new Home(
                    folder,
                    json.path("tag").asString(),
                    json.path("port").asInt(),
                    json.path("networkBase").asInt(),
                    json.path("tenant").asString(),
                    json.path("subscription").asString());
        } catch (IOException e) {
            throw new UncheckedIOException("SIGILLO_HOME " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static ObjectNode choose(Optional<Integer> port) throws IOException {
        byte[] tag = new byte[2];
        new SecureRandom().nextBytes(tag);
        return Json.newObject()
                .put("tag", HexFormat.of().formatHex(tag))
                .put("port", port.isPresent() ? port.get() : freePort())
                .put("tenant", UUID.randomUUID().toString())
                .put("subscription", UUID.randomUUID().toString());
    }

    private static int freePort() throws IOException {
        for (int port = FIRST_PORT; port < FIRST_PORT + FREE_SEARCH; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // The next one, then.
            }
        }
        throw new IOException("no port from " + FIRST_PORT + " on is free; set SIGILLO_PORT");
    }

    Path run() {
        return Path.of("/run/sigillo-" + tag);
    }

    Path clusters() {
        return folder.resolve("clusters");
    }

    Path keys() {
        return folder.resolve("keys");
    }

    Path archives() {
        return folder.resolve("archives");
    }

    Path remains() {
        return folder.resolve("remains");
    }

    Path database() {
        return folder.resolve("sigillo.db");
    }
}
