package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.util.Collections;
import java.util.stream.Stream;

/** What is wrong in PCR 7: rules 21 to 30. */
final class SecureBootAttacks {

    private SecureBootAttacks() {}

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
}
