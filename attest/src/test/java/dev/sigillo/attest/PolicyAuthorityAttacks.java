package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What let something run, and the keys that somebody enrolled: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicyAuthorityAttacks {

    private static final Guid GLOBAL = Guid.GLOBAL_VARIABLE;

    private PolicyAuthorityAttacks() {}

    static Stream<PolicyAttack> authorities() {
        return Stream.of(
                broken(
                        "an authority that the policy does not list",
                        Check.AUTHORITIES,
                        "expected only key, CN=Nobody, was MokListRT: CN=Vendor of shim (sha256: & PCR 7",
                        m -> m.authorities = Optional.of(
                                List.of(PolicyMachine.by(PolicyMachine.SIGNER), AllowedKey.bySubject("CN=Nobody")))),
                broken(
                                "an authority that the measured db does not hold",
                                Check.AUTHORITIES,
                                "was db: CN=Signer of shim, which the measured db does not hold",
                                m -> {
                                    m.db(PolicyMachine.STRANGER);
                                    m.keys.clear();
                                })
                        .and(Check.SECURE_BOOT, Check.BOOT_IMAGES),
                broken(
                                "no authority with Secure Boot on",
                                Check.AUTHORITIES,
                                "expected one of key, CN=Vendor of shim, was none, with Secure Boot on",
                                m -> {
                                    m.remove(Components.SHIM_AUTHORITY);
                                    m.remove(Components.VENDOR_AUTHORITY);
                                    m.mok("MokList", Bytes.zeros(1));
                                })
                        .and(Check.SECURE_BOOT, Check.BOOT_IMAGES),
                held("no authority with Secure Boot off", m -> {
                    m.secureBoot = Optional.of(false);
                    m.images = Optional.empty();
                    m.replace(
                            Components.SECURE_BOOT_VARIABLE,
                            HonestBoot.variable(GLOBAL, "SecureBoot", Bytes.zeros(1), "x"));
                    m.remove(Components.SHIM_AUTHORITY);
                    m.remove(Components.VENDOR_AUTHORITY);
                    m.mok("MokList", Bytes.zeros(1));
                }),
                broken(
                                "an authority that is neither certificate nor hash",
                                Check.AUTHORITIES,
                                "was Odd: ",
                                m -> m.add(
                                        Components.SHIM,
                                        HonestBoot.authority(Guid.SHIM_LOCK, "Odd", Bytes.utf8("odd"), "odd")))
                        .and(Check.BOOT_IMAGES),
                held("the same, listed by its hash", m -> {
                    m.images = Optional.empty();
                    m.authorities = Optional.of(List.of(
                            PolicyMachine.by(PolicyMachine.SIGNER),
                            PolicyMachine.by(PolicyMachine.VENDOR),
                            AllowedKey.of("odd", Digest.of(HashAlgorithm.SHA256, Bytes.utf8("odd")))));
                    m.add(Components.SHIM, HonestBoot.authority(Guid.SHIM_LOCK, "Odd", Bytes.utf8("odd"), "odd"));
                }),
                undecided(
                                "an authority that cannot be read",
                                Check.AUTHORITIES,
                                "authorities as measured: incomplete: event ",
                                m -> m.add(
                                        Components.SHIM,
                                        setting("MokSBState", 1).withPayload(Bytes.utf8("junk"))))
                        .and(Check.SECURE_BOOT, Check.PUBLISHED_KEYS, Check.SBAT_LEVEL, Check.BOOT_IMAGES),
                disabled("MokSBState").and(Check.BOOT_IMAGES),
                disabled("MokDBState"),
                held("MokSBState of 00 switches nothing off", m -> m.add(Components.SHIM, setting("MokSBState", 0))),
                broken(
                        "an enrolled key",
                        Check.MOK_VARIABLES,
                        "MokList: expected nothing enrolled, was & (content unknown) & PCR 14",
                        m -> m.mok("MokList", Bytes.utf8("mine"))),
                broken(
                        "an enrolled key beside what the policy lists",
                        Check.MOK_VARIABLES,
                        "MokList: expected nothing enrolled, or what the policy lists, was ",
                        m -> {
                            m.mok = Optional.of(List.of(PolicyMachine.named("another", "another")));
                            m.mok("MokList", Bytes.utf8("mine"));
                        }),
                held("an enrolled key that the policy lists", m -> {
                    m.mok = Optional.of(List.of(PolicyMachine.named("mine", "mine")));
                    m.mok("MokList", Bytes.utf8("mine"));
                }),
                held("a longer list of what shim forbids", m -> m.mok("MokListX", Bytes.utf8("hashes"))),
                broken(
                        "an enrolled key under the name of what forbids, at its place",
                        Check.MOK_VARIABLES,
                        "MokListX",
                        m -> {
                            m.remove("MokListX");
                            m.mok("MokList", Bytes.zeros(1));
                            Bytes mine = Bytes.utf8("mine");
                            m.add("MokList", Logged.of(14, EventType.EV_IPL, mine, Bytes.utf8("MokListX\0"), "first"));
                        }),
                broken(
                        "01 that is not MokListTrusted's",
                        Check.MOK_VARIABLES,
                        "MokSBState: expected nothing enrolled, was & (01)",
                        m -> m.replace(
                                "MokListTrusted",
                                Logged.of(14, EventType.EV_IPL, Bytes.of((byte) 1), Bytes.utf8("MokSBState\0"), "x"))),
                undecided(
                                "no MOK variable measured",
                                Check.MOK_VARIABLES,
                                "MOK variables as measured in PCR 14: no event of PCR 14 in the log",
                                m -> m.forger.events.removeIf(event -> event.pcr() == 14))
                        .and(Check.KERNEL_IMAGE));
    }

    private static Logged setting(String name, int value) {
        return HonestBoot.authority(Guid.SHIM_LOCK, name, Bytes.of((byte) value), name);
    }

    private static PolicyAttack disabled(String name) {
        return broken(
                        "shim's verification switched off by " + name,
                        Check.SECURE_BOOT,
                        "expected shim verifies what it starts, was " + name
                                + ": 01: verification was switched off (event  & PCR 7",
                        m -> m.add(Components.SHIM, setting(name, 1)))
                .and(Check.AUTHORITIES, Check.MOK_VARIABLES);
    }
}
