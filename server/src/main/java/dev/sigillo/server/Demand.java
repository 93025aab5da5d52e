package dev.sigillo.server;

/**
 * What all clusters together ask of this host.
 *
 * @param clusters hosted control planes
 * @param machines nodes wanted, those of pools that are being deleted left out
 * @param cpus virtual processors of all machines
 * @param memoryMib memory of all machines
 */
public record Demand(int clusters, int machines, int cpus, long memoryMib) {
    public static final Demand NONE = new Demand(0, 0, 0, 0);

    Demand plus(int moreMachines, int cpusEach, long memoryMibEach) {
        return new Demand(
                clusters,
                machines + moreMachines,
                (int) Math.min(Integer.MAX_VALUE, cpus + (long) moreMachines * cpusEach),
                memoryMib + moreMachines * memoryMibEach);
    }

    Demand plusCluster() {
        return new Demand(clusters + 1, machines, cpus, memoryMib);
    }
}
