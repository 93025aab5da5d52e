package dev.sigillo.agent;

import java.net.URI;
import java.util.List;

/** A kubeconfig with one cluster and one user, as JSON (which is YAML). */
final class Kubeconfig {

    private Kubeconfig() {}

    static Json.Obj of(URI apiServer, String authorityFile, Json.Obj user) {
        Json.Obj cluster =
                Json.Obj.empty().with("server", apiServer.toString()).with("certificate-authority", authorityFile);
        Json.Obj context = Json.Obj.empty().with("cluster", "cluster").with("user", "node");
        return Json.Obj.empty()
                .with("apiVersion", "v1")
                .with("kind", "Config")
                .with("clusters", named("cluster", "cluster", cluster))
                .with("users", named("node", "user", user))
                .with("contexts", named("context", "context", context))
                .with("current-context", "context");
    }

    private static Json.Array named(String name, String member, Json.Obj value) {
        return new Json.Array(List.of(Json.Obj.empty().with("name", name).with(member, value)));
    }
}
