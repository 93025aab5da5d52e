package dev.sigillo.cli;

import dev.sigillo.attest.Authority;
import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.BootImage;
import dev.sigillo.attest.KeyEntry;
import dev.sigillo.attest.MokEntry;
import java.util.List;
import java.util.stream.Collectors;

/** The facts of a boot for people: one fact a row, and why where it is not known. */
final class BootFactsTable {
    private static final int SHOWN = 5;
    private static final int MOST = 160;

    private final BootFacts facts;
    private final Subjects subjects;
    private final Table table = new Table("FACT", "VALUE", "WHY");

    private BootFactsTable(BootFacts facts) {
        this.facts = facts;
        this.subjects = Subjects.of(facts);
    }

    static Table of(BootFacts facts) {
        return new BootFactsTable(facts).build();
    }

    private Table build() {
        row("Secure Boot", facts.secureBoot().map(on -> on ? "on" : "off").orElse("unknown"), "secureBoot");
        keys("PK", "pk", facts.pk());
        keys("KEK", "kek", facts.kek());
        keys("db", "db", facts.db());
        keys("dbx", "dbx", facts.dbx());
        row(
                "SBAT level",
                facts.sbatLevel()
                        .map(level -> level.stream()
                                .map(entry -> entry.component() + "," + entry.generation())
                                .collect(Collectors.joining(" ")))
                        .orElse("unknown"),
                "sbatLevel");
        for (Authority authority : facts.authorities()) {
            cells("authority", authority.text(), "event " + authority.event() + (authority.inDb() ? ", in db" : ""));
        }
        facts.bootImages().forEach(this::image);
        missing("boot images", "bootImages", facts.bootImages());
        for (MokEntry entry : facts.mok()) {
            cells(
                    "MOK",
                    entry.name() + ": " + entry.content().orElse("unknown content"),
                    entry.digest().hex());
        }
        missing("MOK", "mok", facts.mok());
        facts.grubCommands().forEach(command -> cells("GRUB command", command, ""));
        missing("GRUB commands", "grubCommands", facts.grubCommands());
        row("kernel command line", facts.kernelCommandLine().orElse("unknown"), "kernelCommandLine");
        row(
                "ExitBootServices",
                facts.exitBootServices().map(ended -> ended ? "yes" : "no").orElse("unknown"),
                "exitBootServices");
        facts.remarks().forEach(remark -> cells("remark", remark, ""));
        return table;
    }

    private void keys(String name, String field, List<KeyEntry> entries) {
        String value = entries.stream().limit(SHOWN).map(KeyEntry::text).collect(Collectors.joining("; "));
        String more = entries.size() > SHOWN ? " and " + (entries.size() - SHOWN) + " more" : "";
        row(name, entries.isEmpty() ? facts.reason(field).isPresent() ? "unknown" : "empty" : value + more, field);
    }

    private void image(BootImage image) {
        String by =
                image.authorisedBy().map(authority -> " by " + authority.text()).orElse("");
        cells("boot image", image.name() + by, image.why());
        cells("", image.digest().hex() + image.path().map(path -> " " + path).orElse(""), "event " + image.event());
        image.signer()
                .ifPresent(
                        signer -> cells("", "signed by " + signer, image.file().orElse("")));
        image.revokedBy().forEach(revocation -> cells("", "REVOKED by " + revocation, ""));
    }

    private void missing(String name, String field, List<?> values) {
        if (values.isEmpty() || facts.reason(field).isPresent()) {
            row(name, values.isEmpty() && facts.reason(field).isEmpty() ? "none" : "unknown", field);
        }
    }

    private void row(String fact, String value, String field) {
        cells(fact, value, facts.reason(field).orElse(""));
    }

    private void cells(String fact, String value, String why) {
        table.row(fact, shown(subjects.shortened(value)), shown(subjects.shortened(why)));
    }

    private static String shown(String text) {
        String safe = Fields.safe(text);
        return safe.length() > MOST ? safe.substring(0, MOST) + "…" : safe;
    }
}
