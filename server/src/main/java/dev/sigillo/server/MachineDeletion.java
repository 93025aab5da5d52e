package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.PoolRules;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The acceptance of {@code POST agentPools/{name}/deleteMachines}: the named machines leave, and the pool is asked for as
 * many fewer. All of them, or none if one cannot.
 */
final class MachineDeletion {
    private static final String FIELD = "machineNames";

    private final Scope scope;
    private final PoolRules rules;

    MachineDeletion(Scope scope, PoolRules rules) {
        this.scope = scope;
        this.rules = rules;
    }

    PoolPut.Accepted accept(Store tx, ArmRequest request, ObjectNode body) {
        ClusterRecord cluster = scope.cluster(tx, request);
        PoolRecord pool = scope.pool(tx, cluster, request);
        Etag.check(request, Optional.of(PoolView.etag(pool)));
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        List<MachineRecord> named = named(tx, cluster, pool, names(body));
        List<MachineRecord> staying =
                named.stream().filter(each -> each.phase() != Phase.LEAVING).toList();
        Optional<Operation> under = underWay(tx, cluster, pool);
        if (staying.isEmpty() && under.isPresent()) {
            return new PoolPut.Accepted(false, cluster, pool, under); // the same request again
        }
        PoolPut.refuseWhileBusy(tx, cluster, pool.name());
        long others = tx.machines().listOfPool(cluster.id(), pool.name()).stream()
                .filter(machine -> machine.phase() != Phase.LEAVING && !staying.contains(machine))
                .count();
        // After a roll that was stopped there may be more than asked for.
        int count = (int) Math.min(pool.desired().count(), others);
        ObjectNode desired = rules.resize(Json.object(pool.body()), count);
        staying.forEach(machine -> tx.machines().leave(machine.machineId()));
        PoolRecord updated = tx.pools()
                .update(
                        cluster.id(),
                        pool.name(),
                        pool.etag(),
                        Json.text(desired),
                        OperationKind.DELETE_MACHINES.running());
        Operation operation = tx.operations()
                .open(
                        cluster.id(),
                        ArmId.pool(cluster.id(), pool.name()),
                        OperationKind.DELETE_MACHINES,
                        cluster.location());
        return new PoolPut.Accepted(false, cluster, updated, Optional.of(operation));
    }

    private static Optional<Operation> underWay(Store tx, ClusterRecord cluster, PoolRecord pool) {
        return tx.operations().openOfPool(cluster.id(), pool.name()).stream()
                .filter(open -> open.kind() == OperationKind.DELETE_MACHINES)
                .findFirst();
    }

    private static Set<String> names(ObjectNode body) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode name : body.path(FIELD)) {
            if (!name.isString()) {
                throw invalid("a name is a %s; a list of the machines' names is expected".formatted(Json.nameOf(name)));
            }
            names.add(ArmId.key(name.asString()));
        }
        if (names.isEmpty()) {
            throw invalid("it has no machine's name; a list of at least one is expected");
        }
        return names;
    }

    private static List<MachineRecord> named(Store tx, ClusterRecord cluster, PoolRecord pool, Set<String> names) {
        List<MachineRecord> found = new ArrayList<>();
        Set<String> unknown = new LinkedHashSet<>(names);
        List<MachineRecord> all = tx.machines().listOfPool(cluster.id(), pool.name());
        for (MachineRecord machine : all) {
            if (unknown.remove(ArmId.key(machine.nodeName()))) {
                found.add(machine);
            }
        }
        if (!unknown.isEmpty()) {
            throw invalid("agent pool '%s' has no machine %s; it has: %s"
                    .formatted(
                            pool.name(),
                            unknown.stream().map(Routes::printable).collect(Collectors.joining(", ")),
                            all.stream().map(MachineRecord::nodeName).collect(Collectors.joining(", "))));
        }
        return found;
    }

    private static ArmException invalid(String why) {
        return ArmError.INVALID_PARAMETER.at(FIELD, "The value of parameter %s is invalid: %s.", FIELD, why);
    }
}
