package dev.sigillo.reconcile;

import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.Json;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.image.NodeImage;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineSpec;
import dev.sigillo.machine.MachineState;
import dev.sigillo.machine.MachineView;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Books machines and makes them. */
final class MachineSteps {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

    private final Host host;
    private final String clusterId;
    private final SecureRandom random = new SecureRandom();

    MachineSteps(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
    }

    /** A row with a name that was never used, the smallest free addresses, and the newest image. */
    void book(ClusterRecord cluster, String poolName, NetworkView network) {
        host.store().useTransaction(tx -> {
            DesiredPool pool =
                    tx.pools().find(clusterId, poolName).orElseThrow().desired();
            List<MachineRecord> others = tx.machines().listOfCluster(clusterId);
            tx.machines()
                    .create(new MachineRecord(
                            MachineId.random(random).value(),
                            clusterId,
                            poolName,
                            Addresses.nodeName(cluster, poolName, nextNumber(tx, poolName)),
                            Addresses.node(network.nodeSubnet(), others),
                            Addresses.pods(cluster.desired().podCidr(), others),
                            Phase.BOOKED.name(),
                            image(pool).version(),
                            pool.secureBoot(),
                            pool.vtpm(),
                            Optional.empty(),
                            1,
                            host.clock().instant()));
        });
    }

    private NodeImage image(DesiredPool pool) {
        return host.images()
                .find(pool.nodeImageVersion())
                .or(() -> host.images().latest())
                .orElseThrow(() -> new IllegalStateException("there is no node image: ./run builds one"));
    }

    private long nextNumber(Store tx, String pool) {
        String key = "next-node " + clusterId + " " + pool;
        long number = tx.settings().find(key).map(Long::parseLong).orElse(0L);
        tx.settings().put(key, Long.toString(number + 1));
        return number;
    }

    /** Makes and starts the machine; one that a crash left half-made is made anew, since its token is lost. */
    void start(ClusterRecord cluster, String machineId, NetworkView network) {
        MachineRecord machine = host.store().machines().find(machineId).orElseThrow();
        MachineId id = new MachineId(machineId);
        Optional<MachineView> present = host.engine().look(id);
        if (present.filter(view -> view.state() == MachineState.RUNNING).isEmpty()) {
            if (present.isPresent()) {
                host.engine().delete(id);
            }
            DesiredPool pool = host.store()
                    .pools()
                    .find(clusterId, machine.pool())
                    .orElseThrow()
                    .desired();
            NodeImage image = host.images().find(machine.imageVersion()).orElseThrow();
            BootMode boot = new BootMode(machine.secureBoot(), machine.vtpm());
            host.engine()
                    .create(new MachineSpec(
                            id,
                            new NetworkId(cluster.shortId()),
                            host.shapes().apply(pool.vmSize()),
                            boot,
                            image.disk(),
                            image.firmwareCode(),
                            image.varstore(boot.secureBoot()),
                            machine.address(),
                            machine.podCidr(),
                            Bytes.utf8(configDrive(machine, network))));
        }
        host.store().machines().setPhase(machineId, Phase.STARTED.name());
    }

    /** Public data, but for the join token of a machine that has no vTPM to prove itself with. */
    private String configDrive(MachineRecord machine, NetworkView network) {
        String bits = network.nodeSubnet().substring(network.nodeSubnet().indexOf('/'));
        ObjectNode config = Json.newObject()
                .put("machine", machine.machineId())
                .put("address", machine.address() + bits)
                .put("gateway", network.gateway())
                .put("enrolment", "https://" + network.enrolmentAddress() + ":" + network.enrolmentPort())
                .put("caCertificate", host.enrolmentCa());
        if (!machine.vtpm()) {
            byte[] secret = new byte[32];
            random.nextBytes(secret);
            String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
            host.store().joinTokens().issue(machine.machineId(), token, TOKEN_LIFE);
            config.put("token", token);
        }
        return Json.text(config);
    }
}
