package dev.sigillo.machine;

import dev.sigillo.pki.LeafSpec;
import dev.sigillo.pki.Succession;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

/**
 * The authority that says which vTPM belongs to which machine. Its EK certificates have the machine's id as subject
 * ({@code CN}), extended key usage 2.23.133.8.1 and key usage keyEncipherment: TCG EK Credential Profile.
 *
 * <p>A machine keeps its EK certificate for as long as it lives. So a former authority is an anchor until no machine has a
 * certificate of it; its key is destroyed at once.
 */
public final class FleetCa {
    private static final Duration VALIDITY = Duration.ofDays(3650);

    private final Succession authorities;
    private final InstantSource clock;

    private FleetCa(Succession authorities, InstantSource clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /** The authority in the folder, made at the first call; root alone can read its key. */
    public static FleetCa open(Path folder, InstantSource clock) {
        Succession authorities = Succession.open(folder, "Sigillo fleet CA", clock);
        authorities.destroyFormerKeys(); // of a rotation that was cut short
        return new FleetCa(authorities, clock);
    }

    /** Of the authority that signs the EK certificates of new machines. */
    public X509Certificate certificate() {
        return authorities.current().certificate();
    }

    /** Of those that signed before and are believed still, the last one first. */
    public List<X509Certificate> former() {
        return authorities.former();
    }

    /** The trust anchors for EK certificates. */
    public List<X509Certificate> anchors() {
        return authorities.certificates();
    }

    /** Another authority signs from now on; the machines that there are keep their place. Durable when it returns. */
    public X509Certificate rotate() {
        X509Certificate made = authorities.rotate();
        authorities.destroyFormerKeys();
        return made;
    }

    /**
     * Believes no longer in former authorities of which no certificate is left.
     *
     * @param ekCertificates of all machines
     * @return what was dropped
     */
    public List<X509Certificate> dropUnused(Collection<X509Certificate> ekCertificates) {
        List<X509Certificate> unused = authorities.former().stream()
                .filter(anchor -> ekCertificates.stream().noneMatch(each -> isBy(anchor, each)))
                .toList();
        unused.forEach(authorities::drop);
        return unused;
    }

    /** Whether the authority signed the certificate. */
    public static boolean isBy(X509Certificate anchor, X509Certificate ekCertificate) {
        if (!ekCertificate.getIssuerX500Principal().equals(anchor.getSubjectX500Principal())) {
            return false;
        }
        try {
            ekCertificate.verify(anchor.getPublicKey());
            return true;
        } catch (GeneralSecurityException ofAnother) {
            return false;
        }
    }

    X509Certificate issueEk(MachineId machine, PublicKey ek) {
        return authorities
                .current()
                .issue(LeafSpec.endorsement("CN=" + machine, List.of(), clock.instant(), VALIDITY), ek);
    }
}
