package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.QuotedPcrs;
import dev.sigillo.tpm.Tpm;
import dev.sigillo.tpm.TpmKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A machine without the machine: a real TPM in software, into which a boot was extended, and the logs of it. */
public final class MeasuredMachine implements AutoCloseable {

    private static final List<Integer> ASKED = IntStream.range(0, 16).boxed().toList();

    private final Forger boot;
    private final Swtpm swtpm;

    private MeasuredMachine(Forger boot, Swtpm swtpm) {
        this.boot = boot;
        this.swtpm = swtpm;
    }

    /**
     * An honest boot.
     *
     * @param folder the TPM's own
     * @param drive SHA-256 of the config drive that the agent measures
     */
    public static MeasuredMachine boot(Path folder, boolean secureBoot, Digest drive)
            throws IOException, InterruptedException {
        Forger boot = new Forger(secureBoot);
        boot.agent.set(0, drive);
        return boot(folder, boot);
    }

    /** Extends what this boot measures; what is changed in it later changes its logs and no register. */
    public static MeasuredMachine boot(Path folder, Forger boot) throws IOException, InterruptedException {
        Swtpm swtpm = Swtpm.start(folder);
        for (Logged event : boot.events) {
            swtpm.tpm().pcrExtend(event.pcr(), event.digest());
        }
        for (Map.Entry<Integer, Digest> line : boot.ima.extensions(boot.registers())) {
            swtpm.tpm().pcrExtend(line.getKey(), line.getValue());
        }
        for (Digest digest : boot.agent) {
            swtpm.tpm().pcrExtend(15, digest);
        }
        return new MeasuredMachine(boot, swtpm);
    }

    public Tpm tpm() {
        return swtpm.tpm();
    }

    /** What the TPM quotes over PCR 0-15 of the SHA-256 bank, with the logs of the boot. */
    public Evidence evidence(TpmKey key, Bytes nonce, Bytes boundKey) throws IOException {
        Bytes extraData = Digest.of(HashAlgorithm.SHA256, nonce, boundKey).value();
        QuotedPcrs quote =
                tpm().quoteWithValues(key.handle(), extraData, PcrSelection.of(HashAlgorithm.SHA256, ASKED));
        return new Evidence(
                quote.quoted().attest(),
                quote.quoted().signature(),
                new TreeMap<>(quote.pcrs()),
                eventLog(),
                imaList());
    }

    /** The kernel measures a file that it was asked to load, whether it takes it or not. */
    public void load(String path, Bytes digest) throws IOException {
        boot.ima.lines.add(ImaForge.line(path, digest));
        Map.Entry<Integer, Digest> last = boot.ima.extensions(boot.registers()).getLast();
        tpm().pcrExtend(last.getKey(), last.getValue());
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
