package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Another machine than the manifest describes, with a log that tells the truth about it: rules 25, 31, 33. */
final class BootChainAttacks {

    private static final String KERNEL = "kernel /vmlinuz";
    private static final String LINE = HonestBoot.COMMAND_LINE;

    private BootChainAttacks() {}

    static Stream<Attack> commands() {
        return Stream.of(
                line("a changed kernel command line", Components.KERNEL_COMMAND_LINE, LINE + " init=/bin/sh"),
                line(
                                "a changed kernel command line on a machine",
                                Components.KERNEL_COMMAND_LINE,
                                "/vmlinuz init=/bin/sh")
                        .withoutSecureBoot(),
                line("one word of it changed", Components.KERNEL_COMMAND_LINE, LINE.replace(" ro ", " rw ")),
                line("one space more in it", Components.KERNEL_COMMAND_LINE, LINE.replace(" ro ", "  ro ")),
                line(
                        "another kernel's path in it",
                        Components.KERNEL_COMMAND_LINE,
                        LINE.replace("/vmlinuz", "/boot/k")),
                attack(
                        "Rule 33: another root file system under its own root hash",
                        Check.BOOT_COMMANDS,
                        Components.ROOT_FILE_SYSTEM,
                        "sigillo.roothash=" + HonestBoot.ROOT_HASH,
                        "sigillo.roothash=" + "0d".repeat(32),
                        f -> f.boots(LINE.replace(HonestBoot.ROOT_HASH, "0d".repeat(32)))),
                line(
                        "the root hash and another word",
                        Components.KERNEL_COMMAND_LINE,
                        LINE.replace(HonestBoot.ROOT_HASH, "0d".repeat(32)).replace(" ro ", " rw ")),
                attack(
                        "Rule 33: the command line alone, everything else forged back",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        LINE,
                        LINE + " ima=off",
                        f -> f.replace(Components.KERNEL_COMMAND_LINE, HonestBoot.commandLine(LINE + " ima=off"))),
                attack(
                        "Rule 33: a command line that hides what follows it",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        LINE,
                        LINE + "\\u{1b}[8m init=/bin/sh",
                        f -> f.boots(LINE + "\u001b[8m init=/bin/sh")),
                attack(
                        "Rule 33: a command line under no label",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        LINE,
                        "(claimed: EV_IPL something)",
                        f -> f.replace(
                                Components.KERNEL_COMMAND_LINE,
                                HonestBoot.commandLine("/vmlinuz evil").withPayload(Bytes.utf8("something\0")))),
                attack(
                        "Rule 33: a command line that is not the one that was measured",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        LINE,
                        "(claimed: EV_IPL kernel_cmdline: " + LINE + ")",
                        f -> f.replace(
                                Components.KERNEL_COMMAND_LINE,
                                HonestBoot.commandLine("/vmlinuz evil")
                                        .withPayload(Bytes.utf8("kernel_cmdline: " + LINE + "\0")))),
                attack(
                        "Rule 33: no command line",
                        Check.BOOT_COMMANDS,
                        Components.KERNEL_COMMAND_LINE,
                        LINE,
                        "none",
                        f -> f.events.remove(f.find(Components.KERNEL_COMMAND_LINE))),
                attack(
                        "Rule 33: a GRUB command more",
                        Check.BOOT_COMMANDS,
                        "unexpected GRUB commands event",
                        "no such event",
                        "insmod evil",
                        f -> f.events.add(f.find(Components.KERNEL_COMMAND_LINE), HonestBoot.command("insmod evil"))),
                attack(
                        "Rule 33: a GRUB command less",
                        Check.BOOT_COMMANDS,
                        Components.GRUB_COMMAND + "set timeout=0",
                        "(file)",
                        "no such event",
                        f -> f.events.remove(f.find(Components.GRUB_COMMAND + "set timeout=0"))),
                attack(
                        "Rule 33: a GRUB command changed",
                        Check.BOOT_COMMANDS,
                        Components.GRUB_COMMAND + "initrd /initrd.img",
                        "(file)",
                        "initrd /evil.img",
                        f -> f.replace(
                                Components.GRUB_COMMAND + "initrd /initrd.img",
                                HonestBoot.command("initrd /evil.img"))),
                attack(
                        "Rule 33: GRUB's commands in another order",
                        Check.BOOT_COMMANDS,
                        Components.GRUB_COMMAND + "initrd /initrd.img",
                        "(file)",
                        "boot; also changed: GRUB command: boot",
                        f -> Collections.swap(
                                f.events,
                                f.find(Components.GRUB_COMMAND + "initrd /initrd.img"),
                                f.find(Components.GRUB_COMMAND + "boot"))));
    }

