package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What is wrong in PCR 7, re-extended and re-signed: rules 21 to 30. */
final class SecureBootAttacks {

    private static final String VARIABLE = Components.SECURE_BOOT_VARIABLE;
    private static final String ON = "one measured SecureBoot variable of value 01 (on)";
    private static final Guid GLOBAL = Guid.GLOBAL_VARIABLE;
    private static final Guid DATABASE = Guid.IMAGE_SECURITY_DATABASE;

    private SecureBootAttacks() {}

    static Stream<Attack> variable() {
        return Stream.of(
                state("Rule 27: Secure Boot turned off", ON, "00 (off)", replace(GLOBAL, Bytes.zeros(1))),
                state("Rule 27: a machine booted with Secure Boot off", ON, "00 (off)", f -> {
                    f.events.clear();
                    f.events.addAll(HonestBoot.events(false));
                }),
                state(
                                "Rule 27: Secure Boot on where the pool has it off",
                                "one measured SecureBoot variable of value 00 (off)",
                                "01 (on)",
                                f -> {
                                    f.events.clear();
                                    f.events.addAll(HonestBoot.events(true));
                                })
                        .withoutSecureBoot(),
                state(
                        "Rule 21: the payload says on, the digest says off",
                        ON,
                        "none that its digest bears out",
                        f -> f.replace(
                                VARIABLE,
                                HonestBoot.variable(GLOBAL, "SecureBoot", Bytes.zeros(1), VARIABLE)
                                        .withPayload(
                                                HonestBoot.secureBootVariable(1).encode()))),
                state(
                        "Rule 27: a SecureBoot variable of size 0",
                        ON,
                        "a variable of size 0 (not on)",
                        replace(GLOBAL, Bytes.empty())),
                state("Rule 27: SecureBoot of two bytes", ON, "0100", replace(GLOBAL, Bytes.fromHex("0100"))),
                state("Rule 27: SecureBoot of value 2", ON, "02", replace(GLOBAL, Bytes.fromHex("02"))),
                state(
                        "Rule 27: SecureBoot of another vendor",
                        ON,
                        "none that its digest bears out",
                        replace(Guid.SHIM_LOCK, Bytes.of((byte) 1))),
                state(
                        "Rule 28: no SecureBoot at all",
                        ON,
                        "none that its digest bears out",
                        f -> f.events.remove(f.find(VARIABLE))),
                state(
                        "Rule 27: the variable retyped",
                        "EV_EFI_VARIABLE_DRIVER_CONFIG before the separator",
                        "EV_EFI_VARIABLE_BOOT",
                        f -> f.replace(
                                VARIABLE, f.events.get(f.find(VARIABLE)).withType(EventType.EV_EFI_VARIABLE_BOOT))),
                state(
                        "Rule 25: SecureBoot twice before the separator",
                        ON,
                        "2 of them",
                        f -> f.events.add(f.find("PK"), f.events.get(f.find(VARIABLE)))),
                state(
                        "Rule 25: off first, then on",
                        ON,
                        "2 of them",
                        f -> f.events.add(
                                f.find(VARIABLE), HonestBoot.variable(GLOBAL, "SecureBoot", Bytes.zeros(1), VARIABLE))),
                state(
                        "Rule 25: once before the separator and once after it, under another type",
                        ON,
                        "2 of them",
                        f -> f.events.add(
                                f.find(Components.SHIM_AUTHORITY),
                                HonestBoot.variable(GLOBAL, "SecureBoot", Bytes.zeros(1), VARIABLE)
                                        .withType(EventType.EV_EFI_VARIABLE_AUTHORITY))),
                state(
                        "Rule 28: SecureBoot after the separator",
                        "EV_EFI_VARIABLE_DRIVER_CONFIG before the separator",
                        "after the separator",
                        f -> {
                            Logged event = f.events.remove(f.find(VARIABLE));
                            f.events.add(f.find("dbx") + 2, event);
                        }));
    }

