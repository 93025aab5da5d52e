package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.KubernetesVersions;
import dev.sigillo.arm.Names;
import dev.sigillo.arm.Operation;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code Microsoft.ContainerService/managedClusters}. */
final class Clusters {
    private static final String LIST =
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters";
    static final String PATH = LIST + "/{cluster}";

    private final Store store;
    private final Scope scope;
    private final Roles roles;
    private final ClusterPut acceptance;
    private final Power power;
    private final Supplier<KubernetesVersions> versions;
    private final ClusterView view;
    private final Operations operations;
    private final Credentials credentials;
    private final Wake wake;

    Clusters(
            Store store,
            Scope scope,
            Roles roles,
            ClusterPut acceptance,
            Power power,
            Supplier<KubernetesVersions> versions,
            ClusterView view,
            Operations operations,
            Credentials credentials,
            Wake wake) {
        this.store = store;
        this.scope = scope;
        this.roles = roles;
        this.acceptance = acceptance;
        this.power = power;
        this.versions = versions;
        this.view = view;
        this.operations = operations;
        this.credentials = credentials;
        this.wake = wake;
    }

    void register(Routes routes) {
        routes.add(
                Route.Access.ANY_ROLE,
                "GET",
                "/subscriptions/{subscription}/providers/Microsoft.ContainerService/managedClusters",
                request -> list(roles.visible(request.caller(), store.clusters().list())));
        routes.add(
                Route.Access.ANY_ROLE,
                "GET",
                LIST,
                request -> list(roles.visibleInGroup(store, scope, request, Roles.READ_CLUSTER)));
        routes.add("GET", PATH, request -> ArmReply.ok(view.resource(store, scope.cluster(store, request))));
        routes.add("PUT", PATH, this::put);
        routes.add("DELETE", PATH, this::delete);
        routes.add("POST", PATH + "/listClusterUserCredential", request -> credential(request, "clusterUser", false));
        routes.add("POST", PATH + "/listClusterAdminCredential", request -> credential(request, "clusterAdmin", true));
        routes.add("GET", PATH + "/upgradeProfiles/default", this::upgrades);
        routes.add("POST", PATH + "/abort", this::abort);
        routes.add("POST", PATH + "/stop", request -> turn(request, power::stop));
        routes.add("POST", PATH + "/start", request -> turn(request, power::start));
        routes.add("POST", PATH + "/rotateClusterCertificates", request -> turn(request, power::rotateCertificates));
    }

    private ArmReply list(List<ClusterRecord> clusters) {
        return ArmReply.list(
                clusters.stream().map(each -> view.resource(store, each)).toList());
    }

    private ArmReply put(ArmRequest request) {
        ObjectNode body = request.json();
        ClusterPut.Accepted accepted = store.inTransaction(tx -> acceptance.accept(tx, request, body));
        wake.cluster(accepted.cluster().id());
        ArmReply reply = ArmReply.of(accepted.created() ? 201 : 200, view.resource(store, accepted.cluster()));
        return accepted.operation()
                .map(operation -> operations.announce(reply, request, operation))
                .orElse(reply);
    }

    private ArmReply delete(ArmRequest request) {
        List<String> woken = new ArrayList<>();
        ArmReply reply = store.inTransaction(tx -> {
            String group = scope.group(tx, request).name();
            Optional<ClusterRecord> cluster = tx.clusters().find(group, Names.cluster(request.parameter("cluster")));
            Etag.check(request, cluster.map(ClusterView::etag));
            if (cluster.isEmpty()) {
                return ArmReply.empty(204);
            }
            Operation operation = Deletion.of(tx, cluster.get());
            woken.add(cluster.get().id());
            return operations.announce(ArmReply.empty(202), request, operation);
        });
        woken.forEach(wake::cluster);
        return reply;
    }

