package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.Tpm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * PCR 15 of the SHA-256 bank holds the config drive: extended once a boot with SHA-256 of the drive's text, before any of
 * the text is used. The server knows the text it wrote, so whoever exchanges the drive, and with it the server that this
 * machine believes, shows in every quote.
 */
final class DriveMeasurement {

    static final int PCR = 15;

    private static final Digest INITIAL = Digest.zero(HashAlgorithm.SHA256);

    private DriveMeasurement() {}

    /**
     * Extends the register if it still holds its initial value; a restarted agent finds it extended.
     *
     * @throws IOException also if the register then holds something else than this text: the drive is another one than
     *     at the boot, or somebody else extended the register
     */
    static void measure(Tpm tpm, Bytes text) throws IOException {
        Digest digest = Digest.of(HashAlgorithm.SHA256, text);
        Digest expected = INITIAL.extend(digest);
        Digest now = read(tpm);
        if (now.equals(INITIAL)) {
            tpm.pcrExtend(PCR, digest);
            now = read(tpm);
        }
        if (!now.equals(expected)) {
            throw new IOException("PCR " + PCR + " holds " + now.hex() + ", this config drive makes it "
                    + expected.hex() + ": the drive is not the one that this boot began with; it is not used");
        }
    }

    private static Digest read(Tpm tpm) throws IOException {
        return Optional.ofNullable(
                        tpm.pcrRead(HashAlgorithm.SHA256, List.of(PCR)).get(PCR))
                .orElseThrow(() -> new IOException("the TPM has no PCR " + PCR));
    }
}
