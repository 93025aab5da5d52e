package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.ClockInfo;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Quotes of another time, another state of the vTPM, or for another key: rules 9, 13, 14 and 26. */
final class FreshnessAttacks {

    private FreshnessAttacks() {}

    static Stream<Attack> freshness() {
        return Stream.of(
                nonce(
                        "Rule 9: a nonce of an hour ago",
                        // SHA-256 of 32 bytes of 01 and the kubelet's key
                        bound(Forger.filled(1, 32), "SubjectPublicKeyInfo of the kubelet"),
                        f -> f.nonce = Forger.filled(1, 32)),
                nonce(
                        "Rule 9: another kubelet key",
                        bound(Forger.filled(0x5A, 32), "mine"),
                        f -> f.boundKey = Bytes.utf8("mine")),
                nonce("Rule 9: empty extraData", "nothing", f -> f.extraData = Optional.of(Bytes.empty())),
                nonce(
                        "Rule 9: the nonce itself, not bound to a key",
                        "5a5a5a5a",
                        f -> f.extraData = Optional.of(f.askedNonce)),
                attack(
                        "Rule 13: a clock that is not safe",
                        Check.QUOTE_CLOCK,
                        "vTPM clock",
                        "safe = 1",
                        "safe = 0",
                        f -> f.clock = new ClockInfo(100_000, 3, 0, false)),
                clock("Rule 13: vTPM state of an earlier boot", new ClockInfo(500_000, 2, 0, true)),
                clock("Rule 13: a clock that went back", new ClockInfo(99_999, 3, 0, true)),
                attack(
                        "Rule 13: a boot hidden from resetCount by TPM2_Shutdown(TPM_SU_STATE)",
                        Check.QUOTE_CLOCK,
                        "vTPM clock",
                        "restartCount = 0",
                        "restartCount = 1: the TPM kept its state over a boot",
                        f -> f.clock = new ClockInfo(900_000, 3, 1, true)),
                clock("Rule 13: a reset count that wrapped", new ClockInfo(900_000, 0, 0, true)),
                identity(
                        "Rule 14: another vTPM firmware",
                        "firmwareVersion 0x2019102300163637, 0x2019102300163636 before",
                        f -> {
                            remember(f);
                            f.firmwareVersion++;
                        }),
                identity(
                        "Rule 14: another qualified signer",
                        "qualifiedSigner 03030303",
                        f -> f.qualifiedSigner = Optional.of(Forger.filled(3, 34))),
                identity(
                        "Rule 13: an AK of another hierarchy than the endorsement hierarchy",
                        "qualifiedSigner 000b",
                        f -> f.qualifiedSigner = Optional.of(Bytes.concat(
                                Bytes.fromHex("000b"),
                                dev.sigillo.bytes.HashAlgorithm.SHA256.hash(
                                        Bytes.fromHex("40000001"), f.ak().name())))),
                attack(
                        "Rule 26: another log in the same boot",
                        Check.LOG_SAME,
                        "event log",
                        "the log sent before in the same boot",
                        "another log",
                        f -> {
                            remember(f);
                            f.events.replaceAll(e -> e.pcr() == 9 ? e.withPayload(Bytes.utf8("/other\0")) : e);
                        }));
    }

    private static Attack nonce(String name, String was, Consumer<Forger> change) {
        return attack(
                name,
                Check.QUOTE_NONCE,
                "quote nonce and kubelet key",
                bound(Forger.filled(0x5A, 32), "SubjectPublicKeyInfo of the kubelet"),
                was,
                change);
    }

    private static String bound(Bytes nonce, String key) {
        return dev.sigillo.bytes.HashAlgorithm.SHA256
                .hash(Bytes.concat(nonce, Bytes.utf8(key)))
                .hex();
    }

    private static Attack clock(String name, ClockInfo now) {
        return attack(
                name,
                Check.QUOTE_CLOCK,
                "vTPM clock",
                "counters that never fall, last ClockInfo[clock=100000, resetCount=3, restartCount=0",
                "ClockInfo[clock=" + now.clock() + ", resetCount=" + now.resetCount(),
                f -> {
                    remember(f);
                    f.clock = now;
                });
    }

    private static Attack identity(String name, String was, Consumer<Forger> change) {
        return attack(name, Check.QUOTE_IDENTITY, "vTPM", "the TPM as enrolled", was, change);
    }

    private static void remember(Forger forger) {
        try {
            forger.last = Optional.of(Remembered.of(forger.evidence()));
        } catch (MalformedException malformed) {
            throw new IllegalStateException(malformed);
        }
    }
}
