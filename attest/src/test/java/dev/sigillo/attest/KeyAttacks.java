package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import java.util.stream.Stream;

/** Keys that are no attestation keys: rules 2 to 4 and 7. */
final class KeyAttacks {

    private static final int RESTRICTED = 0x10000;
    private static final int DECRYPT = 0x20000;

    private KeyAttacks() {}

    static Stream<Attack> keys() {
        return Stream.of(
                clear("Rule 3: an AK without restricted signs anything", "restricted is clear", RESTRICTED),
                clear("Rule 3: an AK without fixedTPM may live elsewhere", "fixedTPM is clear", 0x2),
                clear("Rule 3: an AK without fixedParent", "fixedParent is clear", 0x10),
                clear("Rule 3: an AK made outside the TPM", "sensitiveDataOrigin is clear", 0x20),
                clear("Rule 3: a key that does not sign", "sign is clear", 0x40000),
                attack(
                        "Rule 3: a key that decrypts as well",
                        Check.AK_ATTRIBUTES,
                        "AK",
                        "decrypt clear",
                        "decrypt is set",
                        f -> f.attributes |= DECRYPT),
                attack(
                        "Rule 3: everything wrong at once is told at once",
                        Check.AK_ATTRIBUTES,
                        "AK",
                        "restricted, sign",
                        "restricted is clear, fixedTPM is clear",
                        f -> f.attributes &= ~(RESTRICTED | 0x2)),
                parameter("Rule 4: an AK whose Name is SHA-1", "nameAlg SHA1", f -> f.nameAlgorithm = 0x0004),
                parameter("Rule 4: an AK that signs with SHA-1", "RSASSA with SHA1", f -> f.schemeHash = 0x0004),
                parameter("Rule 4: an AK fixed to no scheme", "no fixed signing scheme", f -> f.scheme = 0x0010),
                signature(
                        "Rule 7: a quote by another machine's AK",
                        "RSASSA with SHA256 by the AK",
                        "a signature that this AK did not make",
                        f -> f.signedByOther = true),
                signature(
                        "Rule 7: a signature of another scheme than the AK's",
                        "RSAPSS with SHA256 by the AK",
                        "a signature of RSASSA with SHA256",
                        f -> f.scheme = 0x0016));
    }

    private static Attack clear(String name, String was, int attribute) {
        return attack(
                name,
                Check.AK_ATTRIBUTES,
                "AK",
                "restricted, sign, fixedTPM, fixedParent, sensitiveDataOrigin set",
                was,
                f -> f.attributes &= ~attribute);
    }

    private static Attack parameter(String name, String was, java.util.function.Consumer<Forger> change) {
        return attack(name, Check.AK_PARAMETERS, "AK", "RSASSA, RSAPSS or ECDSA with SHA-256 or stronger", was, change);
    }

    private static Attack signature(
            String name, String expected, String was, java.util.function.Consumer<Forger> change) {
        return attack(name, Check.QUOTE_SIGNATURE, "quote", expected, was, change);
    }
}
