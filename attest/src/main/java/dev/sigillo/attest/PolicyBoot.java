package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a policy asks of a boot, by the facts that the log shows and the quote bears out: rules 24 and 27 to 33. */
final class PolicyBoot {

    private static final int SHOWN = 5;

    private final BootFacts facts;
    private final Policy policy;

    private PolicyBoot(BootFacts facts, Policy policy) {
        this.facts = facts;
        this.policy = policy;
    }

    static void judge(BootFacts facts, Policy policy, Answers answers) {
        PolicyBoot boot = new PolicyBoot(facts, policy);
        policy.secureBoot().ifPresent(on -> answers.add(boot.secureBoot(on)));
        answers.add(boot.publishedKeys());
        answers.add(boot.keys(Check.SECURE_BOOT_PK, "pk", "PK", facts.pk()));
        answers.add(boot.keys(Check.SECURE_BOOT_KEK, "kek", "KEK", facts.kek()));
        answers.add(boot.keys(Check.SECURE_BOOT_DB, "db", "db", facts.db()));
        policy.dbxRequired().ifPresent(required -> answers.add(boot.dbx(required)));
        policy.authorities().ifPresent(allowed -> answers.add(boot.authorities(allowed)));
        policy.sbat().ifPresent(least -> answers.add(boot.sbat(least)));
        policy.mok().ifPresent(allowed -> answers.add(boot.mok(allowed)));
        policy.images().ifPresent(allowed -> answers.add(boot.images(allowed)));
        answers.add(boot.revoked());
        policy.kernels().ifPresent(allowed -> answers.add(boot.kernel(allowed)));
        policy.commandLine().ifPresent(rule -> answers.add(boot.commandLine(rule)));
        answers.add(boot.grub());
        answers.add(boot.exitBootServices());
    }

    private Finding missing(Check check, String field, String what) {
        return Finding.undecided(
                check, facts.reason(field).map(reason -> what + ": " + reason).orElse(what));
    }

    private Finding secureBoot(boolean on) {
        if (facts.secureBoot().isEmpty()) {
            return missing(Check.SECURE_BOOT, "secureBoot", "one measured SecureBoot variable");
        }
        boolean was = facts.secureBoot().get();
        if (was != on) {
            return Finding.broken(Check.SECURE_BOOT, on ? "on" : "off", was ? "on" : "off", "PCR 7");
        }
        Optional<Finding> unverified = on ? unverified(Check.SECURE_BOOT) : Optional.empty();
        if (unverified.isPresent()) {
            return unverified.get();
        }
        return on ? bornOut() : Finding.held(Check.SECURE_BOOT);
    }

    /** Rule 28: Secure Boot cannot be on without keys (that is setup mode), nor let anything run without an authority. */
    private Finding bornOut() {
        for (String field : List.of("pk", "kek", "db", "authorities")) {
            if (facts.reason(field).isPresent()) {
                return missing(Check.SECURE_BOOT, field, field);
            }
        }
        List<String> absent = new ArrayList<>();
        Map.of("PK", facts.pk(), "KEK", facts.kek(), "db", facts.db()).forEach((name, keys) -> {
            if (keys.isEmpty()) {
                absent.add("no " + name);
            }
        });
        if (facts.authorities().stream().noneMatch(one -> one.entry().isPresent())) {
            absent.add("no authority that let anything run");
        }
        facts.authorities().stream()
                .filter(one -> one.isDb() && !isInDb(one))
                .forEach(one -> absent.add("an authority that db does not hold (" + one.text() + ")"));
        return absent.isEmpty()
                ? Finding.held(Check.SECURE_BOOT)
                : Finding.broken(
                        Check.SECURE_BOOT,
                        "on, with PK, KEK, db and an authority",
                        "on, with " + String.join(", ", absent.stream().sorted().toList()),
                        "PCR 7");
    }

    /** By what it is, not by who put it there: shim names an entry of db without its owner. */
    private boolean isInDb(Authority authority) {
        return authority.entry().stream()
                .anyMatch(entry -> facts.db().stream()
                        .anyMatch(listed -> listed.type().equals(entry.type())
                                && listed.data().equals(entry.data())));
    }

