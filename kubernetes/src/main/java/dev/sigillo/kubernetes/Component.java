package dev.sigillo.kubernetes;

/** The processes of a control plane, in the order in which they start; one that needs the others serves storage. */
enum Component {
    ETCD("etcd", 0),
    API_SERVER("kube-apiserver", 1),
    CONTROLLER_MANAGER("kube-controller-manager", 2),
    SCHEDULER("kube-scheduler", 3),
    LOCAL_PATH("local-path-provisioner", 4);

    private final String program;
    private final int number;

    Component(String program, int number) {
        this.program = program;
        this.number = number;
    }

    /** The name that Kubernetes gives it; also its program's and its folder's name. */
    String program() {
        return program;
    }

    /** Its place among its cluster's user ids; files on disk belong to them, so it never changes. */
    int number() {
        return number;
    }
}
