package dev.sigillo.cli;

import picocli.CommandLine.Option;

/** The options that say which cluster, spelled as az spells them. */
final class Targets {
    private Targets() {}

    /** A group that must be named. */
    static final class Group {
        @Option(
                names = {"-g", "--resource-group"},
                paramLabel = "GROUP",
                required = true,
                defaultValue = "${env:SIGILLO_GROUP}",
                description = "resource group (or SIGILLO_GROUP)")
        String name = "";
    }

    /** A cluster that must be named. */
    static final class Cluster {
        @Option(
                names = {"-g", "--resource-group"},
                paramLabel = "GROUP",
                required = true,
                defaultValue = "${env:SIGILLO_GROUP}",
                description = "resource group (or SIGILLO_GROUP)")
        String group = "";

        @Option(
                names = {"-c", "--cluster", "--cluster-name"},
                paramLabel = "CLUSTER",
                required = true,
                defaultValue = "${env:SIGILLO_CLUSTER}",
                description = "cluster (or SIGILLO_CLUSTER)")
        String name = "";
    }

    /** Narrows a search; everything when nothing is said. */
    static final class Narrowing {
        @Option(
                names = {"-g", "--resource-group"},
                paramLabel = "GROUP",
                description = "only this resource group")
        String group = "";

        @Option(
                names = {"-c", "--cluster", "--cluster-name"},
                paramLabel = "CLUSTER",
                description = "only this cluster")
        String cluster = "";
    }

    /** How a pool is made, as az aks create and nodepool add say it. */
    static final class Pool {
        @Option(names = "--node-count", paramLabel = "N", defaultValue = "3", description = "nodes (${DEFAULT-VALUE})")
        int count;

        @Option(names = "--node-vm-size", paramLabel = "SIZE", description = "size; the server chooses when not given")
        String size = "";

        @Option(names = "--enable-secure-boot", description = "machines boot under Secure Boot")
        boolean secureBoot;

        @Option(names = "--enable-vtpm", description = "each machine has a vTPM, and enrols by attestation")
        boolean vtpm;

        @Option(names = "--no-wait", description = "return when the request is accepted")
        boolean noWait;
    }
}
