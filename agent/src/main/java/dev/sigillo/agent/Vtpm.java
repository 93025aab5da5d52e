package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.NvPublic;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.QuotedPcrs;
import dev.sigillo.tpm.Tpm;
import dev.sigillo.tpm.TpmKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The machine's vTPM as enrolment uses it: the endorsement key with its certificate, and one attestation key in the
 * endorsement hierarchy. The attestation key is derived from the hierarchy's seed, so it is the same after each reboot.
 */
final class Vtpm implements AutoCloseable {

    private final Tpm tpm;
    private final TpmKey ek;
    private final TpmKey ak;
    private final Bytes ekCertificate;

    private Vtpm(Tpm tpm, TpmKey ek, TpmKey ak, Bytes ekCertificate) {
        this.tpm = tpm;
        this.ek = ek;
        this.ak = ak;
        this.ekCertificate = ekCertificate;
    }

    /** Takes over the TPM, which firmware has started. */
    static Vtpm open(Tpm tpm) throws IOException {
        Bytes certificate = tpm.nvRead(NvPublic.EK_CERTIFICATE_RSA2048);
        Optional<TpmKey> kept =
                tpm.findKey(Tpm.EK_HANDLE); // made at the vTPM's manufacture, which saves making it anew
        TpmKey ek = kept.isPresent() ? kept.get() : tpm.createEk();
        return new Vtpm(tpm, ek, tpm.createAk(), certificate);
    }

    /** X.509, DER. */
    Bytes ekCertificate() {
        return ekCertificate;
    }

    /** TPMT_PUBLIC. */
    Bytes ekPublic() {
        return ek.publicArea().encoded();
    }

    /** TPMT_PUBLIC. */
    Bytes akPublic() {
        return ak.publicArea().encoded();
    }

    /** Credential activation: gives back the secret that only the TPM with both keys can read. */
    Bytes activate(CredentialBlob blob) throws IOException {
        return tpm.activateCredential(ak.handle(), ek.handle(), blob);
    }

    /** A quote over SHA-256 registers, with their values. */
    QuotedPcrs quote(Bytes qualifyingData, List<Integer> pcrs) throws IOException {
        return tpm.quoteWithValues(ak.handle(), qualifyingData, PcrSelection.of(HashAlgorithm.SHA256, pcrs));
    }

    @Override
    public void close() throws IOException {
        tpm.close();
    }
}
