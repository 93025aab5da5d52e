package dev.sigillo.cli;

import dev.sigillo.attest.Authority;
import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.BootImage;
import dev.sigillo.attest.CertificateName;
import dev.sigillo.attest.KeyEntry;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Certificates' subjects as a table has room for: their CN, or O where there is none. JSON has them whole. */
final class Subjects {
    private final List<String> whole;

    private Subjects(Stream<String> subjects) {
        // The longest first: one subject may be the end of another.
        this.whole = subjects.filter(subject -> !subject.isEmpty())
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    static Subjects of(Stream<String> subjects) {
        return new Subjects(subjects);
    }

    /** Every subject that the facts of a boot name. */
    static Subjects of(BootFacts facts) {
        Stream<KeyEntry> keys =
                Stream.of(facts.pk(), facts.kek(), facts.db(), facts.dbx()).flatMap(List::stream);
        return of(Stream.of(
                        keys.flatMap(key -> key.subject().stream()),
                        facts.authorities().stream().map(Authority::subject).flatMap(subject -> subject.stream()),
                        facts.bootImages().stream().map(BootImage::signer).flatMap(signer -> signer.stream()))
                .flatMap(all -> all));
    }

    /** The text with each subject in it shortened. */
    String shortened(String text) {
        String result = text;
        for (String subject : whole) {
            if (result.contains(subject)) {
                result = result.replace(subject, CertificateName.shortened(subject));
            }
        }
        return result;
    }
}
