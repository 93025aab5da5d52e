package dev.sigillo.reconcile;

import dev.sigillo.machine.Capacity;
import dev.sigillo.machine.HostEvidence;
import dev.sigillo.machine.MachineEngine;
import dev.sigillo.machine.MachineException;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineSpec;
import dev.sigillo.machine.MachineState;
import dev.sigillo.machine.MachineView;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.machine.VarstoreFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Machines and networks in memory, with the engine's promises and with each verb cut short by a killer. */
final class FakeEngine implements MachineEngine {
    final Map<MachineId, MachineSpec> machines = new HashMap<>();
    final Map<MachineId, MachineState> states = new HashMap<>();
    final Map<NetworkId, NetworkView> networks = new HashMap<>();
    /** How long a network takes to open. */
    volatile Duration opening = Duration.ZERO;
    /** How old what is seen of the machines has become when it is told. */
    volatile Duration looking = Duration.ZERO;

    final Map<MachineId, List<String>> services = new HashMap<>();
    final Map<MachineId, String> consoles = new HashMap<>();
    /** Remains that were to be deleted. */
    final List<Path> dropped = new ArrayList<>();

    /** Machines that got the vTPM of another one. */
    final Map<MachineId, MachineId> clones = new ConcurrentHashMap<>();

    /** Networks whose API server this host may not reach. */
    final Set<NetworkId> shutOut = ConcurrentHashMap.newKeySet();

    /** Each machine that was ever made: none may be made twice. */
    final List<MachineId> made = new ArrayList<>();

    int createFailures;

    /** This engine as one server sees it, who may be killed in the middle of any verb. */
    MachineEngine seenBy(Killer killer) {
        return new Seen(killer);
    }

    private final class Seen implements MachineEngine {
        private final Killer killer;

        Seen(Killer killer) {
            this.killer = killer;
        }

        @Override
        public NetworkView openNetwork(NetworkId id, int index) {
            killer.point();
            pause(opening);
            NetworkView view = FakeEngine.this.openNetwork(id, index);
            killer.point();
            return view;
        }

        @Override
        public void admitHost(NetworkId id, boolean admitted) {
            killer.point();
            FakeEngine.this.admitHost(id, admitted);
            killer.point();
        }

        @Override
        public void closeNetwork(NetworkId id) {
            killer.point();
            FakeEngine.this.closeNetwork(id);
            killer.point();
        }

        @Override
        public Optional<NetworkView> network(NetworkId id) {
            killer.point();
            return FakeEngine.this.network(id);
        }

        @Override
        public MachineView create(MachineSpec spec) {
            killer.point();
            synchronized (FakeEngine.this) {
                machines.put(spec.id(), spec);
                states.put(spec.id(), MachineState.DEFINED);
            }
            killer.point(); // half made
            MachineView view = FakeEngine.this.create(spec);
            killer.point();
            return view;
        }

        @Override
        public void delete(MachineId id) {
            killer.point();
            FakeEngine.this.delete(id);
            killer.point();
        }

        @Override
        public Optional<MachineView> look(MachineId id) {
            killer.point();
            return FakeEngine.this.look(id);
        }

        @Override
        public List<MachineView> list() {
            killer.point();
            return FakeEngine.this.list();
        }

        @Override
        public Map<MachineId, MachineState> states() {
            killer.point();
            Map<MachineId, MachineState> seen = FakeEngine.this.states();
            pause(looking);
            return seen;
        }

        @Override
        public String console(MachineId id, int maxBytes) {
            killer.point();
            return FakeEngine.this.console(id, maxBytes);
        }

        @Override
        public void isolate(MachineId id, boolean cut) {
            killer.point();
            FakeEngine.this.isolate(id, cut);
            killer.point();
        }

        @Override
        public void serve(MachineId id, List<String> addresses) {
            killer.point();
            FakeEngine.this.serve(id, addresses);
            killer.point();
        }

        @Override
        public void cloneVtpm(MachineId from, MachineId to) {
            killer.point();
            FakeEngine.this.cloneVtpm(from, to);
            killer.point();
        }

        @Override
        public Capacity capacity() {
            return FakeEngine.this.capacity();
        }

        @Override
        public void keepRemains(MachineId id, Path into) {
            killer.point();
        }

