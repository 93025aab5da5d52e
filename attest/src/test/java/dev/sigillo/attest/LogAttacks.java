package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Logs that lie about an honest boot: the registers hold what they should, the log leads to them or nearly so, and says
 * something else with it. Rules 18 and 20 to 26.
 */
final class LogAttacks {

    private static final String ALL = "a log that leads to the quoted value of PCR 0-9 and 14";

    private LogAttacks() {}

    static Stream<Attack> logs() {
        return Stream.of(replay(), order(), claims(), keys()).flatMap(attacks -> attacks);
    }

    private static Stream<Attack> replay() {
        return Stream.of(
                attack(
                        "Rule 18: a PCR 7 variable relabelled EV_NO_ACTION",
                        Check.LOG_REPLAY,
                        "event log, PCR 7 (Secure Boot policy)",
                        ALL,
                        "PCR 7 leads to ",
                        f -> {
                            f.keep(7);
                            f.replace("dbx", f.events.get(f.find("dbx")).withType(EventType.EV_NO_ACTION));
                        }),
                attack(
                        "Rule 26: the log cut before ExitBootServices",
                        Check.LOG_REPLAY,
                        "event log, PCR 5 (boot loader configuration)",
                        ALL,
                        "PCR 5 leads to ",
                        f -> {
                            f.keep(5);
                            f.events.removeIf(e -> e.component().startsWith("Exit Boot Services"));
                        }),
                attack(
                        "Rule 26: a log without a single event",
                        Check.LOG_REPLAY,
                        "event log, PCR 0 (firmware)",
                        ALL,
                        "PCR 14 leads to " + "00".repeat(32),
                        f -> {
                            f.keep(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14);
                            f.events.clear();
                        }),
                attack(
                        "Rule 20: an event for PCR 10 in the firmware's log",
                        Check.LOG_REPLAY,
                        "event log",
                        "and to no other",
                        "has event 41, PCR 10, which no firmware extends",
                        f -> f.events.add(41, f.events.getLast().withPcr(10))),
                attack(
                        "Rule 20: an event for a register that the OS can reset",
                        Check.LOG_REPLAY,
                        "event log",
                        "and to no other",
                        "has event 9, PCR 16, which no firmware extends",
                        f -> f.events.add(9, f.events.getFirst().withPcr(16))),
                attack(
                        "Rule 20: a thousand such events make no sentence of a thousand parts",
                        Check.LOG_REPLAY,
                        "event log",
                        "and to no other",
                        "has event 24, PCR 23, which no firmware extends",
                        f -> f.events.addAll(
                                9, Collections.nCopies(1000, f.events.getFirst().withPcr(23)))));
    }

    private static Stream<Attack> order() {
        return Stream.of(
                order(
                        "the boot images appear after ExitBootServices began",
                        "boot images after Calling EFI Application and before Exit Boot Services",
                        "claimed: EV_EFI_BOOT_SERVICES_APPLICATION",
                        // The order across PCRs is not signed: PCR 4 replays as before, only rule 24 sees it.
                        f -> {
                            List<Logged> images =
                                    f.events.stream().filter(e -> e.pcr() == 4).toList();
                            f.events.removeAll(images);
                            f.events.addAll(f.events.size() - 1, images);
                        }),
                order(
                        "files read after the end of boot services",
                        "nothing measured after Exit Boot Services Returned with Success",
                        "claimed: EV_EVENT_TAG",
                        f -> f.events.add(f.events.remove(f.find(Components.LOAD_OPTIONS) + 1))),
                order(
                        "the policy measured after the end of boot services",
                        "nothing measured after Exit Boot Services Returned with Success",
                        "variable SecureBoot = 01",
                        f -> {
                            List<Logged> policy =
                                    f.events.stream().filter(e -> e.pcr() == 7).toList();
                            f.events.removeAll(policy);
                            f.events.addAll(policy);
                        }));
    }

