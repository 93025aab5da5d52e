package dev.sigillo.server;

import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.Succession;
import dev.sigillo.pki.WholeFile;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The authority by which everybody checks this server, and its former ones: clients by {@code ca.pem} in the home, API
 * servers by the same, a machine by the one on its config drive, for as long as it lives.
 *
 * <p>So a machine is shown a certificate under the authority that it knows. All others are shown one under the newest that
 * {@code ca.pem} has held for an hour, and {@code ca.pem} holds that one and the newer ones: a client that read the file
 * before a rotation, and an API server that was not restarted since, go on; and whoever reads it meanwhile has both. A
 * former authority that nobody is shown any more is dropped.
 */
final class ServerCa {
    /** How long {@code ca.pem} holds a new authority before it is relied upon. */
    static final Duration NOTICE = Duration.ofHours(1);

    private final Succession authorities;
    private final Path caFile;
    private final Store store;
    private final Clock clock;

    private ServerCa(Succession authorities, Path caFile, Store store, Clock clock) {
        this.authorities = authorities;
        this.caFile = caFile;
        this.store = store;
        this.clock = clock;
    }

    /**
     * Writes nothing but what a first call makes: a home that is only taken down stays as it is.
     *
     * @param keys folder of the authorities
     * @param caFile what clients read
     */
    static ServerCa open(Path keys, String commonName, Path caFile, Store store, Clock clock) {
        return new ServerCa(Succession.open(keys, commonName, clock), caFile, store, clock);
    }

    X509Certificate certificate() {
        return authorities.current().certificate();
    }

    List<X509Certificate> former() {
        return authorities.former();
    }

    /** What new machines are given. */
    String pem() {
        return authorities.current().pem();
    }

    /** For those who can be told another time: what they are shown now, and what they will be. */
    String bundle() {
        List<X509Certificate> all = authorities.certificates();
        return Pem.of(all.subList(0, all.indexOf(shown(all)) + 1));
    }

    /** Brings {@code ca.pem} up to date. */
    void publish() {
        String bundle = bundle();
        if (!Files.exists(caFile) || !WholeFile.read(caFile).equals(bundle)) {
            WholeFile.writePublic(caFile, bundle);
        }
    }

    /** Another authority signs for new machines from now on, and for everybody else an hour later. */
    X509Certificate rotate() {
        X509Certificate made = authorities.rotate();
        publish();
        return made;
    }

    /** The authority whose certificate a peer that is no machine is shown. */
    X509Certificate shown() {
        return shown(authorities.certificates());
    }

    private X509Certificate shown(List<X509Certificate> all) {
        Instant now = clock.instant();
        X509Certificate known = all.stream()
                .filter(each -> !CertificateAuthority.madeAt(each).isAfter(now.minus(NOTICE)))
                .findFirst()
                .orElseGet(all::getLast);
        // By one that has ended nobody checks anything any more.
        return known.getNotAfter().toInstant().isBefore(now) ? all.getFirst() : known;
    }

    /** The authority whose certificate the machine at this address of the cluster is shown, or whoever else is there. */
    X509Certificate shown(String clusterId, String address) {
        if (authorities.former().isEmpty()) {
            return certificate();
        }
        return store.machines().listOfCluster(clusterId).stream()
                .filter(machine -> machine.address().equals(address))
                .flatMap(machine -> knownTo(machine).stream())
                .findFirst()
                .orElseGet(this::shown);
    }

    /** @throws IllegalStateException when it was dropped meanwhile; the next handshake is shown another */
    CertificateAuthority signer(X509Certificate authority) {
        return authorities
                .find(authority)
                .orElseThrow(() -> new IllegalStateException(authority.getSubjectX500Principal() + " was dropped"));
    }

    private Optional<X509Certificate> knownTo(MachineRecord machine) {
        return machine.given()
                .map(MachineRecord.Given::serverCaSha256)
                .flatMap(sha256 -> sha256.isEmpty()
                        ? authorities.first()
                        : authorities.certificates().stream()
                                .filter(each -> HostAuthorities.sha256(each).equals(sha256))
                                .findFirst());
    }

    /** How many machines check this server by this authority. One that failed or was lost never comes back. */
    int machinesUnder(X509Certificate authority) {
        return (int) store.machines().list().stream()
                .filter(machine -> machine.phase() != Phase.FAILED && machine.phase() != Phase.LOST)
                .filter(machine -> knownTo(machine).filter(authority::equals).isPresent())
                .count();
    }

    /** Drops the former authorities that nobody is shown any more; what they signed is refused from then on. */
    List<X509Certificate> dropUnused() {
        List<X509Certificate> all = authorities.certificates();
        // The newer ones are still to be shown.
        List<X509Certificate> unused = all.subList(all.indexOf(shown(all)) + 1, all.size()).stream()
                .filter(former -> machinesUnder(former) == 0)
                .toList();
        unused.forEach(authorities::drop);
        return unused;
    }
}
