package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.process.ChildId;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What the host can say about a machine's boot chain: attestation.md rule 37. */
final class Witness {
    private static final long MAX_VARSTORE = 16 << 20;

    private Witness() {}

    static HostEvidence of(EngineHome home, MachineRecord record, Optional<ChildId> running) {
        MachineId id = record.machineId();
        List<String> line = running.map(Qemu::commandLine)
                .orElseGet(() ->
                        QemuCommand.of(id, record.shape(), record.vtpm(), "tcg").arguments(new JailPaths(home.run())));
        return new HostEvidence(
                record.firmwareSha256(),
                Qemu.securePflash(line),
                secureBootVariable(new Disks(home, id).varstore()),
                record.starts(),
                record.vtpm() ? record.resets() + 1 : 0);
    }

    /** Read from the file as it is now, while QEMU may be writing it: a torn read is an unknown state, not an error. */
    static Optional<Boolean> secureBootVariable(Path varstore) {
        try {
            if (Files.size(varstore) > MAX_VARSTORE) {
                return Optional.empty();
            }
            return Optional.of(
                    VarStore.parse(Bytes.of(Files.readAllBytes(varstore))).secureBoot());
        } catch (IOException | MalformedException unknown) {
            return Optional.empty();
        }
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
