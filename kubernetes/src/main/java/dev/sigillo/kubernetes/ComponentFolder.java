package dev.sigillo.kubernetes;

import dev.sigillo.pki.PemFile;
import dev.sigillo.pki.TlsIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of one component: what it reads belongs to root and is readable by its user's group (0640), what it writes
 * lies in subfolders of its own (0700).
 */
final class ComponentFolder {

    private final Path path;

    ComponentFolder(Path path) {
        this.path = path;
        makeFolder(path, "rwxr-x---", "root");
    }

    Path path() {
        return path;
    }

    /** A folder that the component may write into. */
    void data(String name) {
        makeFolder(path.resolve(name), "rwx------", Sandbox.USER);
    }

    /** Writes the text unless the file has it already. */
    void file(String name, String text) {
        Path file = path.resolve(name);
        try {
            if (!Files.exists(file) || !Files.readString(file).equals(text)) {
                Path made = path.resolve(name + ".new");
                PemFile.writeSecret(made, text);
                own(made, "root", "rw-r-----");
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

    /** What a running process was started with: SHA-256 over the command and every file that it reads. */
    String fingerprint(List<String> command) {
        try (Stream<Path> entries = Files.list(path)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(String.join("\0", command).getBytes(StandardCharsets.UTF_8));
            for (Path entry : entries.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(entry.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(entry));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException unreadable) {
            throw new KubernetesException("cannot read " + path, unreadable);
        }
    }

    private static void makeFolder(Path folder, String mode, String owner) {
        try {
            Files.createDirectories(folder);
            own(folder, owner, mode);
        } catch (IOException unwritable) {
            throw new KubernetesException("cannot make the folder " + folder, unwritable);
        }
    }

    private static void own(Path file, String owner, String mode) throws IOException {
        UserPrincipalLookupService names = file.getFileSystem().getUserPrincipalLookupService();
        UserPrincipal user = names.lookupPrincipalByName(owner);
        GroupPrincipal group = names.lookupPrincipalByGroupName(Sandbox.USER);
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        view.setOwner(user);
        view.setGroup(group);
        view.setPermissions(PosixFilePermissions.fromString(mode));
    }
}
