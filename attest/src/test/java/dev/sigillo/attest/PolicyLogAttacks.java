package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The event log as a whole: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicyLogAttacks {

    private static final String SUCCESS = "Exit Boot Services Returned with Success";
    private static final Digest ZERO = Digest.zero(HashAlgorithm.SHA256);

    private PolicyLogAttacks() {}

    static Stream<PolicyAttack> logs() {
        return Stream.of(
                undecided(
                                "no event log",
                                Check.LOG_FORM,
                                "an event log: the evidence has none",
                                m -> m.forger.sentLog = Optional.of(Bytes.empty()))
                        .and(PolicyAttack.BOOT),
                broken(
                                "junk for a log",
                                Check.LOG_FORM,
                                "a well-formed event log & offset",
                                m -> m.forger.sentLog = Optional.of(Bytes.utf8("junk")))
                        .and(PolicyAttack.BOOT),
                broken(
                                "a log without the bank of the quote",
                                Check.LOG_FORM,
                                "an event log with the bank SHA256, was banks [SHA384]",
                                m -> m.forger.sentLog = Optional.of(log(m, HashAlgorithm.SHA384)))
                        .and(PolicyAttack.BOOT),
                held(
                        "a log with another bank beside",
                        m -> m.forger.sentLog = Optional.of(log(m, HashAlgorithm.SHA384, HashAlgorithm.SHA256))),
                broken(
                        "a register that the log does not lead to",
                        Check.LOG_REPLAY,
                        "event log, PCR 3 (option ROM configuration): expected logs that lead to every quoted register"
                                + " & PCR 3 leads to & , quoted " + ZERO.hex(),
                        m -> m.forger.really.put(3, ZERO)),
                broken(
                        "a register that nothing explains",
                        Check.LOG_REPLAY,
                        "event log, PCR 12 ( & PCR 12 leads to & , quoted ab",
                        m -> m.forger.really.put(12, new Digest(HashAlgorithm.SHA256, Forger.filled(0xAB, 32)))),
                held("a register that the policy leaves unexplained", m -> {
                    m.unexplained.add(12);
                    m.forger.really.put(12, new Digest(HashAlgorithm.SHA256, Forger.filled(0xAB, 32)));
                }),
                held(
                        "an unexplained register that the log leads to anyway says what it says",
                        m -> m.unexplained.addAll(List.of(4, 7, 8, 14))),
                held("a register without a log that golden values decide", m -> {
                    m.forger.agent.add(Forger.DRIVE);
                    m.golden.put(
                            15,
                            new GoldenPcr.Values(List.of(m.forger.registers().get(15))));
                }),
                broken("a register with a log, and golden values", Check.LOG_REPLAY, "PCR 6", m -> {
                    m.golden.put(6, new GoldenPcr.Values(List.of(ZERO)));
                    m.forger.really.put(6, ZERO);
                }),
                separators("a second separator", 2, "2 separators", m -> m.add("PK", HonestBoot.separator(2))),
                separators(
                        "no separator",
                        3,
                        "0 separators & (PCR 3; ",
                        m -> m.forger.events.remove(HonestBoot.separator(3))),
                separators(
                                "a second separator under another type",
                                4,
                                "2 separators",
                                m -> m.add(
                                        Components.SHIM, HonestBoot.separator(4).withType(EventType.EV_EFI_ACTION)))
                        .and(Check.BOOT_IMAGES, Check.REVOKED_IMAGES, Check.KERNEL_IMAGE),
                separators(
                                "a second separator under another type",
                                7,
                                "2 separators",
                                m -> m.add("PK", HonestBoot.separator(7).withType(EventType.EV_EFI_ACTION)))
                        .and(PolicyAttack.PCR7)
                        .and(Check.SECURE_BOOT, Check.MOK_VARIABLES),
                separators(
                        "the firmware's error separator",
                        6,
                        "the firmware's error separator (00000001)",
                        m -> m.forger.events.set(
                                m.forger.events.indexOf(HonestBoot.separator(6)),
                                Logged.bound(6, EventType.EV_SEPARATOR, Bytes.fromHex("00000001"), "error"))),
                separators(
                        "a separator of another value",
                        6,
                        "1 separators",
                        m -> m.forger.events.set(
                                m.forger.events.indexOf(HonestBoot.separator(6)),
                                Logged.bound(6, EventType.EV_SEPARATOR, Bytes.fromHex("00000002"), "other"))),
                held(
                        "the other good separator",
                        m -> m.forger.events.set(
                                m.forger.events.indexOf(HonestBoot.separator(6)),
                                Logged.bound(6, EventType.EV_SEPARATOR, Bytes.fromHex("ffffffff"), "other"))),
                held(
                        "an event with a separator's digest where honest firmware has such",
                        m -> m.add("PK", HonestBoot.separator(6).withType(EventType.EV_EFI_ACTION))),
                held("a separator in PCR 8, which needs none", m -> m.add(Components.SHIM, HonestBoot.separator(8))),
                broken(
                        "a digest that nothing extends",
                        Check.LOG_UNMEASURED,
                        "EV_NO_ACTION events with zero digests, was a digest that nothing extends (event ",
                        m -> m.add("PK", HonestBoot.action(7, "x").withType(EventType.EV_NO_ACTION))),
                broken(
                        "a digest in the log's header",
                        Check.LOG_UNMEASURED,
                        "(event log header; ",
                        m -> m.forger.log.headerDigest = Forger.filled(1, 20)),
                broken(
                                "an end of boot services that never was",
                                Check.EXIT_BOOT_SERVICES,
                                "expected Exit Boot Services Invocation and Returned with Success, was a log that ends before & PCR 5",
                                m -> m.remove(SUCCESS))
                        .and(Check.BOOT_IMAGES, Check.REVOKED_IMAGES, Check.KERNEL_IMAGE),
                broken(
                        "firmware measures after it ended",
                        Check.EXIT_BOOT_SERVICES,
                        "expected nothing in PCR 0-7 after Exit Boot Services Returned with Success, was EV_EFI_ACTION ",
                        m -> m.forger.events.add(HonestBoot.action(5, "late"))),
                held("the OS measures after firmware ended", m -> m.forger.events.add(HonestBoot.command("boot"))),
                broken(
                                "firmware in debug mode",
                                Check.FIRMWARE_DEBUG,
                                "expected no \"UEFI Debug Mode\", was it is there (event ",
                                m -> m.add("PK", HonestBoot.action(7, "UEFI Debug Mode")))
                        .and(Check.SECURE_BOOT, Check.BOOT_IMAGES),
                broken(
                                "firmware in debug mode, with a zero behind",
                                Check.FIRMWARE_DEBUG,
                                "UEFI Debug Mode",
                                m -> m.add("PK", HonestBoot.action(7, "UEFI Debug Mode\0")))
                        .and(Check.SECURE_BOOT, Check.BOOT_IMAGES),
                broken(
                        "no DMA protection",
                        Check.DMA_PROTECTION,
                        "expected no \"DMA Protection Disabled\", was it is there (event ",
                        m -> m.add("PK", HonestBoot.action(7, "DMA Protection Disabled"))));
    }

    private static Bytes log(PolicyMachine m, HashAlgorithm... banks) {
        m.forger.log.banks = List.of(banks);
        return m.forger.log.of(m.forger.events);
    }

    private static PolicyAttack separators(String name, int pcr, String was, PolicyAttack.Change change) {
        return broken(
                name + " in PCR " + pcr,
                Check.LOG_SEPARATORS,
                "expected exactly one separator in PCR " + pcr + ", of 00000000 or ffffffff, was & " + was,
                change);
    }
}
