package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.machine.FleetCa;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The authorities of this home that can be made anew while all runs: who signs for the server, and who for the fleet.
 * Former ones are dropped by themselves once nothing of theirs is left, which is looked for each minute.
 */
final class HostAuthorities implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HostAuthorities.class.getName());
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final String MADE = "the {0} is {1} from now on";
    private static final String DROPPED = "the former {0} {1} is trusted no longer: nothing of it is left";

    /** Each is trusted by somebody: more are a sign that nobody replaces the machines. */
    static final int MOST_FORMER = 4;

    private final ServerCa server;
    private final FleetCa fleet;
    private final Supplier<Optional<List<X509Certificate>>> ekCertificates;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** @param ekCertificates of all machines; empty while that is not known, and then nothing is dropped */
    HostAuthorities(ServerCa server, FleetCa fleet, Supplier<Optional<List<X509Certificate>>> ekCertificates) {
        this.server = server;
        this.fleet = fleet;
        this.ekCertificates = ekCertificates;
    }

    /** One that signs no more, and how many machines rely on it. */
    record Former(X509Certificate certificate, int machines) {}

    /** The one that signs, and those before it. */
    record Line(X509Certificate current, List<Former> former) {}

    Line server() {
        return new Line(
                server.certificate(),
                server.former().stream()
                        .map(each -> new Former(each, server.machinesUnder(each)))
                        .toList());
    }

    Line fleet() {
        List<X509Certificate> former = fleet.former();
        List<X509Certificate> all =
                former.isEmpty() ? former : ekCertificates.get().orElse(List.of());
        return new Line(
                fleet.certificate(),
                former.stream()
                        .map(anchor -> new Former(anchor, (int) all.stream()
                                .filter(each -> FleetCa.isBy(anchor, each))
                                .count()))
                        .toList());
    }

    /** @throws dev.sigillo.arm.ArmException CONFLICT when too many former ones are in use still */
    synchronized void rotateServer() {
        requireRoom("server", server.former());
        log(MADE, "server CA", server.rotate());
    }

    /** @throws dev.sigillo.arm.ArmException CONFLICT when too many former ones are in use still */
    synchronized void rotateFleet() {
        requireRoom("fleet", fleet.former());
        log(MADE, "fleet CA", fleet.rotate());
    }

    private static void requireRoom(String name, List<X509Certificate> former) {
        if (former.size() >= MOST_FORMER) {
            throw ArmError.CONFLICT.because(
                    "%d former %s authorities are trusted still, and no more may be. Replace the machines that rely on them (the next upgrade of a pool's node image does, or az aks rotate-certs for a whole cluster), or wait: one that nothing relies on is dropped within a minute, one of the server not before an hour has passed.",
                    former.size(), name);
        }
    }

    /** @param happened to what ({0}) of which name ({1}) */
    private static void log(String happened, String what, X509Certificate authority) {
        LOG.log(
                System.Logger.Level.INFO,
                happened,
                what,
                authority.getSubjectX500Principal().getName());
    }

    /** Drops what nothing relies on, and tells clients. */
    synchronized void settle() {
        server.publish();
        server.dropUnused().forEach(each -> log(DROPPED, "server CA", each));
        if (!fleet.former().isEmpty()) {
            ekCertificates
                    .get()
                    .ifPresent(all -> fleet.dropUnused(all).forEach(each -> log(DROPPED, "fleet CA", each)));
        }
    }

    /** Looks each minute, until closed. */
    void start() {
        Thread.ofVirtual().name("authorities").start(() -> {
            try {
                do {
                    tryToSettle();
                } while (!closing.await(LOOK.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void tryToSettle() {
        try {
            settle();
        } catch (RuntimeException e) {
            // A machine may go while its certificate is read; the next look is in a minute.
            LOG.log(System.Logger.Level.WARNING, "former authorities could not be looked at", e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }

    /** Lower-case hex, of the certificate's DER. */
    static String sha256(X509Certificate certificate) {
        try {
            return Digest.of(HashAlgorithm.SHA256, Bytes.of(certificate.getEncoded()))
                    .hex();
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a certificate that was read cannot be written", impossible);
        }
    }
}
