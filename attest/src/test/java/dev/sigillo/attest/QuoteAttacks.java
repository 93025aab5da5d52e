package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.ClockInfo;
import java.util.Optional;
import java.util.stream.Stream;

/** Forged keys, quotes, clocks and values: rules 2 to 15. */
final class QuoteAttacks {

    private QuoteAttacks() {}

    static Stream<Attack> keys() {
        return Stream.of(
                attack(
                        "Rule 3: an AK without restricted signs anything",
                        Check.AK_ATTRIBUTES,
                        "AK",
                        f -> f.attributes &= ~0x10000),
                attack(
                        "Rule 3: an AK without fixedTPM may live elsewhere",
                        Check.AK_ATTRIBUTES,
                        "AK",
                        f -> f.attributes &= ~0x2),
                attack("Rule 3: an AK without fixedParent", Check.AK_ATTRIBUTES, "AK", f -> f.attributes &= ~0x10),
                attack("Rule 3: an AK made outside the TPM", Check.AK_ATTRIBUTES, "AK", f -> f.attributes &= ~0x20),
                attack("Rule 4: an AK whose Name is SHA-1", Check.AK_PARAMETERS, "AK", f -> f.nameAlgorithm = 0x0004),
                attack("Rule 4: an AK that signs with SHA-1", Check.AK_PARAMETERS, "AK", f -> f.schemeHash = 0x0004),
                attack(
                        "Rule 7: a quote by another machine's AK",
                        Check.QUOTE_SIGNATURE,
                        "quote",
                        f -> f.signedByOther = true));
    }

    static Stream<Attack> quotes() {
        return Stream.of(
                attack(
                        "Rule 8: a signed structure of TPM2_NV_Certify",
                        Check.QUOTE_STRUCTURE,
                        "quote",
                        f -> f.type = 0x8014),
                attack(
                        "Rule 8: a signed structure of TPM2_Certify",
                        Check.QUOTE_STRUCTURE,
                        "quote",
                        f -> f.type = 0x8017),
                attack(
                        "Rule 8: a magic that the TPM does not write",
                        Check.QUOTE_STRUCTURE,
                        "quote",
                        f -> f.magic = 0xFF544348L),
                attack(
                        "Rule 8: bytes after the quote",
                        Check.QUOTE_STRUCTURE,
                        "quote",
                        f -> f.trailing = Bytes.zeros(1)),
                attack(
                        "Rule 10: PCR 16 quoted where PCR 7 was asked",
                        Check.QUOTE_SELECTION,
                        "selection",
                        f -> f.select = Bytes.fromHex("7fff01")),
                attack(
                        "Rule 10: one register fewer",
                        Check.QUOTE_SELECTION,
                        "selection",
                        f -> f.select = Bytes.fromHex("ff7f00")),
                attack(
                        "Rule 10: PCR 23 beside what was asked",
                        Check.QUOTE_SELECTION,
                        "selection",
                        f -> f.select = Bytes.fromHex("ffff80")),
                attack(
                        "Rule 10: sizeofSelect 2",
                        Check.QUOTE_SELECTION,
                        "selection",
                        f -> f.select = Bytes.fromHex("ffff")),
                attack("Rule 10: nothing selected", Check.QUOTE_SELECTION, "selection", f -> f.select = Bytes.zeros(3)),
                attack("Rule 15: the SHA-1 bank", Check.QUOTE_SELECTION, "selection", f -> f.bank = 0x0004),
                attack("Rule 15: the SHA-384 bank", Check.QUOTE_SELECTION, "selection", f -> f.bank = 0x000C),
                attack(
                        "Rule 10: a second selection",
                        Check.QUOTE_SELECTION,
                        "selection",
                        f -> f.moreSelections = Bytes.fromHex("000403ffff00")),
                attack(
                        "Rule 10: the bank twice",
                        Check.QUOTE_SELECTION,
                        "selection",
                        f -> f.moreSelections = Bytes.fromHex("000b03ffff00")));
    }

    static Stream<Attack> freshness() {
        return Stream.of(
                attack(
                        "Rule 9: a nonce of an hour ago",
                        Check.QUOTE_NONCE,
                        "nonce",
                        f -> f.nonce = Forger.filled(1, 32)),
                attack("Rule 9: another kubelet key", Check.QUOTE_NONCE, "key", f -> f.boundKey = Bytes.utf8("mine")),
                attack(
                        "Rule 9: empty extraData",
                        Check.QUOTE_NONCE,
                        "nonce",
                        f -> f.extraData = Optional.of(Bytes.empty())),
                attack(
                        "Rule 9: the nonce itself, not bound to a key",
                        Check.QUOTE_NONCE,
                        "key",
                        f -> f.extraData = Optional.of(f.askedNonce)),
                attack(
                        "Rule 13: a clock that is not safe",
                        Check.QUOTE_CLOCK,
                        "clock",
                        f -> f.clock = new ClockInfo(100_000, 3, 0, false)),
                attack("Rule 13: vTPM state of an earlier boot", Check.QUOTE_CLOCK, "clock", f -> {
                    remember(f);
                    f.clock = new ClockInfo(500_000, 2, 0, true);
                }),
                attack("Rule 13: a clock that went back", Check.QUOTE_CLOCK, "clock", f -> {
                    remember(f);
                    f.clock = new ClockInfo(99_999, 3, 0, true);
                }),
                attack("Rule 13: fewer restarts within one reset", Check.QUOTE_CLOCK, "clock", f -> {
                    f.clock = new ClockInfo(100_000, 3, 2, true);
                    remember(f);
                    f.clock = new ClockInfo(200_000, 3, 1, true);
                }),
                attack("Rule 14: another vTPM firmware", Check.QUOTE_IDENTITY, "vTPM", f -> {
                    remember(f);
                    f.firmwareVersion++;
                }),
                attack(
                        "Rule 14: another qualified signer",
                        Check.QUOTE_IDENTITY,
                        "vTPM",
                        f -> f.qualifiedSigner = Optional.of(Forger.filled(3, 34))),
                attack("Rule 26: another log in the same boot", Check.LOG_SAME, "event log", f -> {
                    remember(f);
                    f.events.replaceAll(e -> e.pcr() == 9 ? e.withPayload(Bytes.utf8("/other\0")) : e);
                }));
    }

    static Stream<Attack> values() {
        return Stream.of(
                attack(
                        "Rule 11: a value that the quote does not cover",
                        Check.QUOTE_DIGEST,
                        "PCR values",
                        f -> f.sent.put(7, Attack.EVIL)),
                attack("Rule 11: a value withheld", Check.QUOTE_DIGEST, "PCR values", f -> f.withheld.add(3)),
                attack(
                        "Rule 20: the good log of another boot",
                        Check.LOG_REPLAY,
                        "PCR 8",
                        f -> f.really.put(8, Attack.EVIL)),
                attack(
                        "Rule 20: a firmware register that nobody explains",
                        Check.LOG_REPLAY,
                        "PCR 2",
                        f -> f.really.put(2, Attack.EVIL)),
                attack(
                        "Rule 34: PCR 12 extended behind the log",
                        Check.LOG_REPLAY,
                        "PCR 12",
                        f -> f.really.put(12, Attack.EVIL)),
                attack(
                        "Rule 39: PCR 10 extended behind the list",
                        Check.DRIVER_LIST,
                        "IMA",
                        f -> f.really.put(10, Attack.EVIL)));
    }

    private static void remember(Forger forger) {
        try {
            forger.last = Optional.of(Remembered.of(forger.evidence()));
        } catch (MalformedException malformed) {
            throw new IllegalStateException(malformed);
        }
    }
}
