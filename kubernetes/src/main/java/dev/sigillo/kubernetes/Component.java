package dev.sigillo.kubernetes;

/** The processes of a control plane, in the order in which they start. */
enum Component {
    ETCD("etcd"),
    API_SERVER("kube-apiserver"),
    CONTROLLER_MANAGER("kube-controller-manager"),
    SCHEDULER("kube-scheduler");

    private final String program;

    Component(String program) {
        this.program = program;
    }

    /** The name that Kubernetes gives it; also its folder's name. */
    String program() {
        return program;
    }
}