    private ArmReply abort(ArmRequest request) {
        ClusterRecord cluster = store.inTransaction(tx -> {
            ClusterRecord found = scope.cluster(tx, request);
            Abort.cluster(tx, found);
            return found;
        });
        wake.cluster(cluster.id());
        return ArmReply.empty(204);
    }

    private ArmReply turn(ArmRequest request, BiFunction<Store, ClusterRecord, Operation> how) {
        Operation operation = store.inTransaction(tx -> how.apply(tx, scope.cluster(tx, request)));
        wake.cluster(operation.clusterId());
        return operations.announce(ArmReply.empty(202), request, operation);
    }

    private ArmReply credential(ArmRequest request, String name, boolean admin) {
        ClusterRecord cluster = scope.cluster(store, request);
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        requireFormat(request.query("format").orElse(""));
        String kubeconfig = credentials.kubeconfig(cluster, admin);
        ObjectNode body = Json.newObject();
        body.putArray("kubeconfigs")
                .addObject()
                .put("name", name)
                .put("value", Base64.getEncoder().encodeToString(kubeconfig.getBytes(StandardCharsets.UTF_8)));
        return ArmReply.ok(body).with("Cache-Control", "no-store");
    }

    /** A certificate under the name of {@code exec} would read as if kubelogin were asked at each login. */
    private static void requireFormat(String format) {
        if (!List.of("", "azure").contains(ArmId.key(format))) {
            throw ArmError.INVALID_PARAMETER.at(
                    "format",
                    "The value of parameter format is invalid: '%s' is not supported; exec is the format of kubelogin and needs Entra ID, which is not here. The supported format is azure: a kubeconfig with a certificate. Say --format azure, or leave it out.",
                    Routes.printable(format));
        }
    }

    private ArmReply upgrades(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        ObjectNode body = Json.newObject();
        body.put("id", cluster.id() + "/upgradeprofiles/default");
        body.put("name", "default");
        body.put("type", "Microsoft.ContainerService/managedClusters/upgradeprofiles");
        ObjectNode properties = body.putObject("properties");
        KubernetesVersions known = versions.get();
        String version = cluster.desired().version();
        upgrades(
                properties
                        .putObject("controlPlaneProfile")
                        .put("kubernetesVersion", version)
                        .put("osType", "Linux")
                        .putArray("upgrades"),
                known.upgradesOf(version));
        ArrayNode pools = properties.putArray("agentPoolProfiles");
        store.pools()
                .listOfCluster(cluster.id())
                .forEach(pool -> upgrades(
                        pools.addObject()
                                .put("name", pool.name())
                                .put("kubernetesVersion", pool.desired().version())
                                .put("osType", "Linux")
                                .putArray("upgrades"),
                        known.upgradesOf(pool.desired().version(), version)));
        return ArmReply.ok(body);
    }

    /** Versions to go to, as both upgrade profiles have them. */
    static void upgrades(ArrayNode list, List<String> versions) {
        versions.forEach(
                version -> list.addObject().put("kubernetesVersion", version).put("isPreview", false));
    }

    /** {@code az aks get-versions}: {@code values}, not {@code value}. */
    static ArmReply versions(KubernetesVersions versions) {
        ObjectNode body = Json.newObject();
        ArrayNode values = body.putArray("values");
        List<String> minors = versions.supported().stream()
                .map(KubernetesVersions::minor)
                .distinct()
                .toList();
        for (String minor : minors) {
            ObjectNode value = values.addObject();
            value.put("version", minor);
            value.put("isDefault", minor.equals(KubernetesVersions.minor(versions.byDefault())));
            value.putObject("capabilities").putArray("supportPlan").add("KubernetesOfficial");
            ObjectNode patches = value.putObject("patchVersions");
            versions.supported().stream()
                    .filter(version -> KubernetesVersions.minor(version).equals(minor))
                    .forEach(version -> {
                        ArrayNode upgrades = patches.putObject(version).putArray("upgrades");
                        versions.upgradesOf(version).forEach(upgrades::add);
                    });
        }
        return ArmReply.ok(body);
    }
}
