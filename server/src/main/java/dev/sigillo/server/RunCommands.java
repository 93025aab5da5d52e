package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.Json;
import dev.sigillo.kubernetes.ClusterCommand;
import dev.sigillo.reconcile.CommandContent;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.CommandRecord;
import dev.sigillo.store.CommandState;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST managedClusters/{name}/runCommand} and {@code GET …/commandResults/{id}}: commands that run in a pod of the
 * cluster. az follows the Location; its pattern takes an id of letters and digits alone.
 */
final class RunCommands {
    private static final int MOST_COMMAND = 64 * 1024;
    private static final int MOST_AT_ONCE = 8;

    private final Store store;
    private final Scope scope;
    private final Wake wake;

    RunCommands(Store store, Scope scope, Wake wake) {
        this.store = store;
        this.scope = scope;
        this.wake = wake;
    }

    void register(Routes routes) {
        routes.add("POST", Clusters.PATH + "/runCommand", this::run);
        routes.add("GET", Clusters.PATH + "/commandResults/{command}", this::result);
    }

    private ArmReply run(ArmRequest request) {
        ClusterCommand command = command(request.json());
        String id = UUID.randomUUID().toString().replace("-", "");
        CommandRecord accepted = store.inTransaction(tx -> {
            ClusterRecord cluster = scope.cluster(tx, request);
            requireAble(tx, cluster);
            tx.commands().accept(id, cluster.id(), CommandContent.text(command));
            return tx.commands().find(cluster.id(), id).orElseThrow();
        });
        wake.cluster(accepted.clusterId());
        return reply(request, accepted);
    }

    private static ClusterCommand command(ObjectNode body) {
        String script = text(body, "command");
        if (script.isBlank() || script.length() > MOST_COMMAND || script.indexOf('\0') >= 0) {
            throw ArmError.INVALID_PARAMETER.at(
                    "command",
                    "The value of parameter command is invalid: it must be a script of 1 to %d characters for bash, without zero bytes, and has %d.",
                    MOST_COMMAND,
                    script.length());
        }
        if (!text(body, "clusterToken").isEmpty()) {
            throw ArmError.NOT_SUPPORTED.at(
                    "clusterToken", "clusterToken is not supported: there is no Entra ID here. Leave it out.");
        }
        return new ClusterCommand(script, CommandFiles.of(text(body, "context")));
    }

    private static String text(ObjectNode body, String name) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isString()) {
            throw ArmError.INVALID_PARAMETER.at(
                    name,
                    "The value of parameter %s is invalid: it must be a string, and is a %s.",
                    name,
                    Json.nameOf(value));
        }
        return value.asString();
    }

    private static void requireAble(Store tx, ClusterRecord cluster) {
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        Contention.requireRunning(cluster);
        boolean node =
                tx.machines().listOfCluster(cluster.id()).stream().anyMatch(machine -> machine.phase() == Phase.READY);
        if (!node) {
            throw ArmError.OPERATION_NOT_ALLOWED.at(
                    cluster.id(),
                    "Operation is not allowed: managed cluster '%s' has no node that is Ready, and a command runs on one. Look with az aks nodepool list and sigillo nodes.",
                    cluster.name());
        }
        long open = tx.commands().left().stream()
                .filter(each ->
                        each.clusterId().equals(cluster.id()) && !each.state().isEnd())
                .count();
        if (open >= MOST_AT_ONCE) {
            throw ArmError.OPERATION_NOT_ALLOWED.at(
                    cluster.id(),
                    "Operation is not allowed: %d commands run in managed cluster '%s', and no more can at once. Try again when one has ended.",
                    open,
                    cluster.name());
        }
    }

    private ArmReply result(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        String id = request.parameter("command");
        return reply(
                request,
                store.commands()
                        .find(cluster.id(), id)
                        .orElseThrow(() -> ArmError.NOT_FOUND.because(
                                "The command '%s' could not be found in cluster '%s'. The last 50 of a cluster are kept.",
                                Routes.printable(id), cluster.name())));
    }

    private static ArmReply reply(ArmRequest request, CommandRecord command) {
        String path = command.clusterId() + "/commandResults/" + command.id();
        ObjectNode body = Json.newObject().put("id", command.id());
        ObjectNode properties = body.putObject("properties");
        properties.put("provisioningState", state(command.state()));
        if (!command.state().isEnd()) {
            properties.put("startedAt", command.acceptedAt().toString());
            return ArmReply.of(202, body)
                    .with("Location", request.url(path) + "?api-version=" + request.apiVersion())
                    .with("Retry-After", "1");
        }
        command.exitCode().ifPresent(code -> properties.put("exitCode", code));
        time(properties, "startedAt", command.startedAt());
        time(properties, "finishedAt", command.finishedAt());
        properties.put("logs", command.logs());
        if (!command.reason().isEmpty()) {
            properties.put("reason", command.reason());
        }
        return ArmReply.ok(body);
    }

    private static void time(ObjectNode properties, String name, Optional<Instant> time) {
        time.ifPresent(at -> properties.put(name, at.toString()));
    }

    private static String state(CommandState state) {
        return switch (state) {
            case ACCEPTED, RUNNING -> "Running";
            case SUCCEEDED -> "Succeeded";
            case FAILED -> "Failed";
        };
    }
}
