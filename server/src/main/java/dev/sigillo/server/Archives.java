package dev.sigillo.server;

import dev.sigillo.enrolment.JoinSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** OCI archives ({@code *.tar}) that the user put into the home's {@code archives} folder: every node imports them. */
final class Archives {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}\\.tar";

    private record Seen(FileTime modified, long size, String sha256) {}

    private final Path folder;
    private final Map<String, Seen> hashes = new ConcurrentHashMap<>();

    Archives(Path folder) {
        this.folder = folder;
    }

    /** All of them with their hashes, by name. */
    List<JoinSettings.Archive> list() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<JoinSettings.Archive> archives = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.matches(NAME)) {
                    archives.add(new JoinSettings.Archive(name, hash(file, name)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading the archives in " + folder, e);
        }
        return archives;
    }

    Optional<Path> find(String name) {
        Path file = folder.resolve(name);
        return name.matches(NAME) && Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    private String hash(Path file, String name) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        long size = Files.size(file);
        Seen seen = hashes.get(name);
        if (seen != null && seen.modified().equals(modified) && seen.size() == size) {
            return seen.sha256();
        }
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            hashes.put(name, new Seen(modified, size, sha256));
            return sha256;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
