package dev.sigillo.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code /run/sigillo}: all that the node holds by virtue of its verdict, in memory only, gone with the next boot. Files
 * are replaced whole, so that no reader sees half of one.
 */
final class RunFolder {

    private final Path folder;

    /** @param root {@code /}, or a folder in its place in tests */
    RunFolder(Path root) {
        folder = root.resolve("run/sigillo");
    }

    /** Readable by root alone. */
    void write(String name, String content) throws IOException {
        write(name, content.getBytes(StandardCharsets.UTF_8), "rw-------");
    }

    void write(String name, Json content) throws IOException {
        write(name, JsonWriter.bytes(content), "rw-------");
    }

    void write(String name, byte[] content) throws IOException {
        write(name, content, "rw-------");
    }

    /** For what every process of the node may read: the resolver's file. */
    void writePublic(String name, String content) throws IOException {
        write(name, content.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    }

    Optional<byte[]> read(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.isReadable(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    private void write(String name, byte[] content, String permissions) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content)) {
            return; // watchers of the file are spared
        }
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, content);
        if (!permissions.equals("rw-------")) {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
