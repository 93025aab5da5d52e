package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Secure Boot, its keys and lists: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicySecureBootAttacks {

    private static final Guid GLOBAL = Guid.GLOBAL_VARIABLE;
    private static final Digest ZERO = Digest.zero(HashAlgorithm.SHA256);

    private PolicySecureBootAttacks() {}

    static Stream<PolicyAttack> secureBoot() {
        return Stream.of(
                broken(
                                "off",
                                Check.SECURE_BOOT,
                                "expected on, was off & PCR 7",
                                m -> m.replace(
                                        Components.SECURE_BOOT_VARIABLE,
                                        HonestBoot.variable(GLOBAL, "SecureBoot", Bytes.zeros(1), "x")))
                        .and(Check.BOOT_IMAGES),
                broken(
                        "on, where off is asked",
                        Check.SECURE_BOOT,
                        "expected off, was on",
                        m -> m.secureBoot = Optional.of(false)),
                held("off, as asked: no keys are needed", m -> {
                    m.secureBoot = Optional.of(false);
                    m.images = Optional.empty();
                    m.replace(
                            Components.SECURE_BOOT_VARIABLE,
                            HonestBoot.variable(GLOBAL, "SecureBoot", Bytes.zeros(1), "x"));
                    m.replace("PK", HonestBoot.variable(GLOBAL, "PK", Bytes.empty(), "PK"));
                }),
                undecided(
                                "no SecureBoot variable",
                                Check.SECURE_BOOT,
                                "one measured SecureBoot variable: ",
                                m -> m.remove(Components.SECURE_BOOT_VARIABLE))
                        .and(Check.BOOT_IMAGES),
                broken(
                        "setup mode: no PK",
                        Check.SECURE_BOOT,
                        "on, with PK, KEK, db and an authority, was on, with no PK (",
                        m -> m.replace("PK", HonestBoot.variable(GLOBAL, "PK", Bytes.empty(), "PK"))),
                broken(
                        "no KEK",
                        Check.SECURE_BOOT,
                        "was on, with no KEK (",
                        m -> m.replace("KEK", HonestBoot.variable(GLOBAL, "KEK", Bytes.empty(), "KEK"))),
                undecided("no PK measured", Check.SECURE_BOOT_PK, "PK as measured: no variable PK", m -> m.remove("PK"))
                        .and(Check.SECURE_BOOT, Check.PUBLISHED_KEYS),
                undecided(
                                "no KEK measured",
                                Check.SECURE_BOOT_KEK,
                                "KEK as measured: no variable KEK",
                                m -> m.remove("KEK"))
                        .and(Check.SECURE_BOOT, Check.PUBLISHED_KEYS),
                undecided("no db measured", Check.SECURE_BOOT_DB, "db as measured: no variable db", m -> m.remove("db"))
                        .and(Check.SECURE_BOOT, Check.PUBLISHED_KEYS, Check.AUTHORITIES, Check.BOOT_IMAGES),
                undecided(
                        "no dbx measured",
                        Check.SECURE_BOOT_DBX,
                        "dbx as measured: no variable dbx",
                        m -> m.remove("dbx")),
                broken(
                        "another PK",
                        Check.SECURE_BOOT_PK,
                        "platform key (PK): expected only key, was CN=Stranger (sha256: & variable PK, PCR 7",
                        m -> m.replace(
                                "PK",
                                HonestBoot.variable(
                                        GLOBAL,
                                        "PK",
                                        PolicyMachine.list(PolicyMachine.STRANGER)
                                                .encode(),
                                        "PK"))),
                broken(
                        "another KEK",
                        Check.SECURE_BOOT_KEK,
                        "was CN=Stranger (sha256: & variable KEK, PCR 7",
                        m -> m.replace(
                                "KEK",
                                HonestBoot.variable(
                                        GLOBAL,
                                        "KEK",
                                        PolicyMachine.list(PolicyMachine.STRANGER)
                                                .encode(),
                                        "KEK"))),
                broken(
                        "one key more in db",
                        Check.SECURE_BOOT_DB,
                        "was CN=Stranger (sha256: & variable db, PCR 7",
                        m -> m.db(PolicyMachine.SIGNER, PolicyMachine.STRANGER)),
                held(
                        "db of fewer keys than allowed",
                        m -> m.keys.put(
                                "db",
                                List.of(
                                        PolicyMachine.by(PolicyMachine.STRANGER),
                                        PolicyMachine.by(PolicyMachine.SIGNER)))),
                held("keys that nobody asks for", m -> {
                    m.keys.clear();
                    m.db(PolicyMachine.SIGNER, PolicyMachine.STRANGER);
                }),
                broken(
                        "a PK where none is allowed",
                        Check.SECURE_BOOT_PK,
                        "expected only nothing, was CN=Owner of the platform",
                        m -> m.keys.put("PK", List.of())),
                broken(
                        "a dbx that lacks an entry",
                        Check.SECURE_BOOT_DBX,
                        "expected 2 entries that the policy requires, was 1 entries; 1 missing: boot hole (variable dbx, PCR 7",
                        m -> m.dbx = Optional.of(List.of(
                                new NamedDigest("no hash", ZERO), PolicyMachine.named("boot hole", "boot hole")))),
                broken(
                        "a dbx that lacks seven",
                        Check.SECURE_BOOT_DBX,
                        "7 missing: hole 1; hole 2; hole 3; hole 4; hole 5 and 2 more",
                        m -> m.dbx = Optional.of(IntStream.rangeClosed(1, 7)
                                .mapToObj(i -> PolicyMachine.named("hole " + i, "hole " + i))
                                .toList())),
                published("PK"),
                published("KEK"),
                published("db"),
                broken(
                        "an SBAT level of an old GRUB",
                        Check.SBAT_LEVEL,
                        "expected shim,4 grub,6, was grub,5 (variable SbatLevel, PCR 7",
                        m -> m.sbat = Optional.of(
                                List.of(new SbatEntry("shim", 4, List.of()), new SbatEntry("grub", 6, List.of())))),
                broken(
                        "an SBAT level that does not name a component",
                        Check.SBAT_LEVEL,
                        "was grub.proxmox not named",
                        m -> m.sbat = Optional.of(List.of(new SbatEntry("grub.proxmox", 2, List.of())))),
                held(
                        "an SBAT level beyond what is asked",
                        m -> m.sbat = Optional.of(List.of(new SbatEntry("shim", 3, List.of())))),
                undecided(
                        "no SBAT level measured",
                        Check.SBAT_LEVEL,
                        "shim's SbatLevel as measured: no SbatLevel in PCR 7",
                        m -> m.remove(Components.SBAT_LEVEL)),
                undecided(
                                "PCR 7 of which the policy asks no explanation, and the log tells a tale",
                                Check.SECURE_BOOT,
                                "the log does not replay",
                                m -> {
                                    m.unexplained.add(7);
                                    m.forger.really.put(7, ZERO);
                                })
                        .and(PolicyAttack.PCR7)
                        .and(Check.FIRMWARE_DEBUG, Check.DMA_PROTECTION, Check.MOK_VARIABLES));
    }

    private static PolicyAttack published(String variable) {
        ForgedKey key = ForgedKey.root("CN=DO NOT TRUST - AMI Test PK");
        return broken(
                "a key in " + variable + " that everybody has",
                Check.PUBLISHED_KEYS,
                "expected keys whose private half is secret, was CN=DO NOT TRUST - AMI Test PK (PCR 7",
                m -> {
                    m.keys.clear();
                    if (variable.equals("db")) {
                        m.db(PolicyMachine.SIGNER, key);
                    } else {
                        m.replace(
                                variable,
                                HonestBoot.variable(
                                        GLOBAL,
                                        variable,
                                        PolicyMachine.list(key).encode(),
                                        variable));
                    }
                });
    }
}