    /** Secure Boot that shim was told to ignore is as good as none; what cannot be read may tell it so. */
    private Optional<Finding> unverified(Check check) {
        Optional<Authority> disabling =
                facts.authorities().stream().filter(Authority::isDisabling).findFirst();
        if (disabling.isPresent()) {
            return Optional.of(Finding.broken(
                    check,
                    "shim verifies what it starts",
                    disabling.get().text() + ": verification was switched off",
                    "event " + disabling.get().event() + ", PCR 7"));
        }
        return facts.reason("authorities").isPresent()
                ? Optional.of(missing(check, "authorities", "that shim's verification is not switched off"))
                : Optional.empty();
    }

    /** Rule 32: Secure Boot with a key that everybody has is as good as none. */
    private Finding publishedKeys() {
        Set<String> found = new LinkedHashSet<>();
        for (String field : List.of("pk", "kek", "db", "authorities")) {
            if (facts.reason(field).isPresent()) {
                return missing(Check.PUBLISHED_KEYS, field, field);
            }
        }
        List<KeyEntry> used = facts.authorities().stream()
                .flatMap(authority -> authority.entry().stream())
                .toList();
        for (List<KeyEntry> keys : List.of(facts.pk(), facts.kek(), facts.db(), used)) {
            keys.stream()
                    .filter(entry ->
                            entry.certificate().filter(PublishedKeys::contains).isPresent())
                    .forEach(entry -> found.add(entry.text()));
        }
        return found.isEmpty()
                ? Finding.held(Check.PUBLISHED_KEYS)
                : Finding.broken(
                        Check.PUBLISHED_KEYS, "keys whose private half is secret", String.join("; ", found), "PCR 7");
    }

    private Finding keys(Check check, String field, String variable, List<KeyEntry> entries) {
        if (facts.reason(field).isPresent()) {
            return missing(check, field, variable + " as measured");
        }
        List<AllowedKey> allowed = policy.keys().getOrDefault(variable, List.of());
        List<KeyEntry> strange = entries.stream()
                .filter(entry -> allowed.stream().noneMatch(one -> one.matches(entry)))
                .toList();
        return strange.isEmpty()
                ? Finding.held(check)
                : Finding.broken(check, "only " + texts(allowed), names(strange), "variable " + variable + ", PCR 7");
    }

    private Finding dbx(List<NamedDigest> required) {
        if (facts.reason("dbx").isPresent()) {
            return missing(Check.SECURE_BOOT_DBX, "dbx", "dbx as measured");
        }
        Set<Digest> forbidden = new HashSet<>();
        facts.dbx().forEach(entry -> forbidden.add(entry.fingerprint()));
        List<NamedDigest> absent = required.stream()
                .filter(one -> !forbidden.contains(one.digest()))
                .toList();
        return absent.isEmpty()
                ? Finding.held(Check.SECURE_BOOT_DBX)
                : Finding.broken(
                        Check.SECURE_BOOT_DBX,
                        required.size() + " entries that the policy requires",
                        forbidden.size() + " entries; " + absent.size() + " missing: "
                                + absent.stream()
                                        .limit(SHOWN)
                                        .map(one -> Printable.name(one.what()))
                                        .collect(Collectors.joining("; "))
                                + more(absent.size()),
                        "variable dbx, PCR 7");
    }

    private Finding authorities(List<AllowedKey> allowed) {
        if (facts.reason("authorities").isPresent()) {
            return missing(Check.AUTHORITIES, "authorities", "authorities as measured");
        }
        Optional<Finding> unverified = unverified(Check.AUTHORITIES);
        if (unverified.isPresent()) {
            return unverified.get();
        }
        List<String> strange = new ArrayList<>();
        boolean any = false;
        for (Authority authority : facts.authorities()) {
            if (authority.entry().isEmpty()) {
                boolean listed = isAllowed(Digest.of(HashAlgorithm.SHA256, authority.data()), allowed);
                if (!authority.isSetting() && !listed) {
                    strange.add(authority.text());
                }
                any |= listed;
                continue;
            }
            any = true;
            KeyEntry entry = authority.entry().get();
            if (authority.isDb() && !isInDb(authority, entry)) {
                strange.add(authority.text() + ", which the measured db does not hold");
            } else if (allowed.stream().noneMatch(one -> one.matches(entry))) {
                strange.add(Printable.name(authority.variable()) + ": " + AllowedKey.name(entry));
            }
        }
        if (!strange.isEmpty()) {
            return Finding.broken(Check.AUTHORITIES, "only " + texts(allowed), String.join("; ", strange), "PCR 7");
        }
        boolean needed = facts.secureBoot().orElse(false);
        return any || !needed
                ? Finding.held(Check.AUTHORITIES)
                : Finding.broken(Check.AUTHORITIES, "one of " + texts(allowed), "none, with Secure Boot on", "PCR 7");
    }

