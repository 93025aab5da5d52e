package dev.sigillo.enrolment;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.MeasuredMachine;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.machine.BootMode;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.LeafSpec;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** One cluster's door with everything behind it; machines come as real TPMs, or with a token. */
final class Scene implements AutoCloseable {
    static final String CLUSTER =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";
    static final Digest DRIVE = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("{\"machine\":\"…\"}"));

    final FakeCluster cluster = new FakeCluster();
    final Store store;
    final CertificateAuthority fleet = CertificateAuthority.create("fleet", begin());
    /** Whose EK certificates count; a test may change it. */
    volatile Supplier<List<X509Certificate>> fleetCas = () -> List.of(fleet.certificate());

    /** What the door's watch heard. */
    final List<Boolean> judged = new ArrayList<>();

    private final Path folder;
    private Instant now = begin();
    private Door door;
    private int machines;

    Scene(Path folder) {
        this.folder = folder;
        store = Store.open(folder.resolve("sigillo.db"), clock());
        store.resourceGroups().put("g", "eastus", "null");
        store.clusters().create(CLUSTER, "g", "c", "eastus", "{\"location\":\"eastus\"}");
        door = door();
    }

    private Door door() {
        return new Door(store, cluster, () -> fleetCas.get(), clock(), (passing, _) -> judged.add(passing));
    }

    private static Instant begin() {
        return Instant.parse("2026-11-25T12:00:00Z");
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    /** The machine boots anew, with the TPM that it has. */
    Node reboot(Node node) throws IOException, InterruptedException {
        node.machine.tpm().shutdown();
        node.close();
        MeasuredMachine machine = MeasuredMachine.boot(folder.resolve(node.row.machineId()), true, DRIVE);
        return new Node(this, node.row, machine, _ -> node.ekCertificate());
    }

    /** Tags of the cluster and of the machines' pool, as an accepted request leaves them. */
    void tags(String ofCluster, String ofPool) {
        ClusterRecord row = store.clusters().byId(CLUSTER).orElseThrow();
        store.clusters()
                .update(
                        CLUSTER,
                        row.etag(),
                        "{\"location\":\"eastus\",\"tags\":" + ofCluster + "}",
                        row.provisioningState());
        if (store.pools().find(CLUSTER, "np").isEmpty()) {
            store.pools().create(CLUSTER, "np", "{\"tags\":" + ofPool + "}");
        }
    }

    Instant now() {
        return now;
    }

    void passes(Duration time) {
        now = now.plus(time);
    }

    /** The server starts anew: what it had in memory is gone. */
    void restartServer() {
        door = door();
    }

    /** A machine that runs with Secure Boot and a vTPM, honestly booted and not enrolled yet. */
    Node trusted() throws IOException, InterruptedException {
        return trusted(DRIVE, fleet);
    }

    Node trusted(Digest drive, CertificateAuthority issuer) throws IOException, InterruptedException {
        MachineRecord row = row(true);
        MeasuredMachine machine = MeasuredMachine.boot(folder.resolve(row.machineId()), true, drive);
        Node node = new Node(this, row, machine, key -> ek(issuer, row.machineId(), key));
        cluster.runs(
                row.machineId(),
                new BootMode(true, true),
                row.address(),
                Optional.of(node.ekCertificate()),
                machine.tpm().readClock().resetCount());
        return node;
    }

    X509Certificate ek(CertificateAuthority issuer, String machine, PublicKey key) {
        return issuer.issue(LeafSpec.endorsement("CN=" + machine, List.of(), now, Duration.ofDays(30)), key);
    }

    /** A machine without a vTPM, and its token. */
    TokenNode ordinary() {
        MachineRecord row = row(false);
        String token = "token of " + row.machineId();
        store.joinTokens().issue(row.machineId(), token, Timing.JOIN_TOKEN);
        cluster.runs(row.machineId(), new BootMode(true, false), row.address(), Optional.empty(), 0);
        return new TokenNode(this, row, token);
    }

    private MachineRecord row(boolean vtpm) {
        machines++;
        String id = "m-abcdefgh" + "abcdefghijklmnopq".charAt(machines) + "2";
        store.machines()
                .create(MachineRecord.wanted(
                        id,
                        CLUSTER,
                        "np",
                        "aks-np-vmss00000" + machines,
                        "10.224.1." + (3 + machines),
                        "10.244." + machines + ".0/24",
                        "img",
                        true,
                        vtpm,
                        32,
                        1));
        Optional<String> reference = vtpm
                ? Optional.of(store.references()
                        .put(ManifestJson.write(MeasuredMachine.manifest(true)).utf8()))
                : Optional.empty();
        store.machines().starting(id, new MachineRecord.Given(DRIVE.hex(), FakeCluster.FIRMWARE, reference, ""));
        store.machines().advance(id, Phase.BOOKED, Phase.STARTED);
        return store.machines().find(id).orElseThrow();
    }

    MachineRecord row(String id) {
        return store.machines().find(id).orElseThrow();
    }

    ObjectNode post(String step, String from, ObjectNode body) throws EnrolmentRefused {
        ObjectNode sent = Json.object(Json.text(body));
        return switch (step) {
            case "challenge" -> door.challenge(CLUSTER, from, sent);
            case "token" -> door.token(CLUSTER, from, sent);
            case "evidence" -> door.evidence(CLUSTER, from, sent);
            case "attest" -> door.attest(CLUSTER, from, sent);
            default -> throw new IllegalArgumentException(step);
        };
    }

    ObjectNode renew(String from, String certificateName, ObjectNode body) throws EnrolmentRefused {
        return door.renew(CLUSTER, from, certificateName, body);
    }

    @Override
    public void close() {
        store.close();
    }
}
