package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Rules 1 and 2: whether an EK is that of one machine's vTPM. */
public final class EkJudge {

    /**
     * @param chain DER certificates, the EK's first, then intermediates
     * @param anchors the fleet CAs
     */
    public static List<Finding> judge(
            List<Bytes> chain, List<X509Certificate> anchors, String machine, TpmPublic ek, Instant at) {
        return List.of(Finding.undecided(Check.EK_CERTIFICATE, machine + chain.size() + anchors.size() + ek + at));
    }

    private EkJudge() {}
}