    /** Old shims measure the certificate without its owner: then it is an entry of db by its fingerprint. */
    private boolean isInDb(Authority authority, KeyEntry entry) {
        return authority.inDb()
                || facts.db().stream()
                        .anyMatch(one -> one.fingerprint().equals(entry.fingerprint())
                                && one.type().equals(entry.type()));
    }

    private Finding sbat(List<SbatEntry> least) {
        if (facts.sbatLevel().isEmpty()) {
            return missing(Check.SBAT_LEVEL, "sbatLevel", "shim's SbatLevel as measured");
        }
        List<String> low = new ArrayList<>();
        for (SbatEntry wanted : least) {
            int has = facts.sbatLevel().get().stream()
                    .filter(entry -> entry.component().equals(wanted.component()))
                    .mapToInt(SbatEntry::generation)
                    .max()
                    .orElse(0);
            if (has < wanted.generation()) {
                low.add(wanted.component() + (has == 0 ? " not named" : "," + has));
            }
        }
        return low.isEmpty()
                ? Finding.held(Check.SBAT_LEVEL)
                : Finding.broken(
                        Check.SBAT_LEVEL,
                        least.stream()
                                .map(entry -> entry.component() + "," + entry.generation())
                                .collect(Collectors.joining(" ")),
                        String.join(" ", low),
                        "variable SbatLevel, PCR 7");
    }

    private Finding mok(List<NamedDigest> allowed) {
        if (facts.reason("mok").isPresent()) {
            return missing(Check.MOK_VARIABLES, "mok", "MOK variables as measured in PCR 14");
        }
        Optional<Finding> unverified = unverified(Check.MOK_VARIABLES);
        if (unverified.isPresent() && facts.reason("authorities").isEmpty()) {
            return unverified.get();
        }
        for (int at = 0; at < facts.mok().size(); at++) {
            MokEntry entry = facts.mok().get(at);
            boolean listed = allowed.stream().anyMatch(one -> one.digest().equals(entry.digest()));
            // Names are claims, but shim measures MokList first. What comes second under the name MokListX can only
            // forbid:
            // it is shim's own list of revoked images, which a log does not show.
            boolean forbids = at == 1
                    && entry.name().equals("MokListX")
                    && entry.content().isEmpty();
            if (!listed && !forbids && !entry.empty().orElse(false)) {
                String content = entry.content().orElse("content unknown");
                return new Finding.Broken(
                        Check.MOK_VARIABLES,
                        Printable.name(entry.name()),
                        allowed.isEmpty() ? "nothing enrolled" : "nothing enrolled, or what the policy lists",
                        entry.digest().hex() + " (" + content + ")",
                        "event " + entry.event() + ", PCR 14");
            }
        }
        return Finding.held(Check.MOK_VARIABLES);
    }

