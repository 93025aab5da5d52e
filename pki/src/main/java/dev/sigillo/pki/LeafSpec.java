package dev.sigillo.pki;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What an end-entity certificate shall say: RFC 5280 §4.1.2.
 *
 * @param subject RFC 4514 text, most specific part first: {@code CN=system:node:n1,O=system:nodes}
 * @param names subjectAltName, critical when the subject is empty
 * @param uses extKeyUsage; keyUsage follows from it and from the key's algorithm
 * @param notBefore first second of validity
 * @param notAfter last second of validity
 */
public record LeafSpec(
        String subject, List<AlternativeName> names, Set<Use> uses, Instant notBefore, Instant notAfter) {

    /** Clocks of machines may be behind ours by this much and still accept what we issue. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(24);

    public LeafSpec {
        names = List.copyOf(names);
        uses = Set.copyOf(uses);
        if (!notAfter.isAfter(notBefore)) {
            throw new PkiException("a certificate for " + subject + " would end at " + notAfter
                    + ", which is not after its start at " + notBefore);
        }
    }

    /** A certificate for a TLS server, valid from a day before {@code now} against clock skew. */
    public static LeafSpec server(String subject, List<AlternativeName> names, Instant now, Duration validity) {
        return new LeafSpec(subject, names, Set.of(Use.SERVER), now.minus(CLOCK_SKEW), now.plus(validity));
    }

    /** A certificate for a TLS client, valid from a day before {@code now} against clock skew. */
    public static LeafSpec client(String subject, Instant now, Duration validity) {
        return new LeafSpec(subject, List.of(), Set.of(Use.CLIENT), now.minus(CLOCK_SKEW), now.plus(validity));
    }

    /** A certificate for a peer that is both TLS server and TLS client, as etcd is. */
    public static LeafSpec peer(String subject, List<AlternativeName> names, Instant now, Duration validity) {
        return new LeafSpec(subject, names, Set.of(Use.SERVER, Use.CLIENT), now.minus(CLOCK_SKEW), now.plus(validity));
    }

    /** An EK certificate: TCG EK Credential Profile; the subject is the machine's id. */
    public static LeafSpec endorsement(String subject, List<AlternativeName> names, Instant now, Duration validity) {
        return new LeafSpec(subject, names, Set.of(Use.ENDORSEMENT), now.minus(CLOCK_SKEW), now.plus(validity));
    }
}
