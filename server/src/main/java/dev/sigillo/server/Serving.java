package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Locations;
import dev.sigillo.arm.Sizes;
import dev.sigillo.enrolment.Door;
import dev.sigillo.image.NodeImage;
import dev.sigillo.kubernetes.Access;
import dev.sigillo.kubernetes.Guard;
import dev.sigillo.machine.Capacity;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.machine.Shape;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.pki.WholeFile;
import dev.sigillo.reconcile.Host;
import dev.sigillo.reconcile.HostedPlane;
import dev.sigillo.reconcile.Images;
import dev.sigillo.reconcile.Pace;
import dev.sigillo.reconcile.Reconciler;
import dev.sigillo.store.ClusterRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** A running server: API, doors of the nodes, reconciler. Closing it leaves machines and control planes running. */
final class Serving implements AutoCloseable {
    private final Standing standing;
    private final Reconciler reconciler;
    private final EnrolmentListeners doors;
    private final ArmServer api;
    private final HostAuthorities authorities;
    private final AlertDelivery alerts;

    private Serving(
            Standing standing,
            Reconciler reconciler,
            EnrolmentListeners doors,
            ArmServer api,
            HostAuthorities authorities,
            AlertDelivery alerts) {
        this.standing = standing;
        this.reconciler = reconciler;
        this.doors = doors;
        this.api = api;
        this.authorities = authorities;
        this.alerts = alerts;
    }

    static Serving start(Standing standing) {
        Home home = standing.home();
        List<Destination> destinations = AlertSettings.read(home.folder(), home.subscription(), standing.clock());
        standing.loseWhatIsGone();
        Archives archives = new Archives(home.archives());
        EnrolmentListeners doors = new EnrolmentListeners(
                standing.authority(), archives, new Guard(Standing.SIGILLO_USER), standing.clock());
        int gpus = standing.gpus().addresses().size();
        Sizes sizes = Sizes.shipped().withGpus(gpus);
        Demands demands = new Demands(
                sizes,
                new HostCapacity(() -> memory(standing), standing.settings().memoryMib(), gpus));
        Reconciler reconciler = new Reconciler(new Host(
                standing.store(),
                standing.engine(),
                standing.engine().firmwareProbe(),
                (cluster, network) -> new HostedPlane(standing.plane(cluster, network)),
                Images.of(standing.images()),
                name -> shape(sizes, name),
                archives::list,
                doors,
                () -> {
                    X509Certificate signs = standing.authority().certificate();
                    return new Host.EnrolmentCa(Pem.of(signs), HostAuthorities.sha256(signs));
                },
                demands::refusal,
                home.networkBase(),
                home.remains(),
                Pace.REAL,
                standing.clock()));
        // Where alerts are kept, their open ones are counted here by severity.
        Metrics metrics = new Metrics(standing.store(), reconciler::workers, standing.clock());
        doors.serve(new Door(standing.store(), reconciler, standing.fleet()::anchors, standing.clock(), metrics));
        standing.authority().publish();
        HostAuthorities authorities =
                new HostAuthorities(standing.authority(), standing.fleet(), standing.engine()::ekCertificates);
        FirstPrincipal.ensure(home.folder(), standing.store(), home.tenant(), home.subscription());
        ArmServer api =
                ArmServer.start(parts(standing, sizes, demands, reconciler, authorities, metrics), tls(standing));
        announce(standing, api);
        reconciler.start();
        authorities.start();
        AlertDelivery alerts = new AlertDelivery(standing.store(), destinations, standing.clock());
        alerts.start();
        return new Serving(standing, reconciler, doors, api, authorities, alerts);
    }

    private static ArmParts parts(
            Standing standing,
            Sizes sizes,
            Demands demands,
            Reconciler reconciler,
            HostAuthorities authorities,
            Metrics metrics) {
        Home home = standing.home();
        return new ArmParts(
                new ArmSettings(
                        home.subscription(),
                        home.tenant(),
                        home.port(),
                        standing.settings().limits()),
                home.folder(),
                standing.store(),
                sizes,
                Locations.shipped(),
                standing::versions,
                (_, kubernetes) -> standing.image(kubernetes),
                standing::hostImages,
                Images.of(standing.images())::find,
                reconciler::wake,
                demands,
                credentials(standing, reconciler),
                (machineId, maxBytes) -> standing.store()
                        .machines()
                        .find(machineId)
                        .map(machine -> reconciler.console(machine, maxBytes))
                        .orElse(""),
                reconciler::isRetiring,
                () -> status(standing, reconciler, authorities),
                authorities,
                metrics,
                standing.clock());
    }

