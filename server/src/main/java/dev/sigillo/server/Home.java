package dev.sigillo.server;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private static final int SUBNETS_PER_HOME = 32;
    private static final int FREE_SEARCH = 200;

    /**
     * Opens the home and makes it at the first call.
     *
     * @param portOverride SIGILLO_PORT; kept from then on
     */
    static Home open(Path folder, Optional<Integer> portOverride) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            Path file = folder.resolve("home.json");
            ObjectNode json = Files.exists(file) ? Json.object(Files.readString(file)) : choose();
            portOverride.ifPresent(port -> json.put("port", port));
            writeSecret(file, Json.text(json));
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

    private static ObjectNode choose() throws IOException {
        byte[] tag = new byte[2];
        new SecureRandom().nextBytes(tag);
        return Json.newObject()
                .put("tag", HexFormat.of().formatHex(tag))
                .put("port", freePort())
                .put("networkBase", freeNetworkBase())
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

    /** The first block of subnets to which the host has no route yet: another home's clusters keep theirs. */
    private static int freeNetworkBase() throws IOException {
        Set<Integer> blocks = new HashSet<>();
        List<String> routes = Files.readAllLines(Path.of("/proc/net/route"));
        for (String route : routes.subList(1, routes.size())) {
            // Column 2 is the destination, little-endian hex: 10.224.3.0 reads 0003E00A.
            String destination = route.split("\\s+", -1)[1];
            if (destination.endsWith("E00A")) {
                blocks.add(Integer.parseInt(destination.substring(2, 4), 16) / SUBNETS_PER_HOME);
            }
        }
        for (int block = 0; block < 256 / SUBNETS_PER_HOME; block++) {
            if (!blocks.contains(block)) {
                return block * SUBNETS_PER_HOME;
            }
        }
        throw new IOException("all of 10.224.0.0/16 is routed already; take other Sigillo homes down first");
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

    /** Held as long as the process lives, so that two servers never work on one home. */
    FileLock lock() {
        try {
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IllegalStateException("another Sigillo server works on " + folder
                        + "; ./sigillo status shows it, ./sigillo down stops it");
            }
            return lock;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + folder, e);
        }
    }

    /** Replaces a file that root alone can read, all of it or nothing. */
    static void writeSecret(Path file, String text) throws IOException {
        Set<PosixFilePermission> rootOnly = PosixFilePermissions.fromString("rw-------");
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(rootOnly));
        Files.write(part, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.SYNC);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