    static Stream<Attack> images() {
        return Stream.of(
                image("another shim, alone", Components.SHIM, f -> f.change(Components.SHIM)),
                image(
                        "another vendor's shim, with all that comes with it",
                        Components.SHIM,
                        BootChainAttacks::foreignShim),
                image("another vendor's shim on a machine", Components.SHIM, f -> {
                            f.change(Components.SHIM);
                            f.replace("MokList", HonestBoot.mok("MokList", "another vendor's certificate"));
                        })
                        .withoutSecureBoot(),
                image("another vendor's whole chain", Components.SHIM, f -> {
                    foreignShim(f);
                    f.change(Components.GRUB);
                    f.change(KERNEL);
                }),
                image("another GRUB", Components.GRUB, f -> f.change(Components.GRUB)),
                image("another kernel of the same signer", KERNEL, f -> f.change(KERNEL)),
                attack(
                        "Rule 33: GRUB left out",
                        Check.BOOT_LOADERS,
                        Components.GRUB,
                        "(file)",
                        "no such event",
                        f -> f.events.remove(f.find(Components.GRUB))),
                attack(
                        "Rule 25: the kernel measured twice where the image measures it once",
                        Check.BOOT_LOADERS,
                        "unexpected boot loader event",
                        "no such event",
                        "(claimed: EV_EFI_BOOT_SERVICES_APPLICATION)",
                        f -> f.events.add(f.find(Components.KERNEL_COMMAND_LINE), HonestBoot.image("kernel", KERNEL))),
                attack(
                        "Rule 25: an image that returned before the one that booted",
                        Check.BOOT_LOADERS,
                        "unexpected boot loader event",
                        "no such event",
                        "(claimed: EV_EFI_",
                        f -> {
                            int shim = f.find(Components.SHIM);
                            f.events.add(shim, HonestBoot.image("tool", "tool"));
                            f.events.add(
                                    shim + 1, HonestBoot.action(4, "Returning from EFI Application from Boot Option"));
                            f.events.add(shim + 2, HonestBoot.action(4, "Calling EFI Application from Boot Option"));
                        }),
                attack(
                        "Rule 24: a shim that ran before the boot attempt",
                        Check.BOOT_LOADERS,
                        Components.SHIM,
                        "(file)",
                        "(claimed: EV_EFI_ACTION Calling EFI Application from Boot Option)",
                        f -> Collections.swap(
                                f.events,
                                f.find("Calling EFI Application from Boot Option"),
                                f.find(Components.SHIM))));
    }

