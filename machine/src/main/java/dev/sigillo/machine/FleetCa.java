package dev.sigillo.machine;

import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.LeafSpec;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The authority that says which vTPM belongs to which machine. Its EK certificates have the machine's id as subject
 * ({@code CN}), extended key usage 2.23.133.8.1 and key usage keyEncipherment: TCG EK Credential Profile.
 */
public final class FleetCa {
    private static final Duration VALIDITY = Duration.ofDays(3650);

    private final CertificateAuthority authority;
    private final InstantSource clock;

    private FleetCa(CertificateAuthority authority, InstantSource clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /** The authority in the folder, made at the first call; root alone can read its key. */
    public static FleetCa open(Path folder, InstantSource clock) {
        return new FleetCa(CertificateAuthority.open(folder, "Sigillo fleet CA", clock), clock);
    }

    /** The trust anchor for EK certificates. */
    public X509Certificate certificate() {
        return authority.certificate();
    }

    X509Certificate issueEk(MachineId machine, PublicKey ek) {
        return authority.issue(LeafSpec.endorsement("CN=" + machine, List.of(), clock.instant(), VALIDITY), ek);
    }
}
