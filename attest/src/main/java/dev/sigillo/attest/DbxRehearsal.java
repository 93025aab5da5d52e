package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which of a machine's boot images a dbx update would keep from running: by its digest, which the log has, or by a
 * certificate. Which certificates an image's signature leads to is in its file; without it, only those are known that PCR
 * 7 names as having let it in.
 */
final class DbxRehearsal {

    private final Premise.Dbx dbx;
    private final RehearsedNode node;
    private final List<Listed> update;

    DbxRehearsal(Premise.Dbx dbx, RehearsedNode node) {
        this.dbx = dbx;
        this.node = node;
        this.update = Listed.of(TrustDatabase.DBX, dbx.update());
    }

    /** What would not hold. */
    List<Finding> judge(BootFacts facts) {
        List<Finding> findings = new ArrayList<>();
        TrustStore store = store(facts);
        for (Rehearsal.Started started : Rehearsal.started(facts, node)) {
            judge(started, store).ifPresent(findings::add);
        }
        return findings;
    }

    private Optional<Finding> judge(Rehearsal.Started started, TrustStore store) {
        Optional<Listed> hash = update.stream()
                .filter(entry -> started.image().digests().values().stream().anyMatch(entry::isDigest))
                .findFirst();
        if (hash.isPresent()) {
            return Optional.of(broken(started, Revoked.byDigest(hash.get()).reason()));
        }
        return started.file().isPresent()
                ? byFile(started, started.file().get().signed(), store)
                : byAuthorities(started);
    }

    private Optional<Finding> byFile(Rehearsal.Started started, SignedImage file, TrustStore store) {
        Judgement judgement =
                started.first() ? new FirmwareRule(file, store).judge() : new ShimRule(file, store, true).judge();
        if (judgement.allowed()) {
            return Optional.empty();
        }
        if (judgement.ground() == Judgement.Ground.REVOKED) {
            return Optional.of(broken(started, judgement.reason()));
        }
        return Optional.of(new Finding.Undecided(
                Check.REVOKED_IMAGES, started.name(), "what let it run: by the measured lists " + judgement.reason()));
    }

    private Optional<Finding> byAuthorities(Rehearsal.Started started) {
        List<Authority> named = started.image()
                .authorisedBy()
                .map(List::of)
                .orElse(started.image().candidates());
        List<Listed> certificates = update.stream()
                .filter(entry -> !Listed.isDigestType(entry.type()))
                .toList();
        if (certificates.isEmpty()) {
            return Optional.empty();
        }
        List<Listed> revoking = named.stream()
                .map(authority -> authority
                        .entry()
                        .flatMap(KeyEntry::certificate)
                        .flatMap(certificate -> Revoked.anchor(certificate, certificates)))
                .flatMap(Optional::stream)
                .toList();
        if (!named.isEmpty() && revoking.size() == named.size()) {
            return Optional.of(broken(
                    started,
                    "let in by " + named.getFirst().text() + ", which is revoked by "
                            + TrustEntry.of(revoking.getFirst(), OptionalInt.empty())
                                    .shown()));
        }
        return Optional.of(new Finding.Undecided(
                Check.REVOKED_IMAGES,
                started.name(),
                "the file of " + started.name() + ", which is no longer on this host: the update revokes "
                        + certificates.size()
                        + (certificates.size() == 1 ? " certificate" : " certificates")
                        + ", and which ones its signature leads to stands in it"));
    }

    private Finding broken(Rehearsal.Started started, String why) {
        return new Finding.Broken(
                Check.REVOKED_IMAGES,
                started.name(),
                "a boot image that " + Printable.name(dbx.name()) + " does not forbid",
                why,
                started.where());
    }

    /** As the machine measured it, the update's entries first, so that places are told as the update has them. */
    private TrustStore store(BootFacts facts) {
        List<SignatureList> forbidden = new ArrayList<>(dbx.update());
        facts.dbx().forEach(entry -> forbidden.add(list(entry)));
        return TrustStore.empty()
                .withDb(facts.db().stream().map(DbxRehearsal::list).toList())
                .withVendorDb(facts.authorities().stream()
                        .filter(authority -> !authority.isDb())
                        .flatMap(authority -> authority.entry().stream())
                        .map(DbxRehearsal::list)
                        .toList())
                .withDbx(forbidden);
    }

    private static SignatureList list(KeyEntry entry) {
        return new SignatureList(
                entry.type(),
                Bytes.empty(),
                List.of(new SignatureEntry(entry.owner().orElse(Guid.SHIM_LOCK), entry.data())));
    }
}