    private static SSLContext tls(Standing standing) {
        ServerLeaves leaves = new ServerLeaves(
                standing.authority(),
                "CN=localhost",
                List.of(new AlternativeName.Dns("localhost"), new AlternativeName.Ip("127.0.0.1")),
                standing.clock());
        return TlsIdentity.showing(_ -> leaves.under(standing.authority().shown()));
    }

    private static Shape shape(Sizes sizes, String name) {
        return sizes.find(name)
                .flatMap(size ->
                        size.here().map(here -> new Shape(here.cpus(), here.memoryMiB(), here.diskGiB(), size.gpus())))
                .orElseThrow(
                        () -> new IllegalStateException("size " + name + " cannot run here; it was accepted once"));
    }

    private static HostCapacity.Memory memory(Standing standing) {
        Capacity capacity = standing.engine().capacity();
        return new HostCapacity.Memory(capacity.memoryMib(), capacity.freeMemoryMib());
    }

    private static Credentials credentials(Standing standing, Reconciler reconciler) {
        return new Credentials() {
            @Override
            public String kubeconfig(ClusterRecord cluster, boolean admin) {
                return reconciler
                        .kubeconfig(cluster, admin ? Access.ADMIN : Access.USER)
                        .orElseThrow(() -> ArmError.CONFLICT.because(
                                "The control plane of cluster %s is not there yet; wait for its creation to end.",
                                cluster.name()));
            }

            @Override
            public Optional<String> apiAddress(ClusterRecord cluster) {
                return standing.engine()
                        .network(new NetworkId(cluster.shortId()))
                        .map(NetworkView::gateway);
            }
        };
    }

    private static Map<String, String> status(Standing standing, Reconciler reconciler, HostAuthorities authorities) {
        Capacity capacity = standing.engine().capacity();
        Map<String, String> status = new LinkedHashMap<>();
        status.put("accelerator", capacity.accelerator() + " (" + capacity.why() + ")");
        status.put("cpus", Integer.toString(capacity.cpus()));
        status.put("memoryMiB", Long.toString(capacity.memoryMib()));
        status.put(
                "nodeImage",
                standing.images()
                        .latest(standing.programs().byDefault())
                        .map(NodeImage::version)
                        .orElse("none"));
        status.put("kubernetes", String.join(", ", standing.versions().supported()));
        HostAuthorities.Line server = authorities.server();
        HostAuthorities.Line fleet = authorities.fleet();
        List<AuthorityEnds.Held> held = new ArrayList<>();
        reconciler
                .clusterAuthorities()
                .forEach((cluster, certificate) -> held.add(AuthorityEnds.ofCluster(cluster, certificate)));
        held.addAll(AuthorityEnds.of("server", server));
        held.addAll(AuthorityEnds.of("fleet", fleet));
        status.put("authorities", AuthorityEnds.words(held, standing.clock().instant()));
        String former = Stream.of(AuthorityEnds.former("server CA", server), AuthorityEnds.former("fleet CA", fleet))
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
        if (!former.isEmpty()) {
            status.put("formerAuthorities", former);
        }
        return status;
    }

    /** Says where this server is, for those who look for it by its home. */
    private static void announce(Standing standing, ArmServer api) {
        Home home = standing.home();
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            // After the name in brackets, which may hold anything: field 3 is the first, so 22 is at index 19.
            long ticks =
                    Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
            WholeFile.writeSecret(
                    home.folder().resolve("server.json"),
                    Json.text(Json.newObject()
                            .put("pid", ProcessHandle.current().pid())
                            .put("startTicks", ticks)
                            .put("port", home.port())
                            .put("endpoint", api.endpoint())
                            .put("dist", standing.settings().dist())
                            .put("kubernetes", standing.settings().kubernetes().toString())));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/self/stat", e);
        }
    }

    @Override
    public void close() {
        alerts.close();
        authorities.close();
        reconciler.close();
        api.close();
        doors.closeAll();
        standing.store().close();
    }
}
