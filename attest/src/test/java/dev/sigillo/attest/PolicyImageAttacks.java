package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The images that booted: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicyImageAttacks {

    private static final Guid DATABASE = Guid.IMAGE_SECURITY_DATABASE;
    private static final String CALLING = "Calling EFI Application from Boot Option";
    private static final Logged EVIL = HonestBoot.image("evil", "evil");

    private PolicyImageAttacks() {}

    static Stream<PolicyAttack> images() {
        return Stream.of(
                broken(
                        "images that the vendor's key let in, and the policy does not",
                        Check.BOOT_IMAGES,
                        "expected an image listed, or let in by key, was & , let in by CN=Vendor of shim (sha256: & PCR 4",
                        m -> m.images = Optional.of(List.of(PolicyMachine.by(PolicyMachine.SIGNER)))),
                held(
                        "images by their digests, whoever let them in",
                        m -> m.images = Optional.of(Stream.of("shim", "grub", "kernel")
                                .map(name -> AllowedKey.of(
                                        name, PolicyMachine.named(name, name).digest()))
                                .toList())),
                broken("an image before the boot", Check.BOOT_IMAGES, "boot image  & let in by & PCR 4", m -> {
                            m.images = listed();
                            m.add(CALLING, EVIL);
                        })
                        .and(Check.KERNEL_IMAGE),
                broken("an image after the boot", Check.BOOT_IMAGES, "let in by & PCR 4", m -> {
                            m.images = listed();
                            m.forger.events.add(EVIL);
                        })
                        .and(Check.KERNEL_IMAGE, Check.EXIT_BOOT_SERVICES),
                undecided("an image that anybody may have let in", Check.BOOT_IMAGES, "who let boot image", m -> {
                            m.remove(Components.SHIM_AUTHORITY);
                            m.remove(Components.VENDOR_AUTHORITY);
                            m.mok("MokList", Bytes.zeros(1));
                        })
                        .and(Check.SECURE_BOOT, Check.AUTHORITIES),
                undecided(
                                "no boot image",
                                Check.BOOT_IMAGES,
                                "a boot image in PCR 4",
                                m -> m.forger.events.removeIf(
                                        event -> event.type() == EventType.EV_EFI_BOOT_SERVICES_APPLICATION))
                        .and(Check.KERNEL_IMAGE),
                undecided(
                                "PCR 4 without its beginning",
                                Check.REVOKED_IMAGES,
                                "boot images as measured: withheld: no \"Calling",
                                m -> m.remove(CALLING))
                        .and(Check.BOOT_IMAGES, Check.KERNEL_IMAGE),
                broken(
                                "an image that the policy's dbx forbids",
                                Check.REVOKED_IMAGES,
                                "expected images that nobody revoked, was the dbx that the policy requires: hole (event  & PCR 4",
                                m -> m.dbx = Optional.of(List.of(PolicyMachine.named("hole", "grub"))))
                        .and(Check.SECURE_BOOT_DBX),
                broken(
                        "an image that the machine's own dbx forbids",
                        Check.REVOKED_IMAGES,
                        "was the machine's own dbx (",
                        m -> m.replace(
                                "dbx",
                                HonestBoot.variable(
                                        DATABASE,
                                        "dbx",
                                        SignatureList.hashes(
                                                        HonestBoot.OWNER,
                                                        List.of(
                                                                Bytes.zeros(32),
                                                                PolicyMachine.named("", "grub")
                                                                        .digest()
                                                                        .value()))
                                                .encode(),
                                        "dbx"))),
                broken(
                        "an image that is publicly revoked",
                        Check.REVOKED_IMAGES,
                        "expected images that nobody revoked, was ",
                        m -> m.replace(
                                Components.GRUB,
                                m.forger
                                        .events
                                        .get(m.forger.find(Components.GRUB))
                                        .withDigest(revoked()))),
                broken("a revoked image after the boot", Check.REVOKED_IMAGES, "PCR 4", m -> {
                            m.images = Optional.empty();
                            m.forger.events.add(EVIL.withDigest(revoked()));
                        })
                        .and(Check.KERNEL_IMAGE, Check.EXIT_BOOT_SERVICES),
                held("a revoked image that nobody asks of", m -> {
                    m.revokedRefused = false;
                    m.replace(
                            Components.GRUB,
                            m.forger.events.get(m.forger.find(Components.GRUB)).withDigest(revoked()));
                }),
                broken(
                                "another kernel",
                                Check.KERNEL_IMAGE,
                                "kernel: expected kernel 6.12, was & PCR 4",
                                m -> m.forger.change("kernel /vmlinuz"))
                        .and(Check.BOOT_FILES),
                broken(
                        "another kernel, and another before the good one",
                        Check.KERNEL_IMAGE,
                        "kernel: expected kernel 6.12, was " + EVIL.digest().hex(),
                        m -> m.forger.events.add(
                                m.forger.events.indexOf(HonestBoot.image("kernel", "kernel /vmlinuz")), EVIL)),
                held("an image listed between GRUB and kernel", m -> {
                    m.images = Optional.of(Stream.of("shim", "grub", "kernel", "evil")
                            .map(name -> AllowedKey.of(
                                    name, PolicyMachine.named(name, name).digest()))
                            .toList());
                    m.forger.events.add(m.forger.find(Components.GRUB) + 1, EVIL);
                }),
                broken(
                        "an image between GRUB and kernel",
                        Check.KERNEL_IMAGE,
                        "was " + EVIL.digest().hex(),
                        m -> m.forger.events.add(m.forger.find(Components.GRUB) + 1, EVIL)),
                broken(
                        "seven kernels allowed, none of which ran",
                        Check.KERNEL_IMAGE,
                        "expected k1 or k2 or k3 or k4 or k5, was ",
                        m -> m.kernels = Optional.of(IntStream.rangeClosed(1, 7)
                                .mapToObj(i -> PolicyMachine.named("k" + i, "k" + i))
                                .toList())));
    }

    private static Digest revoked() {
        return Digest.fromHex(
                HashAlgorithm.SHA256,
                RevokedImages.known().all().iterator().next().sha256());
    }

    private static Optional<List<AllowedKey>> listed() {
        return Optional.of(Stream.of("shim", "grub", "kernel")
                .map(name -> AllowedKey.of(name, PolicyMachine.named(name, name).digest()))
                .toList());
    }
}