        @Override
        public String consoleOfRemains(Path kept, int maxBytes) {
            return "";
        }

        @Override
        public void dropRemains(Path kept) {
            killer.point();
            FakeEngine.this.dropRemains(kept);
        }

        @Override
        public List<String> sweep() {
            killer.point();
            return FakeEngine.this.sweep();
        }
    }

    @Override
    public synchronized NetworkView openNetwork(NetworkId id, int index) {
        NetworkView view = new NetworkView(
                id,
                "sg-" + id.value(),
                "10.224." + index + ".0/24",
                "10.224." + index + ".1",
                "10.224." + index + ".2",
                7443,
                "10.224." + index + ".3");
        networks.put(id, view);
        return view;
    }

    @Override
    public synchronized void admitHost(NetworkId id, boolean admitted) {
        if (admitted) {
            shutOut.remove(id);
        } else {
            shutOut.add(id);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void closeNetwork(NetworkId id) {
        if (machines.values().stream().anyMatch(machine -> machine.network().equals(id))) {
            throw new MachineException("machines still stand in network " + id);
        }
        networks.remove(id);
    }

    @Override
    public synchronized Optional<NetworkView> network(NetworkId id) {
        return Optional.ofNullable(networks.get(id));
    }

    @Override
    public synchronized MachineView create(MachineSpec spec) {
        if (createFailures > 0) {
            createFailures--;
            throw new MachineException("QEMU did not start");
        }
        if (!networks.containsKey(spec.network())) {
            throw new MachineException("network " + spec.network() + " is not open");
        }
        machines.put(spec.id(), spec);
        states.put(spec.id(), MachineState.RUNNING);
        made.add(spec.id());
        return look(spec.id()).orElseThrow();
    }

    @Override
    public synchronized void delete(MachineId id) {
        machines.remove(id);
        states.remove(id);
        services.remove(id);
    }

    @Override
    public synchronized Optional<MachineView> look(MachineId id) {
        return Optional.ofNullable(machines.get(id))
                .map(spec -> new MachineView(
                        id,
                        spec.network(),
                        states.getOrDefault(id, MachineState.DEFINED),
                        spec.boot(),
                        spec.address(),
                        Optional.empty(),
                        new HostEvidence("", true, Optional.of(new VarstoreFacts(true, List.of())), 1, 2)));
    }

    @Override
    public synchronized List<MachineView> list() {
        return machines.keySet().stream().flatMap(id -> look(id).stream()).toList();
    }

    @Override
    public synchronized Map<MachineId, MachineState> states() {
        return Map.copyOf(states);
    }

    @Override
    public synchronized String console(MachineId id, int maxBytes) {
        return consoles.getOrDefault(id, "");
    }

    @Override
    public synchronized void serve(MachineId id, List<String> addresses) {
        if (machines.containsKey(id)) {
            services.put(id, addresses);
        }
    }

    /** Machines whose port is cut. */
    final Set<MachineId> isolated = ConcurrentHashMap.newKeySet();

    @Override
    public void isolate(MachineId id, boolean cut) {
        if (cut) {
            isolated.add(id);
        } else {
            isolated.remove(id);
        }
    }

    @Override
    public synchronized void cloneVtpm(MachineId from, MachineId to) {
        if (!machines.containsKey(from) || !machines.containsKey(to)) {
            throw new MachineException("there is no machine " + from + " or " + to);
        }
        clones.put(to, from);
    }

    @Override
    public Capacity capacity() {
        return new Capacity(2, 24_000, 20_000, "tcg", "a fake");
    }

    @Override
    public void keepRemains(MachineId id, Path into) {}

    @Override
    public String consoleOfRemains(Path kept, int maxBytes) {
        return "";
    }

    @Override
    public synchronized void dropRemains(Path kept) {
        dropped.add(kept);
    }

    @Override
    public synchronized List<String> sweep() {
        List<MachineId> halfMade = states.entrySet().stream()
                .filter(entry -> entry.getValue() == MachineState.DEFINED)
                .map(Map.Entry::getKey)
                .toList();
        halfMade.forEach(this::delete);
        return halfMade.stream().map(MachineId::value).toList();
    }

    /** The machine's process ends by itself. */
    synchronized void die(MachineId id) {
        states.computeIfPresent(id, (_, _) -> MachineState.STOPPED);
    }
}
