package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Forged logs that lead to the quoted values all the same, and some that do not: rules 16 to 26. */
final class LogAttacks {

    private LogAttacks() {}

    static Stream<Attack> logs() {
        List<Attack> attacks = new ArrayList<>(List.of(
                attack("Rule 17: a legacy log of SHA-1 alone", Check.LOG_FORM, "event log", f -> f.legacyLog = true),
                attack(
                        "Rule 16: an event of 4 GB",
                        Check.LOG_FORM,
                        "event log",
                        f -> f.afterLog =
                                Bytes.fromHex("0500000007000080" + "01000000" + "0b00" + "00".repeat(32) + "ffffffff")),
                attack(
                        "Rule 26: half an event at the end",
                        Check.LOG_FORM,
                        "event log",
                        f -> f.afterLog = Bytes.fromHex("050000000700")),
                attack("Rule 19: StartupLocality 3 where firmware started at 0", Check.LOG_REPLAY, "PCR 0", f -> {
                    f.really.put(0, f.registers().get(0));
                    f.startupLocality = locality(3);
                }),
                attack("Rule 19: a machine whose startup came from locality 3", Check.FIRMWARE, "firmware", f -> {
                    Digest register =
                            new Digest(HashAlgorithm.SHA256, Bytes.concat(Bytes.zeros(31), Bytes.of((byte) 3)));
                    for (Logged event : f.events) {
                        register = event.pcr() == 0 ? register.extend(event.digest()) : register;
                    }
                    f.really.put(0, register);
                    f.startupLocality = locality(3);
                }),
                attack("Rule 18: a PCR 7 variable relabelled EV_NO_ACTION", Check.LOG_REPLAY, "PCR 7", f -> {
                    f.really.put(7, f.registers().get(7));
                    f.replace("dbx", f.events.get(f.find("dbx")).withType(EventType.EV_NO_ACTION));
                }),
                attack(
                        "Rule 18: a second SecureBoot variable that was never measured",
                        Check.LOG_UNMEASURED,
                        "event log",
                        f -> f.events.add(
                                8, noAction(7, HonestBoot.secureBootVariable(1).encode()))),
                attack(
                        "Rule 18: EV_NO_ACTION with a digest",
                        Check.LOG_UNMEASURED,
                        "event log",
                        f -> f.events.add(
                                8, noAction(0, Bytes.utf8("SP800-155 Event\0")).withDigest(Attack.EVIL))),
                attack(
                        "Rule 20: an event for PCR 10 in the firmware's log",
                        Check.LOG_REPLAY,
                        "event log",
                        f -> f.events.add(f.events.getLast().withPcr(10))),
                attack(
                        "Rule 20: an event for a register that the OS can reset",
                        Check.LOG_REPLAY,
                        "event log",
                        f -> f.events.add(9, f.events.getFirst().withPcr(16))),
                attack(
                        "Rule 24: a log that stops before ExitBootServices",
                        Check.BOOT_CONFIGURATION,
                        "Exit Boot",
                        f -> f.events.removeIf(e -> e.component().startsWith("Exit Boot Services"))),
                attack(
                        "Rule 24: boot services never ended well",
                        Check.BOOT_CONFIGURATION,
                        "Exit Boot",
                        f -> f.events.set(
                                f.events.size() - 1, HonestBoot.action(5, "Exit Boot Services Returned with Failure"))),
                attack(
                        "Rule 24: the boot images appear after ExitBootServices began",
                        Check.LOG_ORDER,
                        "event log",
                        f -> {
                            // The order across PCRs is not signed: PCR 4 replays as before, only rule 24 sees it.
                            List<Logged> images =
                                    f.events.stream().filter(e -> e.pcr() == 4).toList();
                            f.events.removeAll(images);
                            f.events.addAll(f.events.size() - 1, images);
                        }),
                attack("Rule 24: files read after the end of boot services", Check.LOG_ORDER, "event log", f -> {
                    int last = f.find(Components.LOAD_OPTIONS) + 1;
                    f.events.add(f.events.remove(last));
                }),
                attack(
                        "Rule 21: a separator whose payload is another",
                        Check.LOG_SEPARATORS,
                        "event log",
                        f -> f.replace(
                                Components.SEPARATOR,
                                f.events.get(f.find(Components.SEPARATOR)).withType(EventType.EV_ACTION))),
                attack(
                        "Rule 21: the partition table's payload is not what was measured",
                        Check.LOG_PAYLOADS,
                        "event log",
                        f -> f.replace(
                                "partition table",
                                f.events.get(f.find("partition table")).withPayload(Bytes.utf8("another")))),
                attack(
                        "Rule 22: grub_cmd and kernel_cmdline exchanged",
                        Check.LOG_LABELS,
                        "event log",
                        f -> f.replace(
                                Components.KERNEL_COMMAND_LINE,
                                f.events
                                        .get(f.find(Components.KERNEL_COMMAND_LINE))
                                        .withPayload(Bytes.utf8("grub_cmd: " + HonestBoot.COMMAND_LINE + "\0")))),
                attack(
                        "Rule 22: a harmless command shown as the kernel's",
                        Check.LOG_LABELS,
                        "event log",
                        f -> f.replace(
                                Components.GRUB_COMMAND + "boot",
                                f.events
                                        .get(f.find(Components.GRUB_COMMAND + "boot"))
                                        .withPayload(Bytes.utf8("kernel_cmdline: boot\0")))),
                attack(
                        "Rule 22: shim's event retyped as a driver's",
                        Check.LOG_LABELS,
                        "event log",
                        f -> f.replace(
                                Components.SHIM,
                                f.events
                                        .get(f.find(Components.SHIM))
                                        .withType(EventType.EV_EFI_BOOT_SERVICES_DRIVER)))));
        for (int pcr : List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15)) {
            attacks.add(attack(
                    "Rule 20: one more event in PCR " + pcr + ", re-extended and re-signed",
                    compare(pcr),
                    "",
                    f -> f.events.add(
                            f.events.size() - 2,
                            Logged.of(pcr, EventType.EV_IPL, Attack.EVIL.value(), Bytes.zeros(1), "extra"))));
            attacks.add(attack(
                    "Rule 24: one more event in PCR " + pcr + " after ExitBootServices",
                    compare(pcr),
                    "",
                    f -> f.events.add(Logged.of(pcr, EventType.EV_IPL, Attack.EVIL.value(), Bytes.zeros(1), "extra"))));
        }
        return attacks.stream();
    }

    private static Optional<Bytes> locality(int value) {
        return Optional.of(Bytes.concat(Bytes.utf8("StartupLocality\0"), Bytes.of((byte) value)));
    }

    private static Logged noAction(int pcr, Bytes payload) {
        return new Logged(pcr, EventType.EV_NO_ACTION, Digest.zero(HashAlgorithm.SHA256), payload, "unmeasured");
    }

    private static Check compare(int pcr) {
        return Stream.of(Check.values())
                .filter(check -> check.comparedPcr().filter(own -> own == pcr).isPresent())
                .findFirst()
                .orElseThrow();
    }
}
