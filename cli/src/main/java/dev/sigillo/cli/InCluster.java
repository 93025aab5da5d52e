package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Runs scripts in a pod of a cluster, as {@code az aks command invoke} does, with the rights of whoever asks. */
final class InCluster {
    private final Api api;
    private final Waiting waiting;
    private final String clusterPath;

    /** @param said what the script wrote, or why it was cut */
    record Ended(String exitCode, String said) {
        boolean well() {
            return exitCode.equals("0");
        }
    }

    InCluster(Api api, Waiting waiting, String clusterPath) {
        this.api = api;
        this.waiting = waiting;
        this.clusterPath = clusterPath;
    }

    /** @param what what has happened when it has ended, for the line that is shown then */
    Ended run(String script, String what) {
        Api.Reply sent = api.post(clusterPath + "/runCommand", Json.newObject().put("command", script));
        Optional<URI> location = sent.location();
        location.ifPresent(url -> waiting.until(what, () -> "a pod runs", () -> api.ended(url)));
        JsonNode ended = location.map(api::operation).orElse(sent.body());
        return new Ended(
                Fields.text(ended, "properties", "exitCode"),
                Fields.text(ended, "properties", "reason") + Fields.text(ended, "properties", "logs"));
    }
}
