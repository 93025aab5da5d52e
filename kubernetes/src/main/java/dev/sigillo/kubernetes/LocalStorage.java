package dev.sigillo.kubernetes;

import java.util.Map;

/**
 * The default StorageClass: folders on the node that a pod was placed on, made by Rancher's local-path-provisioner.
 *
 * <p>The provisioner is a process of the control plane, with an identity that may do no more than it needs. It makes and
 * removes folders by pods on the node, of the empty image that every node has and of the node's own programs.
 */
final class LocalStorage {
    static final String STORAGE_CLASS = "local-path";
    static final String PROVISIONER = "rancher.io/local-path";
    static final String NAMESPACE = "local-path-storage";
    static final String SCRIPTS = "local-path-scripts";
    static final String SERVICE_ACCOUNT = "local-path-helper";
    static final String USER = "local-path-provisioner";

    /** On the nodes: part of their writable disk. */
    private static final String FOLDER = "/var/lib/local-path";

    private LocalStorage() {}

    /** What the API server has to hold for it: rights, scripts and the class. */
    static String manifest() {
        return Template.fill(
                "storage.yaml",
                Map.of(
                        "namespace",
                        NAMESPACE,
                        "user",
                        USER,
                        "serviceAccount",
                        SERVICE_ACCOUNT,
                        "scripts",
                        SCRIPTS,
                        "class",
                        STORAGE_CLASS,
                        "provisioner",
                        PROVISIONER));
    }

    /** The pod that makes or removes one folder; the provisioner adds folder, script and node. */
    static String helperPod() {
        return Template.fill("storage-pod.yaml", Map.of());
    }

    static String config() {
        return """
                {"nodePathMap":[{"node":"DEFAULT_PATH_FOR_NON_LISTED_NODES","paths":["%s"]}],"cmdTimeoutSeconds":300}
                """.formatted(FOLDER);
    }
}
