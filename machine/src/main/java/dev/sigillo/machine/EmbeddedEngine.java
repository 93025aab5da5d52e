package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Machines on this host: QEMU, OVMF and swtpm as child processes that outlive the server. What a machine is stands in its
 * record before anything is done, so that each verb, called again, finishes what a killed server began.
 */
public final class EmbeddedEngine implements MachineEngine {
    private final EngineHome home;
    private final Children children;
    private final MachineRecords records;
    private final Gpus gpus;
    private final Networks networks;
    private final Places places;
    private final Trials trials;
    private final Accelerator accelerator;
    private final VarstoreWatch varstores = new VarstoreWatch(InstantSource.system());
    private final FirmwareKeys keys = new FirmwareKeys();
    private final Starter starter;
    private final Map<MachineId, ReentrantLock> locks = new ConcurrentHashMap<>();

    private EmbeddedEngine(EngineHome home, FleetCa fleet, Gpus gpus) {
        this.home = home;
        this.gpus = gpus;
        this.records = new MachineRecords(home);
        this.places = new Places(home, new SecureRandom());
        this.children = new Children(this::mayBear);
        this.trials = new Trials(places, children);
        this.networks = new Networks(home);
        this.accelerator = new Accelerator(home, children, trials);
        this.starter = new Starter(home, fleet, children, records, networks, places, accelerator, keys, gpus);
    }

    /**
     * Opens the engine over its folders; nothing is started.
     *
     * @param fleet issues EK certificates
     * @param gpus those of the host that machines may have
     */
    public static EmbeddedEngine open(EngineHome home, FleetCa fleet, Gpus gpus) {
        try {
            Folders.ensure(home.run(), "rwx--x--x");
            Folders.ensure(home.jail(), "rwxr-xr-x");
        } catch (IOException failed) {
            throw new MachineException("cannot make " + home.jail() + "; the engine runs as root", failed);
        }
        return new EmbeddedEngine(home, fleet, gpus);
    }

    /** Removes the engine's folders below /run, if no machine needs them; the next {@link #open} makes them again. */
    public void leave() {
        try {
            for (Path folder : List.of(home.jail(), home.run())) {
                Files.deleteIfExists(folder);
            }
        } catch (DirectoryNotEmptyException inUse) {
            // What is left is told by the sweep.
        } catch (IOException failed) {
            throw new MachineException("cannot remove " + home.run() + "; remove it by hand", failed);
        }
    }

    /** A machine's name is borne by that machine's users; without record by any of the home's, to be ended. */
    private boolean mayBear(String name, long user) {
        Optional<MachineId> id = home.machineOf(name);
        if (id.isEmpty()) {
            return false;
        }
        return records.find(id.get())
                .map(record -> places.users(record.place()))
                .map(users -> (name.equals(home.child(id.get(), Qemu.ROLE)) ? users.qemu() : users.tpm()) == user)
                .orElseGet(() -> places.contains(user));
    }

    /** The probe that learns what the firmware of this host measures. */
    public FirmwareProbe firmwareProbe() {
        return new QemuFirmwareProbe(
                keys, new FirmwareAnswers(home), records, accelerator, new ProbeRun(home, children, trials));
    }

    @Override
    public NetworkView openNetwork(NetworkId id, int index) {
        return networks.open(id, index, () -> ports(id)).view();
    }

    @Override
    public void admitHost(NetworkId id, boolean admitted) {
        networks.admitHost(id, admitted);
    }

    private Collection<Port> ports(NetworkId network) {
        return records.in(network).stream()
                .filter(machine -> machine.phase() != MachineRecord.Phase.DELETING)
                .map(machine -> machine.port(places.users(machine.place())))
                .toList();
    }

    @Override
    public void closeNetwork(NetworkId id) {
        List<MachineRecord> machines = records.in(id);
        if (!machines.isEmpty()) {
            throw new MachineException("network %s still has %d machines, such as %s; delete them first"
                    .formatted(id, machines.size(), machines.getFirst().machineId()));
        }
        networks.close(id);
    }

    @Override
    public Optional<NetworkView> network(NetworkId id) {
        return networks.find(id).filter(NetworkLook::usable).map(NetworkPlan::view);
    }

    @Override
    public MachineView create(MachineSpec spec) {
        return locked(spec.id(), () -> {
            MachineRecord record = recorded(spec);
            if (record.phase() == MachineRecord.Phase.DELETING) {
                throw new MachineException("machine %s is being deleted; choose another id".formatted(spec.id()));
            }
            if (!runs(record, running(spec.id()))) {
                MachineRecord made = starter.make(record, spec);
                record = starter.start(made, openNetworkOf(spec.network()), () -> ports(spec.network()));
            }
            return view(record, running(spec.id()));
        });
    }