    static Stream<Attack> policy() {
        return Stream.of(
                policy("Rule 28: another PK", "PK", "variable PK = 28 bytes", f -> change(f, GLOBAL, "PK", empty())),
                policy(
                        "Rule 28: no PK: setup mode",
                        "PK",
                        "variable PK = ",
                        f -> change(f, GLOBAL, "PK", Bytes.empty())),
                policy("Rule 28: another KEK", "KEK", "variable KEK = 28", f -> change(f, GLOBAL, "KEK", empty())),
                policy(
                        "Rule 28: a key of the attacker in db",
                        "db",
                        "variable db = ",
                        f -> change(
                                f,
                                DATABASE,
                                "db",
                                Bytes.concat(
                                        HonestBoot.DB.encode(),
                                        SignatureList.certificate(
                                                        HonestBoot.OWNER, Bytes.utf8("certificate of an attacker"))
                                                .encode()))),
                policy(
                        "Rule 28: an emptied dbx",
                        "dbx",
                        "variable dbx =  (",
                        f -> change(f, DATABASE, "dbx", Bytes.empty())),
                policy(
                        "Rule 25: db twice",
                        "variable db",
                        "variable db = ",
                        f -> f.events.add(f.find("dbx"), f.events.get(f.find("db")))),
                policy(
                        "Rule 28: a variable that is not the manifest's",
                        "variable AuditMode",
                        "variable AuditMode = 01",
                        f -> f.events.add(
                                f.find("PK"),
                                HonestBoot.variable(GLOBAL, "AuditMode", Bytes.of((byte) 1), "AuditMode"))),
                policy(
                        "Rule 28: more variables than a sentence can hold",
                        "variable V0",
                        "; also changed: variable V1, variable V2, variable V3, variable V4, variable V5 and 994 more",
                        f -> {
                            for (int i = 0; i < 1000; i++) {
                                f.events.add(
                                        f.find("KEK"), HonestBoot.variable(GLOBAL, "V" + i, Bytes.of((byte) 1), "V"));
                            }
                        }),
                policy(
                        "Rule 31: shim's validation turned off",
                        "variable MokSBState",
                        "variable MokSBState = 01",
                        f -> f.events.add(
                                f.find(Components.SBAT_LEVEL),
                                HonestBoot.authority(Guid.SHIM_LOCK, "MokSBState", Bytes.of((byte) 1), "MokSBState"))),
                policy(
                        "Rule 28: UEFI Debug Mode",
                        "unexpected Secure Boot policy event",
                        "(claimed: EV_EFI_ACTION UEFI Debug Mode)",
                        f -> f.events.add(f.find("PK"), HonestBoot.action(7, "UEFI Debug Mode"))),
                policy(
                        "Rule 28: a variable with a name that is no name",
                        "variable a\\u{a}\\u{202e}b",
                        "variable a\\u{a}\\u{202e}b = 01",
                        f -> f.events.add(
                                f.find("PK"), HonestBoot.variable(GLOBAL, "a\n\u202eb", Bytes.of((byte) 1), "b"))),
                policy(
                        "Rule 29: an authority that is in no db",
                        Components.SHIM_AUTHORITY,
                        "variable db = 6576696c",
                        f -> f.replace(
                                Components.SHIM_AUTHORITY,
                                HonestBoot.authority(DATABASE, "db", Bytes.utf8("evil"), Components.SHIM_AUTHORITY))),
                policy(
                        "Rule 29: another vendor's key let GRUB in",
                        Components.VENDOR_AUTHORITY,
                        "variable MokListRT = 6576696c",
                        f -> f.replace(
                                Components.VENDOR_AUTHORITY,
                                HonestBoot.authority(
                                        Guid.SHIM_LOCK, "MokListRT", Bytes.utf8("evil"), Components.VENDOR_AUTHORITY))),
                policy(
                        "Rule 29: an enrolled key let something in as well",
                        "variable MokListRT",
                        "variable MokListRT = 6576696c",
                        f -> f.events.add(
                                f.find(Components.GRUB),
                                HonestBoot.authority(Guid.SHIM_LOCK, "MokListRT", Bytes.utf8("evil"), "evil"))),
                policy(
                        "Rule 29: an authority less: shim ran unverified",
                        Components.SHIM_AUTHORITY,
                        "no such event",
                        f -> f.events.remove(f.find(Components.SHIM_AUTHORITY))),
                policy(
                        "Rule 30: an older SbatLevel",
                        Components.SBAT_LEVEL,
                        "variable SbatLevel = ",
                        f -> f.replace(
                                Components.SBAT_LEVEL,
                                HonestBoot.authority(
                                        Guid.SHIM_LOCK,
                                        "SbatLevel",
                                        Bytes.utf8("sbat,1,2021030218"),
                                        Components.SBAT_LEVEL))),
                policy(
                        "Rule 28: PCR 7 in another order",
                        "PK",
                        "variable KEK = ",
                        f -> Collections.swap(f.events, f.find("PK"), f.find("KEK"))));
    }

    private static Bytes empty() {
        return SignatureList.hashes(HonestBoot.OWNER, java.util.List.of()).encode();
    }

    private static void change(Forger forger, Guid vendor, String name, Bytes data) {
        forger.replace(name, HonestBoot.variable(vendor, name, data, name));
    }

    private static Consumer<Forger> replace(Guid vendor, Bytes value) {
        return f -> f.replace(VARIABLE, HonestBoot.variable(vendor, "SecureBoot", value, VARIABLE));
    }

    private static Attack state(String name, String expected, String was, Consumer<Forger> change) {
        return attack(name, Check.SECURE_BOOT, VARIABLE, expected, was, change);
    }

    private static Attack policy(String name, String component, String was, Consumer<Forger> change) {
        boolean more = component.startsWith("variable ") || component.startsWith("unexpected ");
        return attack(name, Check.SECURE_BOOT_POLICY, component, more ? "no such event" : "(file)", was, change);
    }
}
