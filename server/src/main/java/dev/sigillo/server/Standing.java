package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.KubernetesVersions;
import dev.sigillo.image.ImageCatalog;
import dev.sigillo.image.NodeImage;
import dev.sigillo.kubernetes.ClusterSpec;
import dev.sigillo.kubernetes.ControlPlane;
import dev.sigillo.kubernetes.HostedControlPlanes;
import dev.sigillo.machine.EmbeddedEngine;
import dev.sigillo.machine.EngineHome;
import dev.sigillo.machine.FleetCa;
import dev.sigillo.machine.Gpus;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.process.Children;
import dev.sigillo.reconcile.LostMachines;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.Store;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What stands on the host whether a server runs or not: store, engine, control planes, images, authorities. */
record Standing(
        Home home,
        Main.Settings settings,
        ServerCa authority,
        FleetCa fleet,
        Store store,
        Gpus gpus,
        EmbeddedEngine engine,
        HostedControlPlanes planes,
        ImageCatalog images,
        Programs programs,
        Clock clock) {
    /** The name that only this server's client certificates carry inside a cluster. */
    static final String SIGILLO_USER = "sigillo:controller";

    private static final int API_PORT = 6443;
    private static final System.Logger LOG = System.getLogger(Standing.class.getName());

    /** @param gpus those of the host that new machines may have */
    static Standing open(Home home, Main.Settings settings, Gpus gpus, Clock clock) {
        FleetCa fleet = FleetCa.open(home.keys().resolve("fleet"), clock);
        Store store = Store.open(home.database(), clock);
        return new Standing(
                home,
                settings,
                ServerCa.open(
                        home.keys().resolve("server"),
                        "Sigillo " + home.tag(),
                        home.folder().resolve("ca.pem"),
                        store,
                        clock),
                fleet,
                store,
                gpus,
                EmbeddedEngine.open(
                        new EngineHome(home.folder(), home.run(), settings.cache(), home.tag()), fleet, gpus),
                new HostedControlPlanes(new Children(), clock),
                ImageCatalog.open(settings.cache().resolve("images")),
                new Programs(settings.kubernetes(), settings.cache().resolve("kubernetes-versions")),
                clock);
    }

    /** The default one, and those of which there are both a node image and the control plane's programs. */
    KubernetesVersions versions() {
        return new KubernetesVersions(Stream.concat(
                        Stream.of(programs.byDefault()),
                        images.list().stream()
                                .map(NodeImage::kubernetes)
                                .filter(version -> programs.find(version).isPresent()))
                .distinct()
                .toList());
    }

    /** @throws ArmException NO_HOST_CAPACITY if there is none */
    String image(String kubernetes) {
        return images.latest(kubernetes)
                .map(NodeImage::version)
                .orElseThrow(() -> ArmError.NO_HOST_CAPACITY.because(
                        "There is no node image with Kubernetes %s on this host yet; sigillo image build --kubernetes-version %s builds one.",
                        kubernetes, kubernetes));
    }

    /** The images that count, the one built last at the end. */
    List<HostImages.HostImage> hostImages() {
        String signer = images.signer().orElse("");
        Map<String, String> newest = new HashMap<>();
        Map<String, NodeImage> all = new LinkedHashMap<>(); // the same content may have been built by several recipes
        images.list().forEach(image -> {
            newest.put(image.kubernetes(), image.version());
            all.remove(image.version());
            all.put(image.version(), image);
        });
        return all.values().stream()
                .map(image -> new HostImages.HostImage(
                        image.version(),
                        image.kubernetes(),
                        image.kernel(),
                        image.rootHash(),
                        signer,
                        image.version().equals(newest.get(image.kubernetes()))))
                .toList();
    }

    /** The cluster's control plane on its open network; starts nothing. */
    ControlPlane plane(ClusterRecord cluster, NetworkView network) {
        return planes.open(new ClusterSpec(
                cluster.shortId(),
                home.clusters().resolve(cluster.shortId()),
                programs.folder(cluster.desired().version()),
                cluster.desired().version(),
                network.namespace(),
                network.gateway(),
                API_PORT,
                cluster.desired().podCidr(),
                cluster.desired().serviceCidr(),
                cluster.desired().dnsServiceIp(),
                URI.create("https://" + network.enrolmentAddress() + ":" + network.enrolmentPort()
                        + "/kubernetes/v1/authorize"),
                authority::bundle,
                () -> store.machines().quarantined(cluster.id()),
                Optional.of(InetAddress.ofLiteral(network.serverAddress())),
                SIGILLO_USER));
    }

    /** To be called before anybody can ask: after a reboot of the host no machine runs, whatever the rows say. */
    void loseWhatIsGone() {
        LostMachines.mark(store, engine.states());
        Set<String> known = store.clusters().list().stream()
                .flatMap(cluster -> engine.network(new NetworkId(cluster.shortId())).stream())
                .map(NetworkView::namespace)
                .collect(Collectors.toSet());
        planes.sweep(known, namespaces()).forEach(line -> LOG.log(System.Logger.Level.INFO, "swept: {0}", line));
    }

    /** What the names of this home's network namespaces begin with. */
    private String namespaces() {
        return "sg-" + home.tag() + "-";
    }

    /** Ends machines, control planes and networks; what is desired stays, so that the next start brings it back. */
    void takeDown() {
        for (MachineId machine : engine.states().keySet()) {
            engine.delete(machine);
        }
        LostMachines.mark(store, Map.of());
        List<NetworkId> networks = store.clusters().list().stream()
                .map(cluster -> new NetworkId(cluster.shortId()))
                .toList();
        for (ClusterRecord cluster : store.clusters().list()) {
            engine.network(new NetworkId(cluster.shortId()))
                    .ifPresent(network -> plane(cluster, network).stop());
        }
        // Also those whose network is half gone.
        planes.sweep(Set.of(), namespaces()).forEach(line -> System.out.println("swept: " + line));
        networks.forEach(engine::closeNetwork);
        engine.sweep().forEach(line -> System.out.println("swept: " + line));
        engine.leave();
        store.close();
    }
}