    private Finding images(List<AllowedKey> allowed) {
        if (facts.reason("bootImages").isPresent()) {
            return missing(Check.BOOT_IMAGES, "bootImages", "boot images as measured");
        }
        for (BootImage image : everyImage()) {
            if (isAllowed(image.digest(), allowed)) {
                continue;
            }
            List<Authority> named = image.authorisedBy().map(List::of).orElse(image.candidates());
            List<KeyEntry> vouchers = named.stream()
                    .flatMap(authority -> authority.entry().stream())
                    .toList();
            Optional<Authority> unknown = named.stream()
                    .filter(authority -> authority.isDb()
                            && authority.entry().isPresent()
                            && !isInDb(authority, authority.entry().get()))
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
                        "an image listed, or let in by " + texts(allowed),
                        image.digest().hex() + ", let in by " + names(strange),
                        "event " + image.event() + ", PCR 4");
            }
        }
        return facts.bootImages().isEmpty()
                ? Finding.undecided(Check.BOOT_IMAGES, "a boot image in PCR 4")
                : Finding.held(Check.BOOT_IMAGES);
    }

    private static boolean isAllowed(Digest digest, List<AllowedKey> allowed) {
        return allowed.stream()
                .anyMatch(one -> one.fingerprint().filter(digest::equals).isPresent());
    }

    /** Those outside the boot too: how registers' events lay among each other's is a log's claim. */
    private List<BootImage> everyImage() {
        List<BootImage> all = new ArrayList<>(facts.bootImages());
        all.addAll(facts.whole().outside());
        return all;
    }

    private Finding revoked() {
        if (facts.reason("bootImages").isPresent()) {
            return missing(Check.REVOKED_IMAGES, "bootImages", "boot images as measured");
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
                    .or(() -> Optional.ofNullable(forbidden.get(image.digest())));
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
            return missing(Check.KERNEL_IMAGE, "bootImages", "boot images as measured");
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
        boolean first =
                at == 0 || images.get(at).attempt() != images.get(at - 1).attempt();
        boolean second = at > 0
                && !first
                && (at == 1
                        || images.get(at - 1).attempt() != images.get(at - 2).attempt());
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

    private Finding commandLine(CommandLineRule rule) {
        Optional<List<String>> lines = facts.whole().commandLines();
        if (lines.isEmpty()) {
            String field = facts.reason("kernelCommandLine").isPresent() ? "kernelCommandLine" : "grubCommands";
            return missing(Check.COMMAND_LINE, field, "a measured kernel command line");
        }
        return lines.get().stream()
                .map(rule::judge)
                .filter(finding -> !(finding instanceof Finding.Held))
                .findFirst()
                .orElse(Finding.held(Check.COMMAND_LINE));
    }

    private Finding grub() {
        if (facts.reason("grubCommands").isPresent()) {
            return missing(Check.GRUB_COMMANDS, "grubCommands", "GRUB's commands as measured");
        }
        for (String command : facts.whole().commands()) {
            Optional<WordPattern> forbidden = policy.grubForbidden().orElse(List.of()).stream()
                    .filter(pattern -> pattern.matches(command))
                    .findFirst();
            boolean allowed = policy.grubAllowed().isEmpty()
                    || policy.grubAllowed().get().stream().anyMatch(pattern -> pattern.matches(command));
            if (forbidden.isPresent() || !allowed) {
                return Finding.broken(
                        Check.GRUB_COMMANDS,
                        forbidden.map(pattern -> "no command " + pattern).orElse("only commands that the policy lists"),
                        Printable.text(command),
                        "PCR 8");
            }
        }
        return Finding.held(Check.GRUB_COMMANDS);
    }

    private Finding exitBootServices() {
        if (facts.exitBootServices().isEmpty()) {
            return missing(Check.EXIT_BOOT_SERVICES, "exitBootServices", "a log that replays PCR 5");
        }
        return facts.exitBootServices().get()
                ? Finding.held(Check.EXIT_BOOT_SERVICES)
                : Finding.broken(
                        Check.EXIT_BOOT_SERVICES,
                        "Exit Boot Services Invocation and Returned with Success",
                        facts.reason("exitBootServices").orElse("a log that ends before"),
                        "PCR 5");
    }

    private static String name(BootImage image) {
        return image.file()
                .or(image::path)
                .map(Printable::name)
                .orElse("boot image " + image.digest().hex().substring(0, 12));
    }

    private static String texts(List<AllowedKey> allowed) {
        return allowed.isEmpty()
                ? "nothing"
                : allowed.stream().map(one -> Printable.name(one.text())).collect(Collectors.joining(", "));
    }

    private static String names(List<KeyEntry> entries) {
        return entries.stream().limit(SHOWN).map(AllowedKey::name).collect(Collectors.joining("; "))
                + more(entries.size());
    }

    private static String more(int size) {
        return size > SHOWN ? " and " + (size - SHOWN) + " more" : "";
    }
}
