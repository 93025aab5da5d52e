package dev.sigillo.attest;

import static dev.sigillo.eventlog.EventType.EV_EFI_ACTION;
import static dev.sigillo.eventlog.EventType.EV_EFI_BOOT_SERVICES_APPLICATION;
import static dev.sigillo.eventlog.EventType.EV_EFI_GPT_EVENT;
import static dev.sigillo.eventlog.EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB;
import static dev.sigillo.eventlog.EventType.EV_EFI_VARIABLE_AUTHORITY;
import static dev.sigillo.eventlog.EventType.EV_EFI_VARIABLE_BOOT;
import static dev.sigillo.eventlog.EventType.EV_EFI_VARIABLE_DRIVER_CONFIG;
import static dev.sigillo.eventlog.EventType.EV_EVENT_TAG;
import static dev.sigillo.eventlog.EventType.EV_IPL;
import static dev.sigillo.eventlog.EventType.EV_SEPARATOR;
import static dev.sigillo.eventlog.EventType.EV_S_CRTM_VERSION;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VariableData;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of a node (OVMF, shim, GRUB, kernel with EFI stub), in the order of a real log and under the names that
 * production's manifests have for them.
 */
public final class HonestBoot {

    public static final String ROOT_HASH = "c0".repeat(32);
    public static final String COMMAND_LINE =
            "/vmlinuz root=/dev/mapper/root ro sigillo.roothash=" + ROOT_HASH + " console=ttyS0 quiet";
    public static final Guid OWNER = Guid.of("77fa9abd-0359-4d32-bd60-28f4e78f784b");
    public static final SignatureList DB = SignatureList.certificate(OWNER, Bytes.utf8("certificate of the image signer"));

    private final List<Logged> events = new ArrayList<>();

    private HonestBoot() {}

    public static List<Logged> events(boolean secureBoot) {
        HonestBoot boot = new HonestBoot();
        boot.firmware(secureBoot);
        boot.shim(secureBoot);
        boot.grub(secureBoot);
        return boot.events;
    }

    public static VariableData secureBootVariable(int value) {
        return new VariableData(Guid.GLOBAL_VARIABLE, "SecureBoot", Bytes.of((byte) value));
    }

    public static Logged variable(Guid vendor, String name, Bytes data, String component) {
        return Logged.bound(7, EV_EFI_VARIABLE_DRIVER_CONFIG, new VariableData(vendor, name, data).encode(), component);
    }

    public static Logged authority(Guid vendor, String name, Bytes data, String component) {
        return Logged.bound(7, EV_EFI_VARIABLE_AUTHORITY, new VariableData(vendor, name, data).encode(), component);
    }

    public static Logged separator(int pcr) {
        return Logged.bound(pcr, EV_SEPARATOR, Bytes.zeros(4), Components.SEPARATOR);
    }

    public static Logged action(int pcr, String text) {
        return Logged.bound(pcr, EV_EFI_ACTION, Bytes.utf8(text), text);
    }

    public static Logged command(String text) {
        return Logged.of(
                8, EV_IPL, Bytes.utf8(text), Bytes.utf8("grub_cmd: " + text + "\0"), Components.GRUB_COMMAND + text);
    }

    public static Logged commandLine(String text) {
        return Logged.of(
                8,
                EV_IPL,
                Bytes.utf8(text),
                Bytes.utf8("kernel_cmdline: " + text + "\0"),
                Components.KERNEL_COMMAND_LINE);
    }

    public static Logged file(String path, String content, String component) {
        return Logged.of(9, EV_IPL, Bytes.utf8(content), Bytes.utf8(path + "\0"), component);
    }

    public static Logged image(String content, String component) {
        Bytes devicePath = Bytes.utf8("device path of " + component);
        return Logged.of(4, EV_EFI_BOOT_SERVICES_APPLICATION, Bytes.utf8(content), devicePath, component);
    }

