package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Values that the quote does not cover, and registers that nobody explains: rules 11 and 20. */
final class ValueAttacks {

    private ValueAttacks() {}

    static Stream<Attack> values() {
        List<Attack> attacks = new ArrayList<>(List.of(
                attack(
                        "Rule 11: a value that the quote does not cover",
                        Check.QUOTE_DIGEST,
                        "PCR values",
                        "as the TPM signed it",
                        "over the values sent",
                        f -> f.sent.put(7, Attack.EVIL)),
                attack(
                        "Rule 11: a value withheld",
                        Check.QUOTE_DIGEST,
                        "PCR values",
                        "SHA-256 values of PCR 0-15",
                        "no value of PCR 3",
                        f -> f.withheld.add(3)),
                attack(
                        "Rule 11: a value of another bank",
                        Check.QUOTE_DIGEST,
                        "PCR values",
                        "SHA-256 values of PCR 0-15",
                        "PCR 2 of SHA384",
                        f -> f.sent.put(2, Digest.zero(HashAlgorithm.SHA384))),
                attack(
                        "Rule 39: PCR 10 extended behind the list",
                        Check.DRIVER_LIST,
                        "IMA list",
                        "leads to the quoted PCR 10, " + Attack.EVIL.hex(),
                        "no part of the list leads to it",
                        f -> f.really.put(10, Attack.EVIL))));
        for (int pcr : List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14)) {
            attacks.add(attack(
                    "Rule 20: PCR " + pcr + " holds what no log explains",
                    Check.LOG_REPLAY,
                    "event log, PCR " + pcr + " (" + Pcrs.meaning(pcr) + ")",
                    "a log that leads to the quoted value of PCR 0-9 and 14",
                    "quoted " + Attack.EVIL.hex(),
                    f -> f.really.put(pcr, Attack.EVIL)));
            attacks.add(attack(
                    "Rule 20: PCR " + pcr + " was never extended, the log says it was",
                    Check.LOG_REPLAY,
                    "event log, PCR " + pcr + " (" + Pcrs.meaning(pcr) + ")",
                    "a log that leads to the quoted value of PCR 0-9 and 14",
                    "PCR " + pcr + " leads to ",
                    f -> f.really.put(pcr, Digest.zero(HashAlgorithm.SHA256))));
        }
        for (int pcr : List.of(11, 12, 13)) {
            attacks.add(attack(
                    "Rule 34: PCR " + pcr + " extended behind the log",
                    Check.byId("pcr." + pcr).orElseThrow(),
                    "PCR " + pcr + " (unused)",
                    "PCR " + pcr + " = " + "00".repeat(32) + ", never extended",
                    "PCR " + pcr + " = " + Attack.EVIL.hex(),
                    f -> f.really.put(pcr, Attack.EVIL)));
        }
        return attacks.stream();
    }
}
