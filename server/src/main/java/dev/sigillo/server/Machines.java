package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code …/agentPools/{pool}/machines}: every machine, also one that was never let into the cluster.
 *
 * <p>Azure's model has {@code network} and {@code resourceId}; the rest of {@code properties} is ours, above all
 * {@code verdict}. az drops it from its output, {@code az rest} and our command line show it. A list with
 * {@code verdict=brief} has no findings: of a large pool they are megabytes.
 */
final class Machines {
    private static final int CONSOLE_BYTES = 1 << 20;

    private final Store store;
    private final Scope scope;
    private final Consoles consoles;
    private final Predicate<MachineRecord> retiring;
    private final Clock clock;

    Machines(Store store, Scope scope, Consoles consoles, Predicate<MachineRecord> retiring, Clock clock) {
        this.store = store;
        this.scope = scope;
        this.consoles = consoles;
        this.retiring = retiring;
        this.clock = clock;
    }

    void register(Routes routes) {
        routes.add("GET", Pools.PATH + "/machines", this::list);
        routes.add("GET", Pools.PATH + "/machines/{machine}", request -> {
            MachineRecord machine = find(request);
            return ArmReply.ok(view(machine));
        });
        routes.add("GET", Pools.PATH + "/machines/{machine}/verdicts", request -> {
            MachineRecord machine = find(request);
            return ArmReply.list(store.verdicts().history(machine.machineId()).entrySet().stream()
                    .map(each -> past(machine, each.getKey(), each.getValue()))
                    .toList());
        });
        routes.add("POST", Pools.PATH + "/machines/{machine}/getConsole", request -> {
            MachineRecord machine = find(request);
            ObjectNode body = Json.newObject();
            body.put("console", consoles.console(machine.machineId(), CONSOLE_BYTES));
            return ArmReply.ok(body);
        });
    }

    private ArmReply list(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        PoolRecord pool = scope.pool(store, cluster, request);
        List<MachineRecord> machines = store.machines().listOfPool(cluster.id(), pool.name());
        if (!isBrief(request)) {
            return ArmReply.list(machines.stream().map(this::view).toList());
        }
        Map<String, VerdictRecord> latest = store.verdicts().latestOfCluster(cluster.id());
        return ArmReply.list(machines.stream()
                .map(machine -> view(machine, Optional.ofNullable(latest.get(machine.machineId())), Machines::brief))
                .toList());
    }

    private static boolean isBrief(ArmRequest request) {
        String asked = request.query("verdict").orElse("");
        if (!List.of("", "full", "brief").contains(asked)) {
            throw ArmError.INVALID_PARAMETER.at(
                    "verdict",
                    "The value of parameter verdict is invalid: '%s' is neither full nor brief.",
                    Routes.printable(asked));
        }
        return asked.equals("brief");
    }

    /** By node name or by the engine's id. */
    MachineRecord find(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        PoolRecord pool = scope.pool(store, cluster, request);
        String name = request.parameter("machine");
        List<MachineRecord> machines = store.machines().listOfPool(cluster.id(), pool.name());
        return machines.stream()
                .filter(machine -> ArmId.same(machine.nodeName(), name) || ArmId.same(machine.machineId(), name))
                .findFirst()
                .orElseThrow(() -> ArmError.NOT_FOUND.because(
                        "Could not find the machine '%s' in agent pool '%s'.", Routes.printable(name), pool.name()));
    }

    private ObjectNode view(MachineRecord machine) {
        return view(machine, store.verdicts().latest(machine.machineId()), Machines::full);
    }

    private ObjectNode view(
            MachineRecord machine, Optional<VerdictRecord> latest, Function<VerdictRecord, ObjectNode> shown) {
        ObjectNode node = Json.newObject();
        String id = ArmId.machine(machine.clusterId(), machine.pool(), machine.nodeName());
        node.put("id", id);
        node.put("name", machine.nodeName());
        node.put("type", ArmId.POOL_TYPE + "/machines");
        node.putArray("zones");
        ObjectNode properties = node.putObject("properties");
        properties.put("resourceId", id);
        properties
                .putObject("network")
                .putArray("ipAddresses")
                .addObject()
                .put("family", "IPv4")
                .put("ip", machine.address());
        properties.put("machineId", machine.machineId());
        properties.put("nodeName", machine.nodeName());
        properties.put("address", machine.address());
        properties.put("phase", machine.phase().name());
        properties.put("retiring", retiring.test(machine));
        properties.put("nodeImageVersion", machine.imageVersion());
        properties
                .putObject("securityProfile")
                .put("enableVTPM", machine.vtpm())
                .put("enableSecureBoot", machine.secureBoot());
        properties.put("createdAt", machine.createdAt().toString());
        properties.put("trust", TrustState.of(machine, latest, clock.instant()).word());
        machine.trustUntil().ifPresent(until -> properties.put("trustUntil", until.toString()));
        machine.withdrawnAt().ifPresent(at -> properties.put("withdrawnAt", at.toString()));
        machine.failure().ifPresent(failure -> properties.put("failure", failure.message()));
        latest.ifPresent(verdict -> properties.set("verdict", shown.apply(verdict)));
        return node;
    }

    private static ObjectNode full(VerdictRecord verdict) {
        ObjectNode shown = verdict(verdict.json());
        if (!shown.has("passing")) {
            shown.put("passing", verdict.passing());
        }
        if (!shown.has("at")) {
            shown.put("at", verdict.at().toString());
        }
        return shown;
    }

    private static ObjectNode brief(VerdictRecord verdict) {
        ObjectNode shown = Json.newObject();
        shown.put("passing", verdict.passing());
        shown.put("at", verdict.at().toString());
        String summary =
                verdict.passing() ? "" : verdict(verdict.json()).path("summary").asString("");
        if (!summary.isEmpty()) {
            shown.put("summary", summary);
        }
        return shown;
    }

    /** One of the verdicts that there were. */
    private static ObjectNode past(MachineRecord machine, long number, VerdictRecord verdict) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.machine(machine.clusterId(), machine.pool(), machine.nodeName()) + "/verdicts/" + number);
        node.put("name", Long.toString(number));
        node.put("type", ArmId.POOL_TYPE + "/machines/verdicts");
        node.set(
                "properties",
                brief(verdict).put("hasEvidence", verdict.evidence().isPresent()));
        return node;
    }

    private static ObjectNode verdict(String json) {
        try {
            return Json.MAPPER.readTree(json) instanceof ObjectNode object ? object : Json.newObject();
        } catch (JacksonException e) {
            return Json.newObject().put("unreadable", String.valueOf(e.getOriginalMessage()));
        }
    }
}