    private void firmware(boolean secureBoot) {
        Guid global = Guid.GLOBAL_VARIABLE;
        Guid database = Guid.IMAGE_SECURITY_DATABASE;
        Bytes keys = SignatureList.certificate(OWNER, Bytes.utf8("certificate of the owner"))
                .encode();
        events.add(Logged.bound(0, EV_S_CRTM_VERSION, Bytes.zeros(2), "firmware version"));
        events.add(Logged.of(
                0, EV_EFI_PLATFORM_FIRMWARE_BLOB, Bytes.utf8("PEIFV"), Bytes.zeros(16), "firmware volume PEIFV"));
        events.add(Logged.of(
                0, EV_EFI_PLATFORM_FIRMWARE_BLOB, Bytes.utf8("DXEFV"), Bytes.zeros(16), "firmware volume DXEFV"));
        Bytes state = Bytes.of((byte) (secureBoot ? 1 : 0));
        events.add(variable(global, "SecureBoot", state, Components.SECURE_BOOT_VARIABLE));
        events.add(variable(global, "PK", keys, "PK"));
        events.add(variable(global, "KEK", keys, "KEK"));
        events.add(variable(database, "db", DB.encode(), "db"));
        events.add(variable(
                database,
                "dbx",
                SignatureList.hashes(OWNER, List.of(Bytes.zeros(32))).encode(),
                "dbx"));
        events.add(separator(7));
        events.add(boot("BootOrder", Bytes.fromHex("0000")));
        events.add(boot("Boot0000", Bytes.utf8("load option of the disk")));
        events.add(action(4, "Calling EFI Application from Boot Option"));
        for (int pcr = 0; pcr <= 6; pcr++) {
            events.add(separator(pcr));
        }
        if (secureBoot) {
            SignatureEntry signer = DB.entries().getFirst();
            events.add(authority(database, "db", signer.encode(), Components.SHIM_AUTHORITY));
        }
        events.add(Logged.bound(5, EV_EFI_GPT_EVENT, Bytes.utf8("GUID partition table"), Components.PARTITION_TABLE));
    }

    private static Logged boot(String name, Bytes value) {
        Bytes payload = new VariableData(Guid.GLOBAL_VARIABLE, name, value).encode();
        return Logged.of(1, EV_EFI_VARIABLE_BOOT, value, payload, "variable " + name);
    }

    private void shim(boolean secureBoot) {
        events.add(image("shim", Components.SHIM));
        events.add(mok("MokList"));
        events.add(mok("MokListX"));
        String level = secureBoot ? "sbat,1,2025021800" : "sbat,1,2021030218";
        events.add(authority(Guid.SHIM_LOCK, "SbatLevel", Bytes.utf8(level), Components.SBAT_LEVEL));
        events.add(mok("MokListTrusted"));
        if (secureBoot) {
            events.add(authority(
                    Guid.SHIM_LOCK, "MokListRT", Bytes.utf8("vendor certificate"), Components.VENDOR_AUTHORITY));
        }
    }

    private static Logged mok(String name) {
        return mok(name, "content of " + name);
    }

    public static Logged mok(String name, String content) {
        return Logged.of(14, EV_IPL, Bytes.utf8(content), Bytes.utf8(name + "\0"), name);
    }

    private void grub(boolean secureBoot) {
        events.add(image("grub", Components.GRUB));
        events.add(file("/EFI/debian/grub.cfg", "grub.cfg", Components.GRUB_CONFIGURATION));
        events.add(file("/EFI/debian/grub.cfg", "grub.cfg", Components.GRUB_CONFIGURATION));
        events.add(command("set timeout=0"));
        events.add(command("search --no-floppy --label root --set=root"));
        events.add(command("linux " + COMMAND_LINE));
        events.add(file("/vmlinuz", "kernel file", "kernel /vmlinuz"));
        if (secureBoot) {
            events.add(image("kernel", "kernel /vmlinuz"));
        }
        events.add(commandLine(COMMAND_LINE));
        events.add(command("initrd /initrd.img"));
        events.add(file("/initrd.img", "initrd", Components.INITRD));
        events.add(command("boot"));
        events.add(tagged("LOADED_IMAGE::LoadOptions", COMMAND_LINE, Components.LOAD_OPTIONS));
        events.add(tagged("Linux initrd", "initrd", Components.INITRD));
        events.add(action(5, "Exit Boot Services Invocation"));
        events.add(action(5, "Exit Boot Services Returned with Success"));
    }

    private static Logged tagged(String label, String content, String component) {
        return Logged.of(9, EV_EVENT_TAG, Bytes.utf8(content), Bytes.utf8(label), component);
    }
}
