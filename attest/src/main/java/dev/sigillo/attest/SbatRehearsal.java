package dev.sigillo.attest;

import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which of a machine's boot images shim would no longer run under an SBAT level, itself included: shim compares its own
 * entries first of all. Generations are in the images' files; the log has none.
 */
final class SbatRehearsal {

    private final Premise.SbatLevel premise;
    private final RehearsedNode node;

    SbatRehearsal(Premise.SbatLevel premise, RehearsedNode node) {
        this.premise = premise;
        this.node = node;
    }

    /** What would not hold; nothing where no shim ran, since nobody asks for SBAT then. */
    List<Finding> judge(BootFacts facts) {
        if (facts.sbatLevel().isEmpty() && facts.mok().isEmpty()) {
            return List.of();
        }
        List<SbatEntry> level = SbatLevels.after(facts.sbatLevel().orElse(List.of()), premise.level());
        List<Finding> findings = new ArrayList<>();
        for (Rehearsal.Started started : Rehearsal.started(facts, node)) {
            judge(started, level).ifPresent(findings::add);
        }
        return findings;
    }

    private Optional<Finding> judge(Rehearsal.Started started, List<SbatEntry> level) {
        if (started.file().isEmpty()) {
            return Optional.of(new Finding.Undecided(
                    Check.SBAT_LEVEL,
                    started.name(),
                    "the file of " + started.name() + ", which is no longer on this host: its SBAT generations stand in"
                            + " it"));
        }
        BootFile file = started.file().get();
        Optional<Sbat.Refusal> refusal = started.first()
                ? Sbat.below(file.sbat(), level)
                : Sbat.refuses(file.signed().image(), started.byProtocol(), level);
        return refusal.map(why -> new Finding.Broken(
                Check.SBAT_LEVEL,
                started.name(),
                why.by()
                                .map(TrustEntry::entry)
                                .map(least -> least + " or later")
                                .orElse("entries that shim takes") + ", by SBAT level " + premise.shown(),
                why.reason(),
                started.where()));
    }
}