    static Stream<Attack> others() {
        return Stream.of(
                file("a replaced initrd", Components.INITRD, f -> f.change(Components.INITRD)),
                file("a replaced initrd on a machine", Components.INITRD, f -> f.change(Components.INITRD))
                        .withoutSecureBoot(),
                file(
                        "an initrd that GRUB read and the kernel did not get",
                        Components.INITRD,
                        f -> f.replace(
                                Components.INITRD,
                                f.events.get(f.find(Components.INITRD)).changed())),
                file("a replaced initrd with a changed grub.cfg", Components.INITRD, f -> {
                    f.change(Components.INITRD);
                    f.change(Components.GRUB_CONFIGURATION);
                }),
                file("a kernel on a machine", KERNEL, f -> f.change(KERNEL)).withoutSecureBoot(),
                file(
                        "another file read as the kernel",
                        KERNEL,
                        f -> f.replace(KERNEL, f.events.get(f.find(KERNEL)).changed())),
                file(
                        "grub.cfg changed and its commands forged back",
                        Components.GRUB_CONFIGURATION,
                        f -> f.change(Components.GRUB_CONFIGURATION)),
                file(
                        "the stub's load options are not GRUB's",
                        Components.LOAD_OPTIONS,
                        f -> f.change(Components.LOAD_OPTIONS)),
                file(
                        "files in another order",
                        KERNEL,
                        f -> Collections.swap(f.events, f.find(KERNEL), f.find(Components.INITRD))),
                attack(
                        "Rule 31: a MOK was enrolled",
                        Check.MOK,
                        "MokList",
                        "(file)",
                        "(claimed: EV_IPL MokList)",
                        f -> f.replace("MokList", HonestBoot.mok("MokList", "an enrolled key"))),
                attack(
                        "Rule 31: shim's validation turned off, as MOK tells",
                        Check.MOK,
                        "unexpected MOK event",
                        "no such event",
                        "(claimed: EV_IPL MokSBState)",
                        f -> f.events.add(f.find("MokListTrusted"), HonestBoot.mok("MokSBState", "\u0001"))),
                attack(
                        "Rule 20: another firmware volume",
                        Check.FIRMWARE,
                        "firmware volume DXEFV",
                        "(probed)",
                        "(claimed: EV_EFI_PLATFORM_FIRMWARE_BLOB)",
                        f -> f.change("firmware volume DXEFV")),
                attack(
                        "Rule 20: an option ROM",
                        Check.OPTION_ROMS,
                        "unexpected option ROM event",
                        "no such event",
                        "(claimed: EV_EFI_BOOT_SERVICES_DRIVER)",
                        f -> f.events.add(
                                12,
                                Logged.of(
                                        2,
                                        EventType.EV_EFI_BOOT_SERVICES_DRIVER,
                                        Bytes.utf8("rom"),
                                        Bytes.utf8("path"),
                                        "rom"))),
                attack(
                        "Rule 20: a boot entry that nobody knows",
                        Check.PLATFORM_CONFIGURATION,
                        "variable Boot0000",
                        "(probed)",
                        "(claimed: EV_EFI_VARIABLE_BOOT)",
                        f -> f.change("variable Boot0000")),
                attack(
                        "Rule 20: boot entries in another order",
                        Check.PLATFORM_CONFIGURATION,
                        "variable BootOrder",
                        "(probed)",
                        "(claimed: EV_EFI_VARIABLE_BOOT)",
                        f -> Collections.swap(f.events, f.find("variable BootOrder"), f.find("variable Boot0000"))),
                attack(
                        "Rule 25: a boot entry measured twice",
                        Check.PLATFORM_CONFIGURATION,
                        "unexpected firmware configuration event",
                        "no such event",
                        "(claimed: EV_EFI_VARIABLE_BOOT)",
                        f -> f.events.add(12, f.events.get(f.find("variable Boot0000")))),
                attack(
                        "Rule 20: another partition table",
                        Check.BOOT_CONFIGURATION,
                        Components.PARTITION_TABLE,
                        "(file)",
                        "(claimed: EV_EFI_GPT_EVENT)",
                        f -> f.replace(
                                Components.PARTITION_TABLE,
                                Logged.bound(5, EventType.EV_EFI_GPT_EVENT, Bytes.utf8("another disk"), "disk"))),
                attack(
                        "Rule 24: a boot that never left boot services",
                        Check.BOOT_CONFIGURATION,
                        "Exit Boot Services Invocation",
                        "(rule)",
                        "no such event",
                        f -> f.events.removeIf(e -> e.component().startsWith("Exit Boot Services"))),
                attack(
                        "Rule 24: boot services never ended well",
                        Check.BOOT_CONFIGURATION,
                        "Exit Boot Services Returned with Success",
                        "(rule)",
                        "(claimed: EV_EFI_ACTION Exit Boot Services Returned with Failure)",
                        f -> f.events.set(
                                f.events.size() - 1, HonestBoot.action(5, "Exit Boot Services Returned with Failure"))),
                attack(
                        "Rule 24: boot services ended twice",
                        Check.BOOT_CONFIGURATION,
                        "unexpected boot loader configuration event",
                        "no such event",
                        "(claimed: EV_EFI_ACTION Exit Boot Services",
                        f -> f.events.addAll(f.events.subList(f.events.size() - 2, f.events.size()).stream()
                                .toList())));
    }

    /** What a shim of another vendor changes: its image, its level, its key, its MokList. */
    private static void foreignShim(Forger f) {
        f.change(Components.SHIM);
        f.replace(
                Components.SBAT_LEVEL,
                HonestBoot.authority(
                        Guid.SHIM_LOCK, "SbatLevel", Bytes.utf8("sbat,1,2023012900"), Components.SBAT_LEVEL));
        f.replace(
                Components.VENDOR_AUTHORITY,
                HonestBoot.authority(
                        Guid.SHIM_LOCK, "Shim", Bytes.utf8("another vendor's key"), Components.VENDOR_AUTHORITY));
        f.replace("MokList", HonestBoot.mok("MokList", "another vendor's certificate"));
    }

    private static Attack line(String name, String component, String line) {
        return attack("Rule 33: " + name, Check.BOOT_COMMANDS, component, LINE, line, f -> f.boots(line));
    }

    private static Attack image(String name, String component, Consumer<Forger> change) {
        return attack(
                "Rule 33: " + name,
                Check.BOOT_LOADERS,
                component,
                "(file)",
                "(claimed: EV_EFI_BOOT_SERVICES_APPLICATION)",
                change);
    }

    private static Attack file(String name, String component, Consumer<Forger> change) {
        return attack("Rule 33: " + name, Check.BOOT_FILES, component, "(file)", "(claimed: EV_", change);
    }
}
