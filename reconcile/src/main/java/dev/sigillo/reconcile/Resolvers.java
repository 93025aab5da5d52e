package dev.sigillo.reconcile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The name servers that nodes and the cluster's DNS may ask: the host's, but for those that only the host itself reaches. */
final class Resolvers {

    private Resolvers() {}

    static List<String> ofHost() {
        try {
            return Files.readAllLines(Path.of("/etc/resolv.conf")).stream()
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(words -> words.length > 1 && words[0].equals("nameserver"))
                    .map(words -> words[1])
                    .filter(address -> address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") && !address.startsWith("127."))
                    .distinct()
                    .limit(3)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
