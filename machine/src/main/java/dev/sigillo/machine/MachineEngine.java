package dev.sigillo.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Machines and the networks they stand in. Every verb may be called again after a crash at any instant and then finishes
 * what it began. Machines outlive the process that made them. Verbs throw {@link MachineException}, or
 * {@code dev.sigillo.process.ProcessException} when a program fails.
 */
public interface MachineEngine {
    /**
     * Makes the cluster's network, or finishes a half-made one, or brings back what a restart of the host, or somebody who
     * flushed filter rules, has taken away; taps of its machines too. Cheap when nothing is missing.
     *
     * @param index 1 to 254: picks namespace and subnets; unique on the host
     */
    NetworkView openNetwork(NetworkId id, int index);

    /**
     * Whether anybody on this host may reach the network's API server, or Sigillo's server alone, which comes from {@link
     * NetworkView#serverAddress}; nodes always may. Connections that stand are not cut. Written down as a cut is; cheap
     * when nothing changes; nothing happens if there is no such network.
     */
    void admitHost(NetworkId id, boolean admitted);

    /**
     * Removes namespace, interfaces, routes and filters, also what is left of a half-removed network; nothing happens if
     * there is none. Processes still in the namespace keep it alive: stop them first.
     *
     * @throws MachineException if machines still stand in it
     */
    void closeNetwork(NetworkId id);

    /**
     * The network if it can be used now: it is on record, and its namespace, its veth pair and the enrolment address are
     * there. Of a half-made one, or one that a restart of the host took away, there is nothing to see here: open it again.
     */
    Optional<NetworkView> network(NetworkId id);

    /**
     * Makes and starts the machine; the same spec again finishes a half-made one and starts a stopped one anew.
     *
     * @throws MachineException if the id exists with another spec, or its network is not open
     */
    MachineView create(MachineSpec spec);

    /** Removes processes, tap, filter, route, files and the vTPM with its key. Nothing happens if there is no such machine. */
    void delete(MachineId id);

    Optional<MachineView> look(MachineId id);

    /** Every machine on record, half-made and half-deleted ones too, by id. */
    List<MachineView> list();

    /** The state of every machine on record; cheaper than {@link #list}, which looks at each one's boot chain too. */
    Map<MachineId, MachineState> states();

    /** The end of the machine's console, safe to print: no control characters but line feeds, no escape sequences. */
    String console(MachineId id, int maxBytes);

    /**
     * Cuts the machine's port: only ARP for the gateway and TCP to the enrolment address pass. {@code false} undoes it.
     * Without network it is written down, and holds from the moment on that the network is opened again.
     */
    void isolate(MachineId id, boolean cut);

    /**
     * Has these further addresses of the network's nodes reached through the machine, and no others than these; a service's
     * address belongs to one machine at a time, so take it from one before giving it to another. Written down as a cut
     * is. Cheap when nothing changes; nothing happens if there is no such machine.
     *
     * @param addresses IPv4, inside the network's subnet
     */
    void serve(MachineId id, List<String> addresses);

    /**
     * Starts a machine anew with a copy of another one's vTPM, key and all, as somebody who holds the host could: for drills.
     * The EK certificate that the host issued for it stays on record.
     *
     * @throws MachineException if either is not there or has no vTPM
     */
    void cloneVtpm(MachineId from, MachineId to);

    Capacity capacity();

    /**
     * Copies console, varstore and disks into the folder, which then holds nothing else: the remains of a failed machine.
     * A disk that takes more than 1 GiB, or half of what is free, is left out; {@code left-out.txt} says so.
     */
    void keepRemains(MachineId id, Path into);

    /** The end of a console among remains, as safe as {@link #console}; empty if nothing is kept there. */
    String consoleOfRemains(Path kept, int maxBytes);

    /** Deletes remains, or a folder of them; nothing happens if there are none. */
    void dropRemains(Path kept);

    /** Removes what no record names (processes, taps, namespaces, folders, keys); says what it removed, a line each. */
    List<String> sweep();
}
