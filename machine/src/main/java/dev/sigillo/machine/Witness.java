package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
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
    private final EngineHome home;
    private final VarstoreWatch varstores;

    Witness(EngineHome home, VarstoreWatch varstores) {
        this.home = home;
        this.varstores = varstores;
    }

    HostEvidence of(MachineRecord record, Optional<ChildId> qemu) {
        MachineId id = record.machineId();
        List<String> line = qemu.map(Qemu::commandLine)
                .orElseGet(() -> QemuCommand.of(id, record.given().shape(), record.vtpm(), "tcg", record.gpus())
                        .arguments(new JailPaths(home.run())));
        return new HostEvidence(
                record.progress().firmwareSha256(),
                Qemu.securePflash(line),
                varstores.facts(Disks.varstore(home, id), home.varstoreTemplate(id), record.varstoreSha256()),
                record.progress().starts(),
                record.vtpm() ? record.progress().resets() + 1 : 0);
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
