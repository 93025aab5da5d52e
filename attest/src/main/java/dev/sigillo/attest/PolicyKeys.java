package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a policy asks of Secure Boot: its state, keys, authorities and MOK variables, by PCR 7 and 14 (rules 27 to 32). */
final class PolicyKeys {

    private static final int SHOWN = 5;

    private final BootFacts facts;
    private final Policy policy;

    private PolicyKeys(BootFacts facts, Policy policy) {
        this.facts = facts;
        this.policy = policy;
    }

    static void judge(BootFacts facts, Policy policy, Answers answers) {
        PolicyKeys keys = new PolicyKeys(facts, policy);
        policy.secureBoot().ifPresent(on -> answers.add(keys.secureBoot(on)));
        answers.add(keys.publishedKeys());
        answers.add(keys.keys(Check.SECURE_BOOT_PK, "pk", "PK", facts.pk()));
        answers.add(keys.keys(Check.SECURE_BOOT_KEK, "kek", "KEK", facts.kek()));
        answers.add(keys.keys(Check.SECURE_BOOT_DB, "db", "db", facts.db()));
        policy.dbxRequired().ifPresent(required -> answers.add(keys.dbx(required)));
        policy.authorities().ifPresent(allowed -> answers.add(keys.authorities(allowed)));
        policy.sbat().ifPresent(least -> answers.add(keys.sbat(least)));
        policy.mok().ifPresent(allowed -> answers.add(keys.mok(allowed)));
    }

    private Finding secureBoot(boolean on) {
        if (facts.secureBoot().isEmpty()) {
            return facts.undecided(Check.SECURE_BOOT, "secureBoot", "one measured SecureBoot variable");
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
                return facts.undecided(Check.SECURE_BOOT, field, field);
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
                .filter(one -> one.isDb() && !facts.isInDb(one))
                .forEach(one -> absent.add("an authority that db does not hold (" + one.text() + ")"));
        return absent.isEmpty()
                ? Finding.held(Check.SECURE_BOOT)
                : Finding.broken(
                        Check.SECURE_BOOT,
                        "on, with PK, KEK, db and an authority",
                        "on, with " + String.join(", ", absent.stream().sorted().toList()),
                        "PCR 7");
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
                ? Optional.of(facts.undecided(check, "authorities", "that shim's verification is not switched off"))
                : Optional.empty();
    }

    /** Rule 32: Secure Boot with a key that everybody has is as good as none. */
    private Finding publishedKeys() {
        Set<String> found = new LinkedHashSet<>();
        for (String field : List.of("pk", "kek", "db", "authorities")) {
            if (facts.reason(field).isPresent()) {
                return facts.undecided(Check.PUBLISHED_KEYS, field, field);
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
            return facts.undecided(check, field, variable + " as measured");
        }
        List<AllowedKey> allowed = policy.keys().getOrDefault(variable, List.of());
        List<KeyEntry> strange = entries.stream()
                .filter(entry -> allowed.stream().noneMatch(one -> one.matches(entry)))
                .toList();
        return strange.isEmpty()
                ? Finding.held(check)
                : Finding.broken(
                        check,
                        "only " + AllowedKey.texts(allowed),
                        AllowedKey.names(strange),
                        "variable " + variable + ", PCR 7");
    }

    private Finding dbx(List<NamedDigest> required) {
        if (facts.reason("dbx").isPresent()) {
            return facts.undecided(Check.SECURE_BOOT_DBX, "dbx", "dbx as measured");
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
            return facts.undecided(Check.AUTHORITIES, "authorities", "authorities as measured");
        }
        Optional<Finding> unverified = unverified(Check.AUTHORITIES);
        if (unverified.isPresent()) {
            return unverified.get();
        }
        List<String> strange = new ArrayList<>();
        boolean any = false;
        for (Authority authority : facts.authorities()) {
            if (authority.entry().isEmpty()) {
                boolean listed = AllowedKey.isAllowed(Digest.of(HashAlgorithm.SHA256, authority.data()), allowed);
                if (!authority.isSetting() && !listed) {
                    strange.add(authority.text());
                }
                any |= listed;
                continue;
            }
            any = true;
            KeyEntry entry = authority.entry().get();
            if (authority.isDb() && !facts.isInDb(authority)) {
                strange.add(authority.text() + ", which the measured db does not hold");
            } else if (allowed.stream().noneMatch(one -> one.matches(entry))) {
                strange.add(Printable.name(authority.variable()) + ": " + AllowedKey.name(entry));
            }
        }
        if (!strange.isEmpty()) {
            return Finding.broken(
                    Check.AUTHORITIES, "only " + AllowedKey.texts(allowed), String.join("; ", strange), "PCR 7");
        }
        boolean needed = facts.secureBoot().orElse(false);
        return any || !needed
                ? Finding.held(Check.AUTHORITIES)
                : Finding.broken(
                        Check.AUTHORITIES, "one of " + AllowedKey.texts(allowed), "none, with Secure Boot on", "PCR 7");
    }

    private Finding sbat(List<SbatEntry> least) {
        if (facts.sbatLevel().isEmpty()) {
            return facts.undecided(Check.SBAT_LEVEL, "sbatLevel", "shim's SbatLevel as measured");
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
            return facts.undecided(Check.MOK_VARIABLES, "mok", "MOK variables as measured in PCR 14");
        }
        Optional<Finding> unverified = unverified(Check.MOK_VARIABLES);
        if (unverified.isPresent() && facts.reason("authorities").isEmpty()) {
            return unverified.get();
        }
        for (int at = 0; at < facts.mok().size(); at++) {
            MokEntry entry = facts.mok().get(at);
            boolean listed = allowed.stream().anyMatch(one -> one.digest().equals(entry.digest()));
            // Names are claims, but shim measures MokList first. What comes second under the name MokListX can only
            // forbid: it is shim's own list of revoked images, which a log does not show.
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

    private static String more(int size) {
        return size > SHOWN ? " and " + (size - SHOWN) + " more" : "";
    }
}
