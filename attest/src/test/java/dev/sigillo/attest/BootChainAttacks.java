package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import java.util.Collections;
import java.util.stream.Stream;

/** Another machine than the manifest describes, with a log that tells the truth about it: rules 25, 31, 33. */
final class BootChainAttacks {

    private BootChainAttacks() {}

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
}
