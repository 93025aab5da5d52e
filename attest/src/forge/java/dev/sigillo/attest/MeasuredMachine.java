package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.tpm.Tpm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A machine without the machine: a real TPM in software, into which an honest boot was extended, and the logs of it. */
public final class MeasuredMachine implements AutoCloseable {
    private final Forger boot;
    private final Swtpm swtpm;

    private MeasuredMachine(Forger boot, Swtpm swtpm) {
        this.boot = boot;
        this.swtpm = swtpm;
    }

    /**
     * @param folder the TPM's own
     * @param drive SHA-256 of the config drive that the agent measures
     */
    public static MeasuredMachine boot(Path folder, boolean secureBoot, Digest drive)
            throws IOException, InterruptedException {
        Forger boot = new Forger(secureBoot);
        Swtpm swtpm = Swtpm.start(folder);
        for (Logged event : boot.events) {
            swtpm.tpm().pcrExtend(event.pcr(), event.digest());
        }
        for (Map.Entry<Integer, Digest> line : boot.ima.extensions(boot.registers())) {
            swtpm.tpm().pcrExtend(line.getKey(), line.getValue());
        }
        swtpm.tpm().pcrExtend(15, drive);
        return new MeasuredMachine(boot, swtpm);
    }

    public Tpm tpm() {
        return swtpm.tpm();
    }

    public Bytes eventLog() {
        return boot.log();
    }

    public Bytes imaList() {
        return boot.ima.toBytes(boot.registers());
    }

    /** What the boot must have measured, as the store keeps it: without what is the machine's own. */
    public static ReferenceManifest manifest(boolean secureBoot) {
        return Forger.image(secureBoot);
    }

    @Override
    public void close() throws IOException {
        swtpm.close();
    }
}
