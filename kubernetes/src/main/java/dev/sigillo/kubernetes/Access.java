package dev.sigillo.kubernetes;

/** Whose kubeconfig: az's {@code get-credentials} without and with {@code --admin}. */
public enum Access {
    USER("clusterUser", "sigillo:cluster-users"),
    ADMIN("clusterAdmin", "sigillo:cluster-admins");

    private final String user;
    private final String group;

    Access(String user, String group) {
        this.user = user;
        this.group = group;
    }

    /** The Kubernetes user name, and the start of the user's name in the kubeconfig. */
    public String user() {
        return user;
    }

    /** The Kubernetes group; bound to cluster-admin by RBAC, so that an authorizer can still say no. */
    public String group() {
        return group;
    }
}
