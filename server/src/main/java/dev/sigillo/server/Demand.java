package dev.sigillo.server;

/**
 * What all clusters together ask of this host.
 *
 * @param clusters hosted control planes
 * @param machines nodes wanted, those of pools that are being deleted included
 * @param memoryMib memory of all machines
 * @param gpus GPUs of all machines
 * @param unmadeMib the part of the memory, control planes' included, that is promised to what has not been started yet
 */
record Demand(int clusters, int machines, long memoryMib, int gpus, long unmadeMib) {
    static final Demand NONE = new Demand(0, 0, 0, 0, 0);

    Demand plus(int moreMachines, long memoryMibEach) {
        return new Demand(clusters, machines + moreMachines, memoryMib + moreMachines * memoryMibEach, gpus, unmadeMib);
    }

    Demand plusGpus(int moreGpus) {
        return new Demand(clusters, machines, memoryMib, gpus + moreGpus, unmadeMib);
    }

    Demand plusCluster() {
        return new Demand(clusters + 1, machines, memoryMib, gpus, unmadeMib);
    }

    Demand unmade(long moreMib) {
        return new Demand(clusters, machines, memoryMib, gpus, unmadeMib + moreMib);
    }
}
