package dev.sigillo.server;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which home of this host has which 32 of the subnets 10.224.0.0/24 to 10.224.255.0/24: a file for each block, with the
 * home's folder in it.
 *
 * <p>Routes alone would not tell: two homes that were made before either had a cluster would take the same block.
 * A claim counts while the folder in it is a home that has that block.
 */
final class SubnetBlocks {
    private static final System.Logger LOG = System.getLogger(SubnetBlocks.class.getName());
    static final int SIZE = 32;
    private static final int BLOCKS = 256 / SIZE;
    static final Path OF_THIS_HOST = Path.of("/var/lib/sigillo-subnets");

    private final Path folder;
    private final Path routes;

    /** @param routes in the form of {@code /proc/net/route} */
    SubnetBlocks(Path folder, Path routes) {
        this.folder = folder;
        this.routes = routes;
    }

    static SubnetBlocks ofThisHost() {
        return new SubnetBlocks(OF_THIS_HOST, Path.of("/proc/net/route"));
    }

    /**
     * A block for the home: claimed by nobody else, and without a route yet.
     *
     * @param keep writes the block's first subnet into the home, before anybody else can look for one
     */
    void claim(Path home, Keep keep) throws IOException {
        alone(() -> {
            Set<Integer> routed = routed();
            for (int block = 0; block < BLOCKS; block++) {
                if (!routed.contains(block) && owner(block).isEmpty()) {
                    write(block, home);
                    keep.base(block * SIZE);
                    return;
                }
            }
            throw new IOException("all of 10.224.0.0/16 is taken: take other Sigillo homes down and remove them first ("
                    + folder + " names them)");
        });
    }

    /** Keeps the block that a home has already; one that another home has too is told, and cannot be mended here. */
    void keep(Path home, int base) throws IOException {
        alone(() -> {
            int block = base / SIZE;
            Optional<Path> other = owner(block).filter(owner -> !owner.equals(home));
            if (other.isPresent()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} and {1} have the same subnets, from 10.224.{2}.0/24 on: clusters of both cannot run at once. "
                                + "Delete all clusters of one, and its home.json''s networkBase while its server is down",
                        home,
                        other.get(),
                        base);
                return;
            }
            write(block, home);
        });
    }

    private void write(int block, Path home) throws IOException {
        Files.writeString(file(block), home + "\n");
    }

    private Path file(int block) {
        return folder.resolve("from-" + block * SIZE);
    }

    /** The home that has the block; nobody when what claimed it is gone or has another block by now. */
    private Optional<Path> owner(int block) throws IOException {
        Path file = file(block);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Path home = Path.of(Files.readString(file).strip());
        Path kept = home.resolve("home.json");
        boolean stands = Files.exists(kept)
                && Json.object(Files.readString(kept)).path("networkBase").asInt(-1) == block * SIZE;
        return stands ? Optional.of(home) : Optional.empty();
    }

    private Set<Integer> routed() throws IOException {
        Set<Integer> blocks = new HashSet<>();
        List<String> lines = Files.readAllLines(routes);
        for (String route : lines.subList(Math.min(1, lines.size()), lines.size())) {
            // Column 2 is the destination, little-endian hex: 10.224.3.0 reads 0003E00A.
            String destination = route.split("\\s+", -1)[1];
            if (destination.endsWith("E00A")) {
                blocks.add(Integer.parseInt(destination.substring(2, 4), 16) / SIZE);
            }
        }
        return blocks;
    }

    /** Takes a base, and has it on disk when it returns. */
    interface Keep {
        void base(int base) throws IOException;
    }

    private interface Work {
        void run() throws IOException;
    }

    private void alone(Work work) throws IOException {
        Files.createDirectories(folder);
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (!held.isValid()) {
                throw new IOException("the lock in " + folder + " does not hold");
            }
            work.run();
        }
    }
}
