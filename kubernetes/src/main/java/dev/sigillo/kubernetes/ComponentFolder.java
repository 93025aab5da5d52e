package dev.sigillo.kubernetes;

import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.pki.WholeFile;
import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder of one component: what it reads belongs to root and is readable by its user's group (0640), what it writes
 * lies in subfolders of its own (0700). Users and groups are numbers: see {@link ComponentUser}.
 */
final class ComponentFolder {

    private static final int ROOT = 0;
    private static final String NEW = ".new";

    private final Path path;
    private final int user;

    /** @param user the component's user id; its group has the same number */
    ComponentFolder(Path path, int user) {
        this.path = path;
        this.user = user;
        makeFolder(path, ROOT, "rwxr-x---");
    }

    Path path() {
        return path;
    }

    int user() {
        return user;
    }

    /** A folder that the component may write into. What another user wrote there, of an older Sigillo, becomes its own. */
    void data(String name) {
        Path folder = path.resolve(name);
        try {
            boolean foreign = Files.exists(folder)
                    && !Files.getAttribute(folder, "unix:uid").equals(user);
            if (foreign) {
                try (Stream<Path> all = Files.walk(folder)) {
                    for (Path file : all.toList()) {
                        Folders.give(file, user, user); // a link there may point anywhere
                    }
                }
            }
        } catch (IOException unwritable) {
            throw new KubernetesException("cannot give " + folder + " to its component", unwritable);
        }
        makeFolder(folder, user, "rwx------");
    }

    /** Writes the text unless the file has it already. */
    void file(String name, String text) {
        Path file = path.resolve(name);
        try {
            if (!Files.exists(file)
                    || !Files.readString(file).equals(text)
                    || !Files.getAttribute(file, "unix:gid").equals(user)) {
                Path made = path.resolve(name + NEW);
                WholeFile.writeSecret(made, text);
                own(made, ROOT, "rw-r-----");
                Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException unwritable) {
            throw new KubernetesException("cannot write " + file, unwritable);
        }
    }

    /** Writes {@code name.crt} and {@code name.key}. */
    void identity(String name, TlsIdentity identity) {
        file(name + ".key", identity.keyPem());
        file(name + ".crt", identity.chainPem());
    }

    /**
     * What a running process was started with: SHA-256 over the command and every file that it reads.
     *
     * @param followed files whose changes the process follows by itself, with the texts to count in their place
     */
    String fingerprint(List<String> command, Map<String, String> followed) {
        try (Stream<Path> entries = Files.list(path)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(String.join("\0", command).getBytes(StandardCharsets.UTF_8));
            for (Path entry : entries.filter(Files::isRegularFile).sorted().toList()) {
                String name = entry.getFileName().toString();
                if (name.endsWith(NEW) && followed.containsKey(name.substring(0, name.length() - NEW.length()))) {
                    continue; // it is being replaced at this moment
                }
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                String text = followed.get(name);
                digest.update(text == null ? Files.readAllBytes(entry) : text.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException unreadable) {
            throw new KubernetesException("cannot read " + path, unreadable);
        }
    }

    private void makeFolder(Path folder, int owner, String mode) {
        try {
            Files.createDirectories(folder);
            own(folder, owner, mode);
        } catch (IOException unwritable) {
            throw new KubernetesException("cannot make the folder " + folder, unwritable);
        }
    }

    private void own(Path file, int owner, String mode) throws IOException {
        Files.setAttribute(file, "unix:uid", owner);
        Files.setAttribute(file, "unix:gid", user);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
