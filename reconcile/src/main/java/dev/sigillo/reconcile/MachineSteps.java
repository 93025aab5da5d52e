package dev.sigillo.reconcile;

import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.Json;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.enrolment.Timing;
import dev.sigillo.image.NodeImage;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineSpec;
import dev.sigillo.machine.MachineState;
import dev.sigillo.machine.MachineView;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.machine.Shape;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Books machines and makes them. */
final class MachineSteps {
    private final Host host;
    private final String clusterId;
    private final References references;
    private final DrillSteps drill;
    private final SecureRandom random = new SecureRandom();

    MachineSteps(Host host, String clusterId, References references) {
        this.host = host;
        this.clusterId = clusterId;
        this.references = references;
        this.drill = new DrillSteps(host);
    }

    /**
     * Rows with names that were never used, the smallest free addresses, and the pool's image: all or none. None if the pool
     * is asked for another number by now, or would have more than that after the operation for which it may has ended.
     */
    void book(ClusterRecord cluster, Action.BookMachines action, NetworkView network) {
        host.store().useTransaction(tx -> {
            DesiredPool pool =
                    tx.pools().find(clusterId, action.pool()).orElseThrow().desired();
            List<MachineRecord> others = new ArrayList<>(tx.machines().listOfCluster(clusterId));
            long living = others.stream()
                    .filter(machine -> machine.pool().equals(action.pool()) && machine.isLiving())
                    .count();
            boolean surges = living + action.count() > pool.count();
            if (pool.count() != action.asked() || (surges && !maySurge(tx, action.pool()))) {
                return;
            }
            String image = image(pool);
            for (int booked = 0; booked < action.count(); booked++) {
                others.add(tx.machines()
                        .create(MachineRecord.wanted(
                                MachineId.random(random).value(),
                                clusterId,
                                action.pool(),
                                Addresses.nodeName(cluster, action.pool(), nextNumber(tx, action.pool())),
                                Addresses.node(network.nodeSubnet(), others),
                                Addresses.pods(cluster.desired().podCidr(), others),
                                image,
                                pool.secureBoot(),
                                pool.vtpm(),
                                pool.osDiskGib(),
                                action.attempt())));
            }
        });
    }

    /** A look older than the end of the operation, its abort for instance, planned with more machines than are due now. */
    private boolean maySurge(Store tx, String pool) {
        return !tx.operations().openOfPool(clusterId, pool).isEmpty()
                || !tx.operations().openOfResource(clusterId).isEmpty();
    }

    /** The pool's own image while there is one, so that its nodes are alike; else the newest of its Kubernetes. */
    private String image(DesiredPool pool) {
        return host.images()
                .find(pool.nodeImageVersion())
                .or(() -> host.images().latest(pool.version()))
                .map(NodeImage::version)
                .orElseThrow(() -> new IllegalStateException("there is no node image with Kubernetes "
                        + pool.version() + ": sigillo image build --kubernetes-version " + pool.version()
                        + " builds one"));
    }

    private long nextNumber(Store tx, String pool) {
        String key = "next-node " + clusterId + " " + pool;
        long number = tx.settings().find(key).map(Long::parseLong).orElse(0L);
        tx.settings().put(key, Long.toString(number + 1));
        return number;
    }

    /**
     * Makes and starts the machine; one that a crash left half-made is made anew, since its token is lost. What it must
     * measure is known and kept before it starts: the first time for a shape the firmware is probed, which takes seconds.
     */
    void start(ClusterRecord cluster, String machineId, NetworkView network) {
        MachineRecord machine = host.store().machines().find(machineId).orElseThrow();
        MachineId id = new MachineId(machineId);
        Optional<MachineView> present = host.engine().look(id);
        if (present.filter(view -> view.state() == MachineState.RUNNING).isEmpty()
                || machine.given().isEmpty()) {
            if (present.isPresent()) {
                host.engine().delete(id);
            }
            make(cluster, machine, network);
        }
        drill.started(machine);
        host.store().machines().advance(machineId, Phase.BOOKED, Phase.STARTED);
    }

    private void make(ClusterRecord cluster, MachineRecord machine, NetworkView network) {
        DesiredPool pool = host.store()
                .pools()
                .find(clusterId, machine.pool())
                .orElseThrow()
                .desired();
        NodeImage image = host.images()
                .find(machine.imageVersion())
                .orElseThrow(() -> new IllegalStateException("node image " + machine.imageVersion() + " is not there"));
        BootMode boot = new BootMode(machine.secureBoot(), machine.vtpm());
        Shape shape = host.shape(pool.vmSize(), machine.osDiskGib());
        Optional<String> reference = boot.vtpm()
                ? Optional.of(host.store().references().put(references.json(image, boot, shape)))
                : Optional.empty();
        Host.EnrolmentCa enrolmentCa = host.enrolmentCa().get();
        Bytes drive = Bytes.utf8(configDrive(machine, network, enrolmentCa.pem()));
        MachineRecord.Given given = new MachineRecord.Given(
                Digest.of(HashAlgorithm.SHA256, drive).hex(), firmwareDigest(image), reference, enrolmentCa.sha256());
        if (!host.store().machines().starting(machine.machineId(), given)) {
            return; // it was given up or removed meanwhile
        }
        MachineSpec spec = new MachineSpec(
                new MachineId(machine.machineId()),
                new NetworkId(cluster.shortId()),
                shape,
                boot,
                image.disk(),
                image.firmwareCode(),
                image.varstore(boot.secureBoot()),
                machine.address(),
                machine.podCidr(),
                drive);
        host.engine().create(drill.faulty(cluster, machine, image, pool.drill(), spec));
    }

    private static String firmwareDigest(NodeImage image) {
        try {
            return Digest.of(HashAlgorithm.SHA256, Bytes.of(Files.readAllBytes(image.firmwareCode())))
                    .hex();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the firmware of image " + image.version(), e);
        }
    }

    /** Public data, but for the join token of a machine that has no vTPM to prove itself with. */
    private String configDrive(MachineRecord machine, NetworkView network, String enrolmentCa) {
        String bits = network.nodeSubnet().substring(network.nodeSubnet().indexOf('/'));
        ObjectNode config = Json.newObject()
                .put("machine", machine.machineId())
                .put("address", machine.address() + bits)
                .put("gateway", network.gateway())
                .put("enrolment", "https://" + network.enrolmentAddress() + ":" + network.enrolmentPort())
                .put("caCertificate", enrolmentCa);
        if (!machine.vtpm()) {
            byte[] secret = new byte[32];
            random.nextBytes(secret);
            String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
            host.store().joinTokens().issue(machine.machineId(), token, Timing.JOIN_TOKEN);
            config.put("token", token);
        }
        return Json.text(config);
    }
}
