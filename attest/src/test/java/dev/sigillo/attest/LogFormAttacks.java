package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Logs that are none: bytes, banks, unmeasured events; rules 15 to 19 and 26. */
final class LogFormAttacks {

    /** PCR 5, EV_EFI_ACTION, one digest: SHA-256, zeros. */
    private static final String EVENT = "0500000007000080" + "01000000" + "0b00" + "00".repeat(32);

    private LogFormAttacks() {}

    static Stream<Attack> forms() {
        return Stream.concat(bytes(), unmeasured());
    }

    private static Stream<Attack> bytes() {
        return Stream.of(
                bank("Rule 17: a legacy log of SHA-1 alone", "banks [SHA1]", f -> f.log.legacy = true),
                bank(
                        "Rule 15: a crypto-agile log of SHA-1 alone",
                        "banks [SHA1]",
                        f -> f.log.banks = List.of(HashAlgorithm.SHA1)),
                bank(
                        "Rule 15: a log that lacks the quoted bank",
                        "banks [SHA384, SHA1]",
                        f -> f.log.banks = List.of(HashAlgorithm.SHA384, HashAlgorithm.SHA1)),
                after("Rule 16: an event of 4 GB", "needs 4294967295 bytes, has 0", EVENT + "ffffffff"),
                after("Rule 26: half an event at the end", "needs 4 bytes, has 2", "050000000700"),
                after("Rule 26: something behind the padding", "other bytes behind it", "00".repeat(40) + "01"),
                after(
                        "Rule 17: an event without a digest",
                        "0, the header's table has 1",
                        "05000000" + "07000080" + "00000000"),
                after(
                        "Rule 17: an event with the bank twice",
                        "2, the header's table has 1",
                        "05000000" + "07000080" + "02000000" + ("0b00" + "00".repeat(32)).repeat(2) + "00000000"),
                after(
                        "Rule 17: an event of a bank that the header lacks",
                        "0xc is not in the header's table",
                        "05000000" + "07000080" + "01000000" + "0c00" + "00".repeat(48) + "00000000"),
                after(
                        "Rule 17: an event of PCR 24",
                        "24, 0 to 23 expected",
                        "18000000" + "07000080" + "01000000" + "0b00" + "00".repeat(32) + "00000000"),
                form(
                        "Rule 16: 10,001 events",
                        "more than 10000 events",
                        f -> f.events.addAll(Collections.nCopies(10_001, f.events.getFirst()))),
                form(
                        "Rule 16: a log of more than a mebibyte",
                        "at most 1048576 expected",
                        f -> f.sentLog = Optional.of(Bytes.zeros((1 << 20) + 1))),
                form(
                        "Rule 17: a second header",
                        "the header stands first and once",
                        f -> f.events.add(10, noAction(0, Bytes.utf8("Spec ID Event03\0")))),
                form("Rule 19: two StartupLocality", "before PCR 0 is extended", f -> {
                    f.log.startupLocality = locality(0);
                    f.events.addFirst(noAction(0, locality(0).orElseThrow()));
                }),
                form(
                        "Rule 19: StartupLocality after PCR 0 was extended",
                        "before PCR 0 is extended",
                        f -> f.events.add(1, noAction(0, locality(0).orElseThrow()))),
                form("Rule 19: StartupLocality 1", "1, 0, 3 or 4 expected", f -> f.log.startupLocality = locality(1)));
    }

    private static Stream<Attack> unmeasured() {
        return Stream.of(
                attack(
                        "Rule 19: StartupLocality 3 where firmware started at 0",
                        Check.LOG_REPLAY,
                        "event log, PCR 0 (firmware)",
                        "a log that leads to the quoted value of PCR 0-9 and 14",
                        "PCR 0 leads to ",
                        f -> {
                            f.keep(0);
                            f.log.startupLocality = locality(3);
                        }),
                attack(
                        "Rule 19: a machine whose startup came from locality 3",
                        Check.FIRMWARE,
                        "firmware",
                        "from startup locality 0",
                        "PCR 0 = ",
                        f -> {
                            Digest register =
                                    new Digest(HashAlgorithm.SHA256, Bytes.concat(Bytes.zeros(31), Bytes.of((byte) 3)));
                            for (Logged event : f.events) {
                                register = event.pcr() == 0 ? register.extend(event.digest()) : register;
                            }
                            f.really.put(0, register);
                            f.log.startupLocality = locality(3);
                        }),
                unmeasured(
                        "a second SecureBoot variable that was never measured",
                        "claimed: 61dfe48bca93d211aa0d00e098032b8c",
                        f -> f.events.add(
                                8, noAction(7, HonestBoot.secureBootVariable(1).encode()))),
                unmeasured(
                        "a defined kind in another register",
                        "claimed: 53503830302d",
                        f -> f.events.add(8, noAction(7, Bytes.utf8("SP800-155 Event\0")))),
                unmeasured(
                        "a kind that the profile does not define",
                        "claimed: 536f6d657468696e67",
                        f -> f.events.add(8, noAction(0, Bytes.utf8("Something else\0\0")))),
                unmeasured(
                        "a digest that nothing was extended with",
                        "digests [sha256:" + Attack.EVIL.hex() + "]",
                        f -> f.events.add(
                                8, noAction(0, Bytes.utf8("SP800-155 Event\0")).withDigest(Attack.EVIL))),
                unmeasured(
                        "a trust point of Windows",
                        "a trust point, as Windows writes one",
                        f -> f.log.afterEvents = Bytes.fromHex(
                                "ffffffff" + "03000000" + "01000000" + "0b00" + "00".repeat(32) + "00000000")),
                unmeasured(
                        "a digest in the header",
                        "digests [sha1:01010101",
                        f -> f.log.headerDigest = Forger.filled(1, 20)));
    }

    private static Attack bank(String name, String was, Consumer<Forger> change) {
        return attack(name, Check.LOG_FORM, "event log", "a crypto-agile log with SHA-256", was, change);
    }

    private static Attack form(String name, String was, Consumer<Forger> change) {
        return attack(name, Check.LOG_FORM, "event log", "a well-formed event log", was, change);
    }

    private static Attack after(String name, String was, String hex) {
        return form(name, was, f -> f.log.afterEvents = Bytes.fromHex(hex));
    }

    private static Attack unmeasured(String name, String was, Consumer<Forger> change) {
        return attack("Rule 18: " + name, Check.LOG_UNMEASURED, "event log", "EV_NO_ACTION only in PCR 0", was, change);
    }

    private static Optional<Bytes> locality(int value) {
        return Optional.of(new ByteWriter()
                .bytes(Bytes.utf8("StartupLocality\0"))
                .u8(value)
                .toBytes());
    }

    private static Logged noAction(int pcr, Bytes payload) {
        return new Logged(pcr, EventType.EV_NO_ACTION, Digest.zero(HashAlgorithm.SHA256), payload, "unmeasured");
    }
}
