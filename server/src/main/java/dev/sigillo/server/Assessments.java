package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Microsoft.Security/assessments} of the subscription, of a cluster, a pool and a machine, as
 * {@code az security assessment list|show} asks. They are read only. A list holds those of pools and machines; one shown
 * of the subscription or of a cluster is the sum of what is inside.
 */
final class Assessments {
    private static final String READ = "Microsoft.Security/assessments/read";
    private static final String SECURITY = "/providers/Microsoft.Security/assessments";
    private static final String NAME = "/{assessment}";

    private final Store store;
    private final Scope scope;
    private final Roles roles;
    private final Machines machines;
    private final Assessor assessor;

    Assessments(Store store, Scope scope, Roles roles, Machines machines, Assessor assessor) {
        this.store = store;
        this.scope = scope;
        this.roles = roles;
        this.machines = machines;
        this.assessor = assessor;
    }

    void register(Routes routes) {
        String subscription = "/subscriptions/{subscription}" + SECURITY;
        routes.add(Route.Access.ANY_ROLE, "GET", subscription, request -> list(visible(request)));
        routes.add(
                Route.Access.ANY_ROLE,
                "GET",
                subscription + NAME,
                request -> sum(request, ArmId.subscription(scope.subscription()), visible(request)));
        of(routes, Clusters.PATH, request -> {
            ClusterRecord cluster = scope.cluster(store, request);
            List<Assessment> all = assessor.ofCluster(cluster);
            return request.parameters().containsKey("assessment") ? sums(cluster.id(), all) : all;
        });
        of(routes, Pools.PATH, request -> {
            PoolRecord pool = scope.pool(store, scope.cluster(store, request), request);
            return assessor.ofPool(pool);
        });
        of(routes, Pools.PATH + "/machines/{machine}", request -> {
            MachineRecord machine = machines.find(request);
            return assessor.ofMachine(machine);
        });
    }

    private static void of(Routes routes, String resource, Function<ArmRequest, List<Assessment>> assess) {
        routes.add("GET", resource + SECURITY, request -> list(assess.apply(request)));
        routes.add("GET", resource + SECURITY + NAME, request -> {
            Recommendation asked = asked(request);
            return assess.apply(request).stream()
                    .filter(each -> each.recommendation() == asked)
                    .findFirst()
                    .map(each -> ArmReply.ok(view(each)))
                    .orElseThrow(() -> missing(request));
        });
    }

    private static List<Assessment> sums(String resourceId, List<Assessment> parts) {
        return Arrays.stream(Recommendation.values())
                .map(each -> Assessor.sum(each, resourceId, parts))
                .toList();
    }

    private List<Assessment> visible(ArmRequest request) {
        roles.requireWithin(request.caller(), READ, RoleScope.SUBSCRIPTION);
        Predicate<RoleScope> read = roles.scopes(request.caller(), READ);
        return store.clusters().list().stream()
                .filter(cluster -> read.test(new RoleScope(cluster.resourceGroup(), cluster.name())))
                .flatMap(cluster -> assessor.ofCluster(cluster).stream())
                .toList();
    }

    private static ArmReply sum(ArmRequest request, String resourceId, List<Assessment> parts) {
        return ArmReply.ok(view(Assessor.sum(asked(request), resourceId, parts)));
    }

    private static ArmReply list(List<Assessment> assessments) {
        return ArmReply.list(assessments.stream().map(Assessments::view).toList());
    }

    private static Recommendation asked(ArmRequest request) {
        return Recommendation.byId(request.parameter("assessment")).orElseThrow(() -> missing(request));
    }

    private static ArmException missing(ArmRequest request) {
        return ArmError.RESOURCE_NOT_FOUND.because(
                "There is no assessment '%s'. Sigillo has %s.",
                Routes.printable(request.parameter("assessment")),
                String.join(
                        ", ",
                        Arrays.stream(Recommendation.values())
                                .map(each -> each.id() + " (" + each.displayName() + ")")
                                .toList()));
    }

    private static ObjectNode view(Assessment assessment) {
        Recommendation recommendation = assessment.recommendation();
        ObjectNode node = Json.newObject();
        node.put("id", assessment.resourceId() + SECURITY + "/" + recommendation.id());
        node.put("name", recommendation.id());
        node.put("type", "Microsoft.Security/assessments");
        ObjectNode properties = node.putObject("properties");
        properties.putObject("resourceDetails").put("source", "Azure").put("id", assessment.resourceId());
        properties.put("displayName", recommendation.displayName());
        ObjectNode status = properties.putObject("status");
        status.put("code", assessment.code().word());
        if (!assessment.cause().isEmpty()) {
            status.put("cause", assessment.cause());
        }
        status.put("description", assessment.description());
        status.put("firstEvaluationDate", assessment.since().toString());
        properties
                .putObject("metadata")
                .put("displayName", recommendation.displayName())
                .put("description", recommendation.description())
                .put("remediationDescription", recommendation.remediation())
                .put("severity", recommendation.severity())
                .put("assessmentType", "BuiltIn");
        return node;
    }
}
