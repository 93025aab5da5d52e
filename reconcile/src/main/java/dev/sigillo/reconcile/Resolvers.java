package dev.sigillo.reconcile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The name servers that nodes and the cluster's DNS may ask: the host's, but for those that only the host itself reaches.
 * Where the host has nothing but a stub of its own (systemd-resolved's 127.0.0.53), those that the stub asks.
 */
final class Resolvers {

    private static final int MOST = 3; // as many as a resolver reads

    private Resolvers() {}

    static List<String> ofHost() {
        return of(List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf")));
    }

    /** Of the first of these files that names any. */
    static List<String> of(List<Path> files) {
        return files.stream()
                .map(Resolvers::read)
                .filter(servers -> !servers.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(words -> words.length > 1 && words[0].equals("nameserver"))
                    .map(words -> words[1])
                    .filter(address -> address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") && !address.startsWith("127."))
                    .distinct()
                    .limit(MOST)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
