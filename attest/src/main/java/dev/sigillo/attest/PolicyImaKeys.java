package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.ImaEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rule 39 by keys: each file that the kernel measured bears a signature of one of them. A template's name is measured by
 * nobody, so that an entry is a buffer (ima-buf) only if it holds the bytes that its digest is of.
 */
final class PolicyImaKeys {

    private static final int SHOWN = 5;
    private static final Set<String> UNSIGNED = Set.of("ima", "ima-ng", "ima-ngv2");

    /** What is wrong with a file's signature, or why nobody can tell. */
    private record Flaw(ImaEntry entry, boolean broken, String text) {}

    private final Map<Bytes, List<ImaKey>> byId = new HashMap<>();
    private final Set<Bytes> exempt = new HashSet<>();
    private final String expected;
    private final boolean sha1Allowed;

    private PolicyImaKeys(List<ImaKey> keys, List<NamedDigest> unsigned, boolean sha1Allowed) {
        for (ImaKey key : keys) {
            key.ids()
                    .forEach(id ->
                            byId.computeIfAbsent(id, _ -> new ArrayList<>()).add(key));
        }
        unsigned.forEach(one -> exempt.add(one.digest().value()));
        this.sha1Allowed = sha1Allowed;
        this.expected = "a signature by "
                + keys.stream().limit(SHOWN).map(ImaKey::text).collect(Collectors.joining(" or "))
                + (keys.size() > SHOWN ? " or " + (keys.size() - SHOWN) + " more" : "");
    }

    /**
     * @param covered the entries that the quoted PCR 10 covers
     * @param unsigned digests of files that need no signature
     */
    static Finding judge(List<ImaEntry> covered, List<ImaKey> keys, List<NamedDigest> unsigned, boolean sha1Allowed) {
        return new PolicyImaKeys(keys, unsigned, sha1Allowed).judge(covered);
    }

    private Finding judge(List<ImaEntry> covered) {
        List<ImaEntry> files = covered.stream()
                .filter(entry -> !entry.isBootAggregate() && !isBuffer(entry))
                .toList();
        if (files.isEmpty()) {
            return Finding.undecided(
                    Check.IMA_KEYS,
                    "a measured file: the list has none, so that the kernel's IMA policy measures nothing");
        }
        List<Flaw> flaws = files.stream().flatMap(entry -> flaw(entry).stream()).toList();
        List<Flaw> broken = flaws.stream().filter(Flaw::broken).toList();
        if (flaws.isEmpty()) {
            return Finding.held(Check.IMA_KEYS);
        }
        Flaw first = broken.isEmpty() ? flaws.getFirst() : broken.getFirst();
        String component = "file " + Printable.name(first.entry().path());
        return broken.isEmpty()
                ? new Finding.Undecided(Check.IMA_KEYS, component, texts(flaws))
                : new Finding.Broken(
                        Check.IMA_KEYS,
                        component,
                        expected,
                        texts(broken),
                        "IMA entry " + first.entry().index());
    }

    private static String texts(List<Flaw> flaws) {
        return flaws.stream()
                        .limit(SHOWN)
                        .map(flaw -> Printable.name(flaw.entry().path()) + ": " + flaw.text())
                        .collect(Collectors.joining("; "))
                + (flaws.size() > SHOWN ? " and " + (flaws.size() - SHOWN) + " more files" : "");
    }

    /** Keys, command lines of kexec and the like: no file, and no path either. */
    private static boolean isBuffer(ImaEntry entry) {
        return !entry.violation()
                && !entry.path().startsWith("/")
                && entry.buffer()
                        .flatMap(buffer ->
                                HashAlgorithm.fromText(entry.algorithm()).map(hash -> hash.hash(buffer)))
                        .filter(entry.fileDigest()::equals)
                        .isPresent();
    }

    private Optional<Flaw> flaw(ImaEntry entry) {
        if (entry.violation()) {
            return broken(entry, "changed or open for writing while it was measured (violation)");
        }
        if (exempt.contains(entry.fileDigest())) {
            return Optional.empty();
        }
        if (UNSIGNED.contains(entry.template())) {
            return Optional.of(new Flaw(
                    entry,
                    false,
                    "its signature, which template " + entry.template()
                            + " does not record: ima_template=ima-sig on the kernel's command line"));
        }
        Bytes sig = entry.signature();
        if (sig.isEmpty()) {
            return broken(entry, "unsigned");
        }
        if (sig.at(0) == ImaSignature.EVM_PORTABLE) {
            return Optional.of(new Flaw(
                    entry, false, "the file's metadata: EVM's portable signature is over these, not over the digest"));
        }
        try {
            return flaw(entry, ImaSignature.parse(sig));
        } catch (MalformedException malformed) {
            return broken(entry, malformed.field() + ": " + Printable.text(malformed.detail()));
        }
    }

    private Optional<Flaw> flaw(ImaEntry entry, ImaSignature signature) {
        String algorithm = signature.hash().text();
        boolean verity = signature.type() == ImaSignature.VERITY;
        if (!algorithm.equals(entry.algorithm())
                || entry.fileDigest().size() != signature.hash().size()) {
            return broken(entry, "signed by its " + algorithm + ", measured by " + Printable.name(entry.algorithm()));
        }
        if (entry.digestType().filter(type -> type.equals("verity") != verity).isPresent()) {
            return broken(
                    entry,
                    "a digest of type " + Printable.name(entry.digestType().orElse("")) + " under a signature of type "
                            + signature.type());
        }
        if (!signature.hash().isStrong() && !sha1Allowed) {
            return broken(entry, "signed by its SHA-1, which only a policy with quote.allowSha1 takes");
        }
        List<ImaKey> keys = byId.getOrDefault(signature.keyId(), List.of());
        if (keys.isEmpty()) {
            return broken(
                    entry,
                    "signed by an unknown key, key id " + signature.keyId().hex());
        }
        Bytes signed = signature.signed(entry.fileDigest());
        boolean holds = keys.stream().anyMatch(key -> key.signed(signature.hash(), signed, signature.value()));
        return holds
                ? Optional.empty()
                : broken(
                        entry,
                        "signature wrong: " + keys.getFirst().text() + " did not sign " + algorithm + ":"
                                + entry.fileDigest().hex());
    }

    private static Optional<Flaw> broken(ImaEntry entry, String text) {
        return Optional.of(new Flaw(entry, true, text));
    }
}