    /** The record, written now if this is the first time; one thread at a time gives places and addresses away. */
    private MachineRecord recorded(MachineSpec spec) throws IOException {
        synchronized (records) {
            Optional<MachineRecord> known = records.find(spec.id());
            if (known.isEmpty()) {
                requireSensible(spec);
                String template = Witness.sha256(spec.varstore());
                return records.write(new MachineRecord(
                        MachineRecord.Given.of(spec),
                        places.free(records.all()),
                        template,
                        gpus.free(spec.shape().gpus(), records.all()),
                        MachineRecord.Progress.BEGUN));
            }
            if (!known.get().given().equals(MachineRecord.Given.of(spec))) {
                throw new MachineException(
                        "machine %s exists with another specification; delete it or choose another id"
                                .formatted(spec.id()));
            }
            return known.get();
        }
    }

    private void requireSensible(MachineSpec spec) {
        NetworkPlan network = openNetworkOf(spec.network());
        if (!network.nodes().contains(spec.address()) || spec.address().equals(network.gateway())) {
            throw new MachineException("a machine of network %s has an address in %s other than %s, not %s"
                    .formatted(spec.network(), network.nodes(), network.gateway(), spec.address()));
        }
        for (MachineRecord other : records.in(spec.network())) {
            if (other.given().address().equals(spec.address())
                    || other.given().podCidr().equals(spec.podCidr())) {
                throw new MachineException("address %s or pods %s belong to machine %s already"
                        .formatted(spec.address(), spec.podCidr(), other.machineId()));
            }
        }
        for (Path file : List.of(spec.image(), spec.firmwareCode(), spec.varstore())) {
            if (!Files.isRegularFile(file)) {
                throw new MachineException("machine %s needs %s, which is no file".formatted(spec.id(), file));
            }
        }
    }

    private NetworkPlan openNetworkOf(NetworkId id) {
        return networks.find(id)
                .orElseThrow(() -> new MachineException("network %s is not open; open it first".formatted(id)));
    }

    @Override
    public void delete(MachineId id) {
        locked(id, () -> {
            Optional<MachineRecord> record = records.find(id);
            if (record.isPresent()) {
                MachineUsers users = places.users(record.get().place());
                NetworkId network = record.get().networkId();
                records.write(record.get().at(MachineRecord.Phase.DELETING));
                starter.end(id, users);
                networks.detach(network, record.get().port(users));
                networks.filter(network, () -> ports(network));
            } else { // a trial that a crash cut short
                running(id).values().forEach(child -> children.stop(child, Duration.ofSeconds(1)));
            }
            Files.deleteIfExists(home.key(id)); // from here on the vTPM's state is noise
            Folders.remove(home.run(id));
            removeFolder(id);
            varstores.forget(Disks.varstore(home, id));
            return id;
        });
    }

    /** The record goes last, so that a deletion that was cut short is still known as one. */
    private void removeFolder(MachineId id) throws IOException {
        for (String part : List.of("qemu", "tpm")) {
            Folders.remove(home.machine(id).resolve(part));
        }
        Folders.remove(home.machine(id));
    }

    @Override
    public Optional<MachineView> look(MachineId id) {
        return records.find(id).map(record -> view(record, running(id)));
    }

    @Override
    public List<MachineView> list() {
        Map<String, ChildId> running = children.named(home.childPrefix());
        return records.all().stream().map(record -> view(record, running)).toList();
    }

    /** The EK certificates of all machines; empty while one is being made, of which nobody knows yet who signs it. */
    public Optional<List<X509Certificate>> ekCertificates() {
        List<X509Certificate> all = new ArrayList<>();
        for (MachineRecord record : records.all()) {
            Optional<X509Certificate> certificate = Vtpm.ekCertificate(home, record.machineId());
            certificate.ifPresent(all::add);
            if (record.vtpm() && certificate.isEmpty() && record.phase() == MachineRecord.Phase.MAKING) {
                return Optional.empty();
            }
        }
        return Optional.of(all);
    }

    private Map<String, ChildId> running(MachineId id) {
        return children.named(home.child(id, ""));
    }

