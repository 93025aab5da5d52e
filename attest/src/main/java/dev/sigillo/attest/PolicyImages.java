package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a policy asks of the images that PCR 4 holds: who let them in, what revokes them, which is the kernel (rules 29, 30, 33). */
final class PolicyImages {

    private static final int SHOWN = 5;

    private final BootFacts facts;
    private final Policy policy;

    private PolicyImages(BootFacts facts, Policy policy) {
        this.facts = facts;
        this.policy = policy;
    }

    static void judge(BootFacts facts, Policy policy, Answers answers) {
        PolicyImages images = new PolicyImages(facts, policy);
        policy.images().ifPresent(allowed -> answers.add(images.images(allowed)));
        answers.add(images.revoked());
        policy.kernels().ifPresent(allowed -> answers.add(images.kernel(allowed)));
    }

    private Finding images(List<AllowedKey> allowed) {
        if (facts.reason("bootImages").isPresent()) {
            return facts.undecided(Check.BOOT_IMAGES, "bootImages", "boot images as measured");
        }
        for (BootImage image : everyImage()) {
            if (AllowedKey.isAllowed(image.digest(), allowed)) {
                continue;
            }
            List<Authority> named = image.authorisedBy().map(List::of).orElse(image.candidates());
            List<KeyEntry> vouchers = named.stream()
                    .flatMap(authority -> authority.entry().stream())
                    .toList();
            Optional<Authority> unknown = named.stream()
                    .filter(authority -> authority.isDb() && authority.entry().isPresent() && !facts.isInDb(authority))
                    .findFirst();
            if (unknown.isPresent()) {
                return Finding.undecided(
                        Check.BOOT_IMAGES,
                        "who let " + name(image) + " run: the measured db does not hold "
                                + unknown.get().text());
            }
            if (vouchers.isEmpty()) {
                return Finding.undecided(
                        Check.BOOT_IMAGES, "who let " + name(image) + " run: " + Printable.text(image.why()));
            }
            List<KeyEntry> strange = vouchers.stream()
                    .filter(entry -> allowed.stream().noneMatch(one -> one.matches(entry)))
                    .toList();
            if (!strange.isEmpty()) {
                return new Finding.Broken(
                        Check.BOOT_IMAGES,
                        name(image),
                        "an image listed, or let in by " + AllowedKey.texts(allowed),
                        image.digest().hex() + ", let in by " + AllowedKey.names(strange),
                        "event " + image.event() + ", PCR 4");
            }
        }
        return facts.bootImages().isEmpty()
                ? Finding.undecided(Check.BOOT_IMAGES, "a boot image in PCR 4")
                : Finding.held(Check.BOOT_IMAGES);
    }

    /** Those outside the boot too: how registers' events lay among each other's is a log's claim. */
    private List<BootImage> everyImage() {
        List<BootImage> all = new ArrayList<>(facts.bootImages());
        all.addAll(facts.whole().outside());
        return all;
    }

    private Finding revoked() {
        if (facts.reason("bootImages").isPresent()) {
            return facts.undecided(Check.REVOKED_IMAGES, "bootImages", "boot images as measured");
        }
        if (facts.bank() != HashAlgorithm.SHA256) {
            return Finding.undecided(
                    Check.REVOKED_IMAGES, "SHA-256 digests of the boot images: revocations name no others");
        }
        Map<Digest, String> forbidden = new HashMap<>();
        policy.dbxRequired()
                .orElse(List.of())
                .forEach(one -> forbidden.put(one.digest(), "the dbx that the policy requires: " + one.what()));
        facts.dbx().stream()
                .filter(entry -> entry.type().equals(SignatureList.SHA256))
                .forEach(entry -> forbidden.put(entry.fingerprint(), "the machine's own dbx"));
        for (BootImage image : everyImage()) {
            Optional<String> revocation = RevokedImages.known()
                    .find(image.digest())
                    .map(RevokedImage::shown)
                    .or(() -> Optional.ofNullable(forbidden.get(image.digest())))
                    .or(() -> image.revokedBy().stream().findFirst());
            if (revocation.isPresent()) {
                return new Finding.Broken(
                        Check.REVOKED_IMAGES,
                        name(image),
                        "images that nobody revoked",
                        Printable.text(revocation.get()),
                        "event " + image.event() + ", PCR 4");
            }
        }
        return Finding.held(Check.REVOKED_IMAGES);
    }

    private Finding kernel(List<NamedDigest> allowed) {
        if (facts.reason("bootImages").isPresent() || facts.bootImages().isEmpty()) {
            return facts.undecided(Check.KERNEL_IMAGE, "bootImages", "boot images as measured");
        }
        Set<Digest> listed = policy.images().orElse(List.of()).stream()
                .flatMap(one -> one.fingerprint().stream())
                .collect(Collectors.toCollection(HashSet::new));
        allowed.forEach(one -> listed.add(one.digest()));
        BootImage last = facts.bootImages().getLast();
        Optional<NamedDigest> name = allowed.stream()
                .filter(one -> one.digest().equals(last.digest()))
                .findFirst();
        if (name.isEmpty()) {
            return strangeKernel(allowed, last);
        }
        for (int at = 0; at < facts.bootImages().size(); at++) {
            BootImage image = facts.bootImages().get(at);
            if (!isLoader(at) && !listed.contains(image.digest())) {
                return strangeKernel(allowed, image);
            }
        }
        return facts.whole().outside().stream()
                .filter(image -> !listed.contains(image.digest()))
                .findFirst()
                .map(image -> strangeKernel(allowed, image))
                .orElseGet(() -> new Finding.Held(
                        Check.KERNEL_IMAGE, Printable.name(name.get().what())));
    }

    /** The first image of an attempt, and what shim starts: what comes after them is a kernel, or what it may have started. */
    private boolean isLoader(int at) {
        List<BootImage> images = facts.bootImages();
        boolean first = BootImage.isFirst(images, at);
        boolean second = !first && BootImage.isFirst(images, at - 1);
        boolean shim = !facts.mok().isEmpty();
        return first || second && shim;
    }

    private static Finding strangeKernel(List<NamedDigest> allowed, BootImage image) {
        return new Finding.Broken(
                Check.KERNEL_IMAGE,
                "kernel" + image.path().map(path -> " " + Printable.name(path)).orElse(""),
                allowed.stream()
                        .limit(SHOWN)
                        .map(one -> Printable.name(one.what()))
                        .collect(Collectors.joining(" or ")),
                image.digest().hex(),
                "event " + image.event() + ", PCR 4");
    }

    private static String name(BootImage image) {
        return image.file()
                .or(image::path)
                .map(Printable::name)
                .orElse("boot image " + image.digest().hex().substring(0, 12));
    }
}
