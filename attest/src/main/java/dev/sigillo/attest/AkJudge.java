package dev.sigillo.attest;

import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.KeyParameters;
import dev.sigillo.tpm.SignatureScheme;
import dev.sigillo.tpm.TpmPublic;
import java.util.ArrayList;
import java.util.List;

/** Rules 2, 3 and 4: whether a key may be an AK at all. */
public final class AkJudge {

    private static final int RSA_MIN = 2048;
    private static final long EXPONENT = 65537;

    private AkJudge() {}

    /** One finding for {@link Check#AK_ATTRIBUTES}, one for {@link Check#AK_PARAMETERS}. */
    public static List<Finding> judge(TpmPublic ak) {
        return judge(AttestationKey.of(ak), false);
    }

    /**
     * One finding for {@link Check#AK_ATTRIBUTES}, one for {@link Check#AK_PARAMETERS}. What a bare public key cannot show
     * is undecided.
     *
     * @param sha1Allowed whether a signing scheme with SHA-1 may stand
     */
    public static List<Finding> judge(AttestationKey ak, boolean sha1Allowed) {
        return List.of(
                ak.area()
                        .map(AkJudge::attributes)
                        .orElseGet(() -> Finding.undecided(
                                Check.AK_ATTRIBUTES,
                                "the AK's TPMT_PUBLIC: whether a key is restricted and fixed to its TPM cannot be known from"
                                        + " a bare public key")),
                parameters(ak, sha1Allowed));
    }

    private static Finding attributes(TpmPublic ak) {
        List<String> wrong = new ArrayList<>();
        require(ak.isRestricted(), "restricted", wrong);
        require(ak.isSign(), "sign", wrong);
        require(ak.isFixedTpm(), "fixedTPM", wrong);
        require(ak.isFixedParent(), "fixedParent", wrong);
        require(ak.isSensitiveDataOrigin(), "sensitiveDataOrigin", wrong);
        if (ak.isDecrypt()) {
            wrong.add("decrypt is set");
        }
        return wrong.isEmpty()
                ? Finding.held(Check.AK_ATTRIBUTES)
                : Finding.broken(
                        Check.AK_ATTRIBUTES,
                        "restricted, sign, fixedTPM, fixedParent, sensitiveDataOrigin set; decrypt clear",
                        String.join(", ", wrong),
                        "TPMT_PUBLIC.objectAttributes 0x" + Integer.toHexString(ak.attributes()));
    }

    private static void require(boolean set, String name, List<String> wrong) {
        if (!set) {
            wrong.add(name + " is clear");
        }
    }

    private static Finding parameters(AttestationKey ak, boolean sha1Allowed) {
        List<String> wrong = new ArrayList<>();
        ak.area()
                .map(TpmPublic::nameAlgorithm)
                .filter(hash -> !hash.isStrong())
                .ifPresent(hash -> wrong.add("nameAlg " + hash));
        if (ak.schemes().isEmpty()) {
            wrong.add("no fixed signing scheme");
        }
        for (SignatureScheme scheme : ak.schemes()) {
            boolean weak = scheme.hash() == HashAlgorithm.SHA1 && !sha1Allowed;
            if (weak || scheme.hash() == HashAlgorithm.SM3_256) {
                wrong.add("scheme " + scheme);
            }
        }
        weakness(ak.parameters(), wrong);
        return wrong.isEmpty()
                ? Finding.held(Check.AK_PARAMETERS)
                : Finding.broken(
                        Check.AK_PARAMETERS,
                        "RSA of 2048 bits or more with exponent 65537, or P-256 or P-384; RSASSA, RSAPSS or ECDSA with"
                                + (sha1Allowed ? " SHA-1 or stronger" : " SHA-256 or stronger"),
                        String.join(", ", wrong),
                        "TPMT_PUBLIC.parameters");
    }

    /** Rule 2; a curve other than P-256 and P-384, or a point off it, does not parse in the first place. */
    static void weakness(KeyParameters key, List<String> wrong) {
        if (key instanceof KeyParameters.Rsa rsa) {
            if (rsa.modulus().bitLength() < RSA_MIN) {
                wrong.add("RSA of " + rsa.modulus().bitLength() + " bits");
            }
            if (rsa.exponent() != EXPONENT) {
                wrong.add("exponent " + rsa.exponent());
            }
        }
    }
}