    private static Stream<Attack> claims() {
        return Stream.of(
                attack(
                        "Rule 23: a separator under another type",
                        Check.LOG_SEPARATORS,
                        "event log",
                        "exactly one separator in PCR 7, of 00000000 or ffffffff",
                        "EV_ACTION with digest df3f6198",
                        f -> f.replace(
                                Components.SEPARATOR,
                                f.events.get(f.find(Components.SEPARATOR)).withType(EventType.EV_ACTION))),
                attack(
                        "Rule 23: the separator of PCR 2 under another type",
                        Check.LOG_SEPARATORS,
                        "event log",
                        "exactly one separator in PCR 2, of 00000000 or ffffffff",
                        "0 separators",
                        f -> {
                            int at = f.events.indexOf(HonestBoot.separator(2));
                            f.events.set(at, f.events.get(at).withType(EventType.EV_ACTION));
                        }),
                attack(
                        "Rule 23: another event of PCR 4 shown as a separator",
                        Check.LOG_SEPARATORS,
                        "event log",
                        "exactly one separator in PCR 4, of 00000000 or ffffffff",
                        "2 separators",
                        f -> f.replace(
                                Components.GRUB,
                                f.events.get(f.find(Components.GRUB)).withType(EventType.EV_SEPARATOR))),
                payload(
                        "the partition table's payload is not what was measured",
                        "EV_EFI_GPT_EVENT with digest",
                        f -> f.replace(
                                Components.PARTITION_TABLE,
                                f.events.get(f.find(Components.PARTITION_TABLE)).withPayload(Bytes.utf8("another")))),
                payload(
                        "an authority that names another key than was measured",
                        "EV_EFI_VARIABLE_AUTHORITY with digest",
                        f -> f.replace(
                                Components.SHIM_AUTHORITY,
                                f.events.get(f.find(Components.SHIM_AUTHORITY)).withPayload(Bytes.utf8("evil")))),
                payload(
                        "two bytes more behind an authority than shim measured",
                        "EV_EFI_VARIABLE_AUTHORITY with digest",
                        f -> {
                            Logged event = f.events.get(f.find(Components.VENDOR_AUTHORITY));
                            f.replace(
                                    Components.VENDOR_AUTHORITY,
                                    event.withPayload(Bytes.concat(event.payload(), Bytes.zeros(2))));
                        }),
                label(
                        "grub_cmd and kernel_cmdline exchanged",
                        "the label kernel_cmdline",
                        "claimed: grub_cmd: " + HonestBoot.COMMAND_LINE,
                        f -> f.replace(
                                Components.KERNEL_COMMAND_LINE,
                                f.events
                                        .get(f.find(Components.KERNEL_COMMAND_LINE))
                                        .withPayload(Bytes.utf8("grub_cmd: " + HonestBoot.COMMAND_LINE + "\0")))),
                label(
                        "a harmless command line shown for the one that was measured",
                        "the label kernel_cmdline",
                        "claimed: kernel_cmdline: /vmlinuz harmless",
                        f -> f.replace(
                                Components.KERNEL_COMMAND_LINE,
                                f.events
                                        .get(f.find(Components.KERNEL_COMMAND_LINE))
                                        .withPayload(Bytes.utf8("kernel_cmdline: /vmlinuz harmless\0")))),
                label(
                        "a command shown as the kernel's command line",
                        "the label grub_cmd",
                        "claimed: kernel_cmdline: boot",
                        f -> f.replace(
                                Components.GRUB_COMMAND + "boot",
                                f.events
                                        .get(f.find(Components.GRUB_COMMAND + "boot"))
                                        .withPayload(Bytes.utf8("kernel_cmdline: boot\0")))),
                label(
                        "shim's event retyped as a driver's",
                        "EV_EFI_BOOT_SERVICES_APPLICATION for shim",
                        "EV_EFI_BOOT_SERVICES_DRIVER",
                        f -> f.replace(
                                Components.SHIM,
                                f.events.get(f.find(Components.SHIM)).withType(EventType.EV_EFI_BOOT_SERVICES_DRIVER))),
                label(
                        "the partition table retyped, so that its payload need not be bound",
                        "EV_EFI_GPT_EVENT for partition table",
                        "EV_IPL",
                        f -> f.replace(
                                Components.PARTITION_TABLE,
                                f.events
                                        .get(f.find(Components.PARTITION_TABLE))
                                        .withType(EventType.EV_IPL)
                                        .withPayload(Bytes.utf8("another")))));
    }

    private static Stream<Attack> keys() {
        return Stream.of(
                keys("PK's and KEK's payloads exchanged", "PK", f -> {
                    Logged pk = f.events.get(f.find("PK"));
                    Logged kek = f.events.get(f.find("KEK"));
                    f.replace("PK", pk.withPayload(kek.payload()));
                    f.replace("KEK", kek.withPayload(pk.payload()));
                }),
                keys(
                        "db retyped, so that its payload need not be bound",
                        "db",
                        f -> f.replace("db", f.events.get(f.find("db")).withType(EventType.EV_EFI_VARIABLE_BOOT))),
                keys("an empty KEK shown for the one that was measured", "KEK", f -> {
                    Logged empty = HonestBoot.variable(Guid.GLOBAL_VARIABLE, "KEK", Bytes.empty(), "KEK");
                    f.replace("KEK", f.events.get(f.find("KEK")).withPayload(empty.payload()));
                }));
    }

    private static Attack keys(String name, String variable, Consumer<Forger> change) {
        return attack(
                "Rule 28: " + name,
                Check.SECURE_BOOT_KEYS,
                "Secure Boot keys",
                variable + " measured and not empty",
                "none that type and digest bear out",
                change);
    }

    private static Attack order(String name, String expected, String was, Consumer<Forger> change) {
        return attack("Rule 24: " + name, Check.LOG_ORDER, "event log", expected, was, change);
    }

    private static Attack payload(String name, String was, Consumer<Forger> change) {
        return attack(
                "Rule 21: " + name,
                Check.LOG_PAYLOADS,
                "event log",
                "a payload whose SHA-256 is the event's digest",
                was,
                change);
    }

    private static Attack label(String name, String expected, String was, Consumer<Forger> change) {
        return attack("Rule 22: " + name, Check.LOG_LABELS, "event log", expected, was, change);
    }
}
