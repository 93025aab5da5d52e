package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Removes what no record names: processes, sockets, keys, taps, namespaces. */
final class Sweep {
    private final EngineHome home;
    private final Children children;
    private final MachineRecords records;
    private final Networks networks;
    private final Places places;
    private final Trials trials;

    Sweep(EngineHome home, Children children, MachineRecords records, Networks networks, Places places, Trials trials) {
        this.home = home;
        this.children = children;
        this.records = records;
        this.networks = networks;
        this.places = places;
        this.trials = trials;
    }

    /** What is there is listed before what is known: a machine's folder is older than all else of it. */
    List<String> run() {
        List<String> removed = new ArrayList<>();
        Map<String, ChildId> running = children.named(home.childPrefix());
        List<Path> traces = new ArrayList<>();
        for (Path folder : List.of(home.keys(), home.run())) {
            MachineRecords.ids(folder).forEach(id -> traces.add(folder.resolve(id.value())));
        }
        Set<MachineId> known = new HashSet<>(records.folders());
        running.forEach((name, child) -> {
            MachineId id = home.machineOf(name).orElseThrow(); // else nobody may bear it
            if (!known.contains(id) && !trials.contains(id)) {
                children.stop(child, Duration.ofSeconds(1));
                removed.add("process " + name);
            }
        });
        int hidden = children.killAllOf(this::isNobodys);
        if (hidden > 0) {
            removed.add(hidden + " processes of users of machines that are gone");
        }
        for (Path trace : traces) {
            MachineId id = new MachineId(trace.getFileName().toString());
            if (!known.contains(id) && !trials.contains(id)) {
                try {
                    Folders.remove(trace);
                } catch (IOException failed) {
                    throw new MachineException("cannot remove " + trace, failed);
                }
                removed.add(trace.toString());
            }
        }
        removed.addAll(networks.sweep(
                () -> records.folders().stream().map(MachineId::value).toList()));
        return removed;
    }

    /** Asked anew for each process: a machine's record is older than its processes. */
    private boolean isNobodys(long user) {
        return places.contains(user)
                && !trials.owns(user)
                && records.all().stream()
                        .map(record -> places.users(record.place()))
                        .noneMatch(users -> users.qemu() == user || users.tpm() == user);
    }
}