    /** A machine whose vTPM is gone cannot prove anything any more: it does not run. */
    private boolean runs(MachineRecord record, Map<String, ChildId> running) {
        MachineId id = record.machineId();
        return record.phase() == MachineRecord.Phase.MADE
                && running.containsKey(home.child(id, Qemu.ROLE))
                && (!record.vtpm() || running.containsKey(home.child(id, Vtpm.ROLE)));
    }

    @Override
    public Map<MachineId, MachineState> states() {
        Map<String, ChildId> running = children.named(home.childPrefix());
        return records.all().stream()
                .collect(Collectors.toUnmodifiableMap(MachineRecord::machineId, record -> state(record, running)));
    }

    private MachineState state(MachineRecord record, Map<String, ChildId> running) {
        if (runs(record, running)) {
            return MachineState.RUNNING;
        }
        boolean wasStarted =
                record.phase() == MachineRecord.Phase.MADE && record.progress().starts() > 0;
        return wasStarted ? MachineState.STOPPED : MachineState.DEFINED;
    }

    private MachineView view(MachineRecord record, Map<String, ChildId> running) {
        MachineId id = record.machineId();
        return new MachineView(
                id,
                record.networkId(),
                state(record, running),
                record.given().boot(),
                record.given().address(),
                Vtpm.ekCertificate(home, id),
                new Witness(home, varstores).of(record, Optional.ofNullable(running.get(home.child(id, Qemu.ROLE)))));
    }

    @Override
    public String console(MachineId id, int maxBytes) {
        return ConsoleText.tail(new Qemu(home, children, id).log(), Math.max(0, maxBytes));
    }

    @Override
    public void isolate(MachineId id, boolean cut) {
        locked(id, () -> {
            MachineRecord record = records.find(id)
                    .orElseThrow(() -> new MachineException("there is no machine " + id + " to isolate"));
            records.write(record.cut(cut));
            networks.filter(record.networkId(), () -> ports(record.networkId()));
            return id;
        });
    }

    @Override
    public void cloneVtpm(MachineId from, MachineId to) {
        locked(to, () -> {
            MachineRecord record = records.requireVtpm(to);
            records.requireVtpm(from);
            return starter.startWithVtpmOf(
                    from, record, openNetworkOf(record.networkId()), () -> ports(record.networkId()));
        });
    }

    @Override
    public void serve(MachineId id, List<String> addresses) {
        locked(id, () -> {
            Optional<MachineRecord> known = records.find(id);
            if (known.isPresent() && !known.get().progress().services().equals(addresses)) {
                MachineRecord record = records.write(known.get().serving(addresses));
                networks.serve(
                        record.networkId(),
                        record.port(places.users(record.place())),
                        known.get().progress().services(),
                        () -> ports(record.networkId()));
            }
            return id;
        });
    }

    @Override
    public Capacity capacity() {
        Accelerator.Choice choice = accelerator.choose();
        return HostMemory.ofHost().capacity(records.all(), children.named(home.childPrefix()), home, choice);
    }

    @Override
    public void keepRemains(MachineId id, Path into) {
        locked(id, () -> {
            Remains.keep(
                    home,
                    id,
                    records.find(id).map(record -> Path.of(record.given().image())),
                    into);
            return id;
        });
    }

    @Override
    public String consoleOfRemains(Path kept, int maxBytes) {
        return Remains.console(kept, Math.max(0, maxBytes));
    }

    @Override
    public void dropRemains(Path kept) {
        try {
            Folders.remove(kept);
        } catch (IOException failed) {
            throw new MachineException("cannot remove " + kept, failed);
        }
    }

    @Override
    public List<String> sweep() {
        List<String> removed = new ArrayList<>();
        for (MachineId id : records.folders()) {
            if (!trials.contains(id) && locked(id, () -> leftover(id))) {
                delete(id);
                removed.add("half-made or half-deleted machine " + id);
            }
        }
        removed.addAll(new Sweep(home, children, records, networks, places, trials).run());
        return removed;
    }

    private boolean leftover(MachineId id) {
        return records.find(id)
                .map(record -> record.phase() == MachineRecord.Phase.DELETING)
                .orElse(true);
    }

    /** One thread at a time does something to a machine. */
    private <T> T locked(MachineId id, Step<T> step) {
        ReentrantLock lock = locks.computeIfAbsent(id, unknown -> new ReentrantLock());
        lock.lock();
        try {
            return step.run();
        } catch (IOException failed) {
            throw new MachineException("machine %s: %s".formatted(id, failed), failed);
        } finally {
            lock.unlock();
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }
}
