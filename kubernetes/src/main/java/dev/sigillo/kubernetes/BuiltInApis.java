package dev.sigillo.kubernetes;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The API groups that the API server serves itself. An APIService of such a group that names a Service would send the
 * requests of everybody, controllers and the API server's own included, to a server of a cluster admin's choice: what is
 * read there as an approved request is signed by the cluster's authority, and the admission policy is no longer seen.
 */
final class BuiltInApis {

    /** Also those that are off by default. The core group has no name. */
    static final List<String> GROUPS = List.of(
            "",
            "admissionregistration.k8s.io",
            "apiextensions.k8s.io",
            "apiregistration.k8s.io",
            "apps",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "autoscaling",
            "batch",
            "certificates.k8s.io",
            "coordination.k8s.io",
            "discovery.k8s.io",
            "events.k8s.io",
            "extensions",
            "flowcontrol.apiserver.k8s.io",
            "internal.apiserver.k8s.io",
            "networking.k8s.io",
            "node.k8s.io",
            "policy",
            "rbac.authorization.k8s.io",
            "resource.k8s.io",
            "scheduling.k8s.io",
            "storage.k8s.io",
            "storagemigration.k8s.io");

    /** Matches the name of every APIService of these groups, VERSION.GROUP; without a backslash, for CEL inside YAML. */
    static final String PATTERN = GROUPS.stream()
            .map(group -> group.replace(".", "[.]"))
            .collect(Collectors.joining("|", "^[^.]*[.](", ")$"));

    private BuiltInApis() {}
}
