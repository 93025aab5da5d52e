package dev.sigillo.server;

import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.LeafSpec;
import dev.sigillo.pki.TlsIdentity;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The certificates of one listener, one under each authority: made when one is first shown, and again before its end. */
final class ServerLeaves {
    private static final Duration LIFE = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final ServerCa authorities;
    private final String subject;
    private final List<AlternativeName> names;
    private final Clock clock;
    private final Map<X509Certificate, TlsIdentity> leaves = new ConcurrentHashMap<>();

    ServerLeaves(ServerCa authorities, String subject, List<AlternativeName> names, Clock clock) {
        this.authorities = authorities;
        this.subject = subject;
        this.names = List.copyOf(names);
        this.clock = clock;
    }

    TlsIdentity under(X509Certificate authority) {
        return leaves.compute(authority, (key, known) -> known != null && !isNearEnd(known) ? known : issued(key));
    }

    private TlsIdentity issued(X509Certificate authority) {
        return authorities.signer(authority).issueIdentity(LeafSpec.server(subject, names, clock.instant(), LIFE));
    }

    private boolean isNearEnd(TlsIdentity leaf) {
        return leaf.certificate()
                .getNotAfter()
                .toInstant()
                .isBefore(clock.instant().plus(RENEW_BEFORE));
    }
}
