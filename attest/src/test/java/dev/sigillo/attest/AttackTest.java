package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.tpm.ClockInfo;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid evidence, one thing changed: the finding a person sees first is the one that must catch it. */
class AttackTest {

    private static final Digest EVIL = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("evil"));

    record Attack(String name, Check check, String component, boolean secureBoot, Consumer<Forger> change) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Attack attack(String name, Check check, String component, Consumer<Forger> change) {
        return new Attack(name, check, component, true, change);
    }

    @DisplayName("One thing changed, the right finding first")
    @ParameterizedTest(name = "{0}")
    @MethodSource({"keys", "quotes", "freshness", "values", "logs", "secureBoot", "bootChain", "drivers"})
    void caught(Attack attack) {
        Forger forger = new Forger(attack.secureBoot());
        assertThat(forger.verdict().passing()).as("unforged").isTrue();

        attack.change().accept(forger);
        Verdict verdict = forger.verdict();

        assertThat(verdict.passing()).isFalse();
        Finding worst = verdict.worst().orElseThrow();
        assertThat(worst.sentence()).as("%s", verdict.failures()).contains(attack.component());
        assertThat(worst.component()).contains(attack.component());
        assertThat(worst.check()).as("%s", verdict.failures()).isEqualTo(attack.check());
        assertThat(worst).isInstanceOf(Finding.Broken.class);
        assertThat(verdict.findings().stream().map(Finding::check)).containsExactlyElementsOf(Judge.checks());
    }

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

    private static void remember(Forger forger) {
        try {
            forger.last = Optional.of(Remembered.of(forger.evidence()));
        } catch (dev.sigillo.bytes.MalformedException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    static Stream<Attack> values() {
        return Stream.of(
                attack(
                        "Rule 11: a value that the quote does not cover",
                        Check.QUOTE_DIGEST,
                        "PCR values",
                        f -> f.sent.put(7, EVIL)),
                attack("Rule 11: a value withheld", Check.QUOTE_DIGEST, "PCR values", f -> f.withheld.add(3)),
                attack("Rule 20: the good log of another boot", Check.LOG_REPLAY, "PCR 8", f -> f.really.put(8, EVIL)),
                attack(
                        "Rule 20: a firmware register that nobody explains",
                        Check.LOG_REPLAY,
                        "PCR 2",
                        f -> f.really.put(2, EVIL)),
                attack(
                        "Rule 34: PCR 12 extended behind the log",
                        Check.LOG_REPLAY,
                        "PCR 12",
                        f -> f.really.put(12, EVIL)),
                attack(
                        "Rule 39: PCR 10 extended behind the list",
                        Check.DRIVER_LIST,
                        "IMA",
                        f -> f.really.put(10, EVIL)));
    }

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
                                8, noAction(0, Bytes.utf8("SP800-155 Event\0")).withDigest(EVIL))),
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
                            Logged.of(pcr, EventType.EV_IPL, EVIL.value(), Bytes.zeros(1), "extra"))));
            attacks.add(attack(
                    "Rule 24: one more event in PCR " + pcr + " after ExitBootServices",
                    compare(pcr),
                    "",
                    f -> f.events.add(Logged.of(pcr, EventType.EV_IPL, EVIL.value(), Bytes.zeros(1), "extra"))));
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

    static Stream<Attack> secureBoot() {
        String variable = Components.SECURE_BOOT_VARIABLE;
        return Stream.of(
                attack(
                        "Rule 27: Secure Boot turned off",
                        Check.SECURE_BOOT,
                        variable,
                        f -> f.replace(
                                variable,
                                HonestBoot.variable(Guid.GLOBAL_VARIABLE, "SecureBoot", Bytes.zeros(1), variable))),
                attack("Rule 27: a machine booted with Secure Boot off", Check.SECURE_BOOT, variable, f -> {
                    f.events.clear();
                    f.events.addAll(HonestBoot.events(false));
                }),
                new Attack(
                        "Rule 27: Secure Boot on where the pool has it off", Check.SECURE_BOOT, variable, false, f -> {
                            f.events.clear();
                            f.events.addAll(HonestBoot.events(true));
                        }),
                attack(
                        "Rule 21: the payload says on, the digest says off",
                        Check.SECURE_BOOT,
                        variable,
                        f -> f.replace(
                                variable,
                                HonestBoot.variable(Guid.GLOBAL_VARIABLE, "SecureBoot", Bytes.zeros(1), variable)
                                        .withPayload(
                                                HonestBoot.secureBootVariable(1).encode()))),
                attack(
                        "Rule 27: a SecureBoot variable of size 0",
                        Check.SECURE_BOOT,
                        variable,
                        f -> f.replace(
                                variable,
                                HonestBoot.variable(Guid.GLOBAL_VARIABLE, "SecureBoot", Bytes.empty(), variable))),
                attack(
                        "Rule 27: SecureBoot of another vendor",
                        Check.SECURE_BOOT,
                        variable,
                        f -> f.replace(
                                variable,
                                HonestBoot.variable(Guid.SHIM_LOCK, "SecureBoot", Bytes.of((byte) 1), variable))),
                attack(
                        "Rule 27: SecureBoot of two bytes",
                        Check.SECURE_BOOT,
                        variable,
                        f -> f.replace(
                                variable,
                                HonestBoot.variable(
                                        Guid.GLOBAL_VARIABLE, "SecureBoot", Bytes.fromHex("0100"), variable))),
                attack(
                        "Rule 27: the variable retyped",
                        Check.SECURE_BOOT,
                        variable,
                        f -> f.replace(
                                variable, f.events.get(f.find(variable)).withType(EventType.EV_EFI_VARIABLE_BOOT))),
                attack(
                        "Rule 25: SecureBoot twice before the separator",
                        Check.SECURE_BOOT,
                        variable,
                        f -> f.events.add(f.find("PK"), f.events.get(f.find(variable)))),
                attack(
                        "Rule 25: off first, then on",
                        Check.SECURE_BOOT,
                        variable,
                        f -> f.events.add(
                                f.find(variable),
                                HonestBoot.variable(Guid.GLOBAL_VARIABLE, "SecureBoot", Bytes.zeros(1), variable))),
                attack("Rule 28: SecureBoot after the separator", Check.SECURE_BOOT, variable, f -> {
                    Logged event = f.events.remove(f.find(variable));
                    f.events.add(f.find("dbx") + 2, event);
                }),
                attack(
                        "Rule 28: a key of the attacker in db",
                        Check.SECURE_BOOT_POLICY,
                        "db",
                        f -> f.replace(
                                "db",
                                HonestBoot.variable(
                                        Guid.IMAGE_SECURITY_DATABASE,
                                        "db",
                                        Bytes.concat(
                                                HonestBoot.DB.encode(),
                                                SignatureList.certificate(HonestBoot.OWNER, Bytes.utf8("evil"))
                                                        .encode()),
                                        "db"))),
                attack(
                        "Rule 28: an emptied dbx",
                        Check.SECURE_BOOT_POLICY,
                        "dbx",
                        f -> f.replace(
                                "dbx", HonestBoot.variable(Guid.IMAGE_SECURITY_DATABASE, "dbx", Bytes.empty(), "dbx"))),
                attack(
                        "Rule 25: db twice",
                        Check.SECURE_BOOT_POLICY,
                        "db",
                        f -> f.events.add(f.find("dbx"), f.events.get(f.find("db")))),
                attack(
                        "Rule 28: UEFI Debug Mode",
                        Check.SECURE_BOOT_POLICY,
                        "Secure Boot policy",
                        f -> f.events.add(f.find("PK"), HonestBoot.action(7, "UEFI Debug Mode"))),
                attack(
                        "Rule 29: an authority that is in no db",
                        Check.SECURE_BOOT_POLICY,
                        "authority db",
                        f -> f.replace(
                                "authority db",
                                HonestBoot.authority(Guid.IMAGE_SECURITY_DATABASE, "db", Bytes.utf8("evil")))),
                attack(
                        "Rule 30: an older SbatLevel",
                        Check.SECURE_BOOT_POLICY,
                        "SbatLevel",
                        f -> f.replace(
                                "authority SbatLevel",
                                HonestBoot.authority(Guid.SHIM_LOCK, "SbatLevel", Bytes.utf8("sbat,1,2021030218")))),
                attack(
                        "Rule 23: a second separator in PCR 7",
                        Check.SECURE_BOOT_POLICY,
                        "Secure Boot policy",
                        f -> f.events.add(f.find("authority db"), HonestBoot.separator(7))),
                attack(
                        "Rule 23: a second separator in PCR 7 under another type",
                        Check.SECURE_BOOT_POLICY,
                        "Secure Boot policy",
                        f -> f.events.add(
                                f.find("authority db"),
                                HonestBoot.separator(7).withType(EventType.EV_EFI_VARIABLE_AUTHORITY))),
                attack("Rule 23: the error separator in PCR 3", Check.OPTION_ROM_CONFIGURATION, "separator", f -> {
                    int third = f.events.indexOf(HonestBoot.separator(3));
                    f.events.set(
                            third,
                            Logged.bound(3, EventType.EV_SEPARATOR, Bytes.fromHex("00000001"), Components.SEPARATOR));
                }),
                attack(
                        "Rule 28: PCR 7 in another order",
                        Check.SECURE_BOOT_POLICY,
                        "",
                        f -> Collections.swap(f.events, f.find("PK"), f.find("KEK"))));
    }

    static Stream<Attack> bootChain() {
        return Stream.of(
                attack(
                        "Rule 33: a changed kernel command line",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        f -> f.boots(HonestBoot.COMMAND_LINE + " init=/bin/sh")),
                attack(
                        "Rule 33: one word of the command line changed",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        f -> f.boots(HonestBoot.COMMAND_LINE.replace(" ro ", " rw "))),
                attack(
                        "Rule 33: the command line alone, everything else forged back",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        f -> f.replace(
                                Components.KERNEL_COMMAND_LINE,
                                HonestBoot.commandLine(HonestBoot.COMMAND_LINE + " ima=off"))),
                attack(
                        "Rule 33: another root file system under its own root hash",
                        Check.BOOT_COMMANDS,
                        Components.ROOT_FILE_SYSTEM,
                        f -> f.boots(HonestBoot.COMMAND_LINE.replace(HonestBoot.ROOT_HASH, "0d".repeat(32)))),
                attack(
                        "Rule 33: the root hash and another word are a changed command line",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        f -> f.boots(HonestBoot.COMMAND_LINE
                                .replace(HonestBoot.ROOT_HASH, "0d".repeat(32))
                                .replace(" ro ", " rw "))),
                attack(
                        "Rule 33: a replaced initrd",
                        Check.BOOT_FILES,
                        Components.INITRD,
                        f -> f.change(Components.INITRD)),
                attack(
                        "Rule 33: an initrd that GRUB read and the kernel did not get",
                        Check.BOOT_FILES,
                        Components.INITRD,
                        f -> f.replace(
                                Components.INITRD,
                                f.events.get(f.find(Components.INITRD)).changed())),
                attack("Rule 33: a replaced initrd with a changed grub.cfg", Check.BOOT_FILES, Components.INITRD, f -> {
                    f.change(Components.INITRD);
                    f.change(Components.GRUB_CONFIGURATION);
                }),
                attack(
                        "Rule 33: another kernel of the same signer",
                        Check.BOOT_LOADERS,
                        "kernel /vmlinuz",
                        f -> f.change("kernel /vmlinuz")),
                attack(
                        "Rule 33: another file read as the kernel",
                        Check.BOOT_FILES,
                        "kernel /vmlinuz",
                        f -> f.replace(
                                "kernel /vmlinuz",
                                f.events.get(f.find("kernel /vmlinuz")).changed())),
                attack("Rule 33: another shim", Check.BOOT_LOADERS, Components.SHIM, f -> f.change(Components.SHIM)),
                attack("Rule 33: another GRUB", Check.BOOT_LOADERS, Components.GRUB, f -> f.change(Components.GRUB)),
                attack(
                        "Rule 25: the kernel measured twice where the image measures it once",
                        Check.BOOT_LOADERS,
                        "boot",
                        f -> f.events.add(
                                f.find(Components.KERNEL_COMMAND_LINE), HonestBoot.image("kernel", "kernel /vmlinuz"))),
                attack("Rule 25: an image that returned before the one that booted", Check.BOOT_LOADERS, "boot", f -> {
                    int shim = f.find(Components.SHIM);
                    f.events.add(shim, HonestBoot.image("tool", "tool"));
                    f.events.add(shim + 1, HonestBoot.action(4, "Returning from EFI Application from Boot Option"));
                    f.events.add(shim + 2, HonestBoot.action(4, "Calling EFI Application from Boot Option"));
                }),
                attack(
                        "Rule 33: a GRUB command more",
                        Check.BOOT_COMMANDS,
                        "GRUB command",
                        f -> f.events.add(f.find(Components.KERNEL_COMMAND_LINE), HonestBoot.command("insmod evil"))),
                attack(
                        "Rule 33: a GRUB command less",
                        Check.BOOT_COMMANDS,
                        "set timeout=0",
                        f -> f.events.remove(f.find(Components.GRUB_COMMAND + "set timeout=0"))),
                attack(
                        "Rule 33: grub.cfg changed and its commands forged back",
                        Check.BOOT_FILES,
                        Components.GRUB_CONFIGURATION,
                        f -> f.change(Components.GRUB_CONFIGURATION)),
                attack(
                        "Rule 33: the stub's load options are not GRUB's",
                        Check.BOOT_FILES,
                        Components.LOAD_OPTIONS,
                        f -> f.change(Components.LOAD_OPTIONS)),
                attack(
                        "Rule 33: files in another order",
                        Check.BOOT_FILES,
                        "",
                        f -> Collections.swap(f.events, f.find("kernel /vmlinuz"), f.find(Components.INITRD))),
                attack("Rule 31: a MOK was enrolled", Check.MOK, "MokList", f -> f.change("MokList")),
                attack(
                        "Rule 31: shim's validation turned off",
                        Check.MOK,
                        "MOK",
                        f -> f.events.add(
                                f.find("MokListTrusted"),
                                Logged.of(
                                        14,
                                        EventType.EV_IPL,
                                        Bytes.of((byte) 1),
                                        Bytes.utf8("MokSBState\0"),
                                        "MokSBState"))),
                attack(
                        "Rule 20: another firmware volume",
                        Check.FIRMWARE,
                        "DXEFV",
                        f -> f.change("firmware volume DXEFV")),
                attack(
                        "Rule 20: an option ROM",
                        Check.OPTION_ROMS,
                        "option ROM",
                        f -> f.events.add(
                                12,
                                Logged.of(
                                        2,
                                        EventType.EV_EFI_BOOT_SERVICES_DRIVER,
                                        Bytes.utf8("rom"),
                                        Bytes.utf8("path"),
                                        "rom"))),
                attack(
                        "PCR 1: a boot entry that nobody knows",
                        Check.PLATFORM_CONFIGURATION,
                        "boot entry",
                        f -> f.change("boot entry Boot0000")),
                attack(
                        "PCR 1: a boot entry measured twice",
                        Check.PLATFORM_CONFIGURATION,
                        "",
                        f -> f.events.add(12, f.events.get(f.find("boot entry Boot0000")))),
                attack(
                        "PCR 5: another partition table",
                        Check.BOOT_CONFIGURATION,
                        "partition table",
                        f -> f.replace(
                                "partition table",
                                Logged.bound(
                                        5, EventType.EV_EFI_GPT_EVENT, Bytes.utf8("another disk"), "partition table"))),
                new Attack(
                        "Rule 33: a changed initrd without Secure Boot",
                        Check.BOOT_FILES,
                        Components.INITRD,
                        false,
                        f -> f.change(Components.INITRD)),
                new Attack(
                        "Rule 33: a kernel without Secure Boot",
                        Check.BOOT_FILES,
                        "kernel",
                        false,
                        f -> f.change("kernel /vmlinuz")),
                new Attack(
                        "Rule 33: a changed command line without Secure Boot",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        false,
                        f -> f.boots("/vmlinuz init=/bin/sh")));
    }

    static Stream<Attack> drivers() {
        Bytes evil = EVIL.value();
        return Stream.of(
                attack(
                        "Rule 39: a module that is not the image's",
                        Check.DRIVERS,
                        "driver evil",
                        f -> f.ima.lines.add(ImaForge.line("/run/evil.ko", evil))),
                attack(
                        "Rule 39: a known module of other content",
                        Check.DRIVERS,
                        "driver virtio_net",
                        f -> f.ima.lines.set(0, f.ima.lines.getFirst().withDigest(evil))),
                attack(
                        "Rule 39: a digest of the right bytes under another algorithm",
                        Check.DRIVERS,
                        "driver erofs",
                        f -> f.ima.lines.set(
                                2,
                                new ImaForge.Line(
                                        "ima-sig",
                                        "sha512",
                                        ImaForge.DRIVERS.get(2).sha256(),
                                        "/erofs.ko.xz",
                                        false))),
                attack(
                        "Rule 39: a kernel loaded by kexec",
                        Check.DRIVERS,
                        "file /boot/vmlinuz",
                        f -> f.ima.lines.add(ImaForge.line("/boot/vmlinuz", evil))),
                attack(
                        "Rule 39: a second boot_aggregate",
                        Check.DRIVERS,
                        "boot_aggregate",
                        f -> f.ima.lines.add(ImaForge.line("boot_aggregate", evil))),
                attack(
                        "Rule 39: a violation",
                        Check.DRIVER_LIST,
                        "IMA",
                        f -> f.ima.lines.add(new ImaForge.Line(
                                "ima-sig", "sha256", ImaForge.DRIVERS.get(0).sha256(), "/virtio-net.ko.xz", true))),
                attack(
                        "Rule 39: another template",
                        Check.DRIVER_LIST,
                        "IMA",
                        f -> f.ima.lines.add(new ImaForge.Line(
                                "ima-buf", "sha256", ImaForge.DRIVERS.get(0).sha256(), "critical data", false))),
                attack(
                        "Rule 39: boot_aggregate of another boot",
                        Check.DRIVER_AGGREGATE,
                        "IMA",
                        f -> f.ima.aggregate = Optional.of(evil)),
                attack("Rule 39: no boot_aggregate", Check.DRIVER_AGGREGATE, "IMA", f -> f.ima.omitAggregate = true),
                attack("Rule 39: nothing measured at all", Check.DRIVER_LIST, "IMA", f -> {
                    f.ima.omitAggregate = true;
                    f.ima.lines.clear();
                }),
                attack(
                        "Rule 39: a module loaded before the quote left out of the list",
                        Check.DRIVER_LIST,
                        "IMA",
                        f -> {
                            f.ima.lines.add(ImaForge.line("/run/evil.ko", evil));
                            f.really.put(10, f.registers().get(10));
                            f.ima.lines.removeLast();
                        }));
    }
}
