package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import dev.sigillo.process.Command;
import dev.sigillo.process.SystemUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Machines on this host: QEMU, OVMF and swtpm as child processes that outlive the server. What a machine is stands in its
 * record before anything is done, so that each verb, called again, finishes what a killed server began.
 */
public final class EmbeddedEngine implements MachineEngine {
    private static final Duration COPY_PATIENCE = Duration.ofMinutes(5);

    private final EngineHome home;
    private final FleetCa fleet;
    private final Children children = new Children();
    private final MachineRecords records;
    private final Networks networks;
    private final Trials trials = new Trials();
    private final Accelerator accelerator;
    private final Map<MachineId, ReentrantLock> locks = new ConcurrentHashMap<>();

    private EmbeddedEngine(EngineHome home, FleetCa fleet) {
        this.home = home;
        this.fleet = fleet;
        this.records = new MachineRecords(home);
        this.networks = new Networks(home);
        this.accelerator = new Accelerator(home, children, trials);
    }

    /**
     * Opens the engine over its folders; nothing is started. The system users for QEMU and swtpm are made when absent.
     *
     * @param fleet issues EK certificates
     */
    public static EmbeddedEngine open(EngineHome home, FleetCa fleet) {
        try {
            SystemUser.ensure(Networks.QEMU_USER);
            SystemUser.ensure(Vtpm.USER);
            Folders.ensure(home.run(), "rwx--x--x");
            Folders.ensure(home.jail(), "rwxr-xr-x");
        } catch (IOException failed) {
            throw new MachineException("cannot make " + home.jail() + "; the engine runs as root", failed);
        }
        return new EmbeddedEngine(home, fleet);
    }

    /** The probe that learns what the firmware of this host measures. */
    public FirmwareProbe firmwareProbe() {
        return new QemuFirmwareProbe(home, children, trials, accelerator);
    }

    @Override
    public NetworkView openNetwork(NetworkId id, int index) {
        NetworkPlan network = networks.open(id, index, () -> ports(records.in(id)));
        for (MachineRecord machine : records.in(id)) {
            if (machine.phase() == MachineRecord.Phase.MADE) {
                networks.attach(network, machine.port());
            }
        }
        return network.view();
    }

    private static Collection<Port> ports(List<MachineRecord> machines) {
        return machines.stream()
                .filter(machine -> machine.phase() != MachineRecord.Phase.DELETING)
                .map(MachineRecord::port)
                .toList();
    }

    @Override
    public void closeNetwork(NetworkId id) {
        List<MachineRecord> machines = records.in(id);
        if (!machines.isEmpty()) {
            throw new MachineException("network %s still has %d machines, such as %s; delete them first"
                    .formatted(id, machines.size(), machines.getFirst().id()));
        }
        networks.close(id);
    }

    @Override
    public Optional<NetworkView> network(NetworkId id) {
        return networks.find(id).map(NetworkPlan::view);
    }

    @Override
    public MachineView create(MachineSpec spec) {
        return locked(spec.id(), () -> {
            MachineRecord wanted = MachineRecord.of(spec);
            MachineRecord record = records.find(spec.id()).orElseGet(() -> {
                requireSensible(spec);
                return records.write(wanted);
            });
            if (!record.sameMachine(wanted)) {
                throw new MachineException(
                        "machine %s exists with another specification; delete it or choose another id"
                                .formatted(spec.id()));
            }
            if (record.phase() == MachineRecord.Phase.DELETING) {
                throw new MachineException("machine %s is being deleted; choose another id".formatted(spec.id()));
            }
            Qemu qemu = new Qemu(home, children, spec.id());
            if (qemu.running().isEmpty()) {
                record = start(make(record, spec), qemu);
            }
            return view(record, qemu.running());
        });
    }

    private void requireSensible(MachineSpec spec) {
        NetworkPlan network = openNetworkOf(spec.network());
        if (!network.nodes().contains(spec.address()) || spec.address().equals(network.gateway())) {
            throw new MachineException("a machine of network %s has an address in %s other than %s, not %s"
                    .formatted(spec.network(), network.nodes(), network.gateway(), spec.address()));
        }
        for (MachineRecord other : records.in(spec.network())) {
            if (other.address().equals(spec.address()) || other.podCidr().equals(spec.podCidr())) {
                throw new MachineException("address %s or pods %s belong to machine %s already"
                        .formatted(spec.address(), spec.podCidr(), other.id()));
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

    /** Files and vTPM. */
    private MachineRecord make(MachineRecord record, MachineSpec spec) throws IOException {
        new Disks(home, spec.id()).ensure(spec, new JailPaths(home.run()));
        Vtpm vtpm = new Vtpm(home, children, spec.id());
        MachineRecord made = record;
        if (record.vtpm() && record.phase() == MachineRecord.Phase.MAKING) {
            made = record.resets(vtpm.manufacture(fleet));
        }
        return records.write(made.at(MachineRecord.Phase.MADE));
    }

    /** Place in the network, then swtpm, then QEMU. The start is counted before it happens, so never too low. */
    private MachineRecord start(MachineRecord record, Qemu qemu) throws IOException {
        MachineId id = record.machineId();
        NetworkPlan network = openNetworkOf(record.networkId());
        Path firmware = Path.of(record.firmwareCode());
        MachineRecord counted = records.write(record.started(record.starts() + 1, Witness.sha256(firmware)));
        if (!networks.present(network)) { // the host was restarted
            openNetwork(network.id(), network.index());
        }
        filter(network);
        networks.attach(network, counted.port());
        Vtpm vtpm = new Vtpm(home, children, id);
        vtpm.stop();
        if (counted.vtpm()) {
            vtpm.run();
        }
        String name = accelerator.choose().name();
        try {
            qemu.start(
                    QemuCommand.of(id, counted.shape(), counted.vtpm(), name),
                    Optional.of(network.namespace()),
                    firmware,
                    Optional.of(Path.of(counted.image())));
            return counted;
        } catch (MachineException failed) {
            vtpm.stop(); // nobody will connect to it
            throw failed;
        }
    }

    private void filter(NetworkPlan network) {
        synchronized (networks) {
            networks.filterBridge(network, ports(records.in(network.id())));
        }
    }

    @Override
    public void delete(MachineId id) {
        locked(id, () -> {
            Optional<MachineRecord> record = records.find(id);
            record.ifPresent(found -> records.write(found.at(MachineRecord.Phase.DELETING)));
            new Qemu(home, children, id).stop();
            new Vtpm(home, children, id).stop();
            Files.deleteIfExists(home.key(id)); // from here on the vTPM's state is noise
            if (record.isPresent()) {
                Optional<NetworkPlan> network = networks.find(record.get().networkId());
                if (network.isPresent()) {
                    networks.detach(network.get(), record.get().port());
                    if (networks.present(network.get())) {
                        filter(network.get());
                    }
                }
            }
            Folders.remove(home.run(id));
            removeFolder(id);
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
        return records.find(id).map(record -> view(record, new Qemu(home, children, id).running()));
    }

    @Override
    public List<MachineView> list() {
        Map<String, ChildId> running = children.named(home.childPrefix());
        return records.all().stream()
                .map(record -> view(record, Optional.ofNullable(running.get(home.child(record.machineId(), "qemu")))))
                .toList();
    }

    private MachineView view(MachineRecord record, Optional<ChildId> running) {
        MachineState state = running.isPresent() && record.phase() == MachineRecord.Phase.MADE
                ? MachineState.RUNNING
                : record.phase() == MachineRecord.Phase.MADE && record.starts() > 0
                        ? MachineState.STOPPED
                        : MachineState.DEFINED;
        MachineId id = record.machineId();
        return new MachineView(
                id,
                record.networkId(),
                state,
                record.boot(),
                record.address(),
                new Vtpm(home, children, id).ekCertificate(),
                Witness.of(home, record, running));
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
            filter(openNetworkOf(record.networkId()));
            return id;
        });
    }

    @Override
    public Capacity capacity() {
        Accelerator.Choice choice = accelerator.choose();
        return HostMemory.capacity(records.all(), children.named(home.childPrefix()), home, choice);
    }

    @Override
    public void keepRemains(MachineId id, Path into) {
        locked(id, () -> {
            Path fresh = into.resolveSibling(into.getFileName() + ".new");
            Folders.remove(fresh);
            Folders.ensure(fresh, Folders.OWNER_ONLY);
            Disks disks = new Disks(home, id);
            Path console = new Qemu(home, children, id).log();
            for (Path file : List.of(
                    console,
                    console.resolveSibling("console.log.1"),
                    disks.varstore(),
                    disks.folder().resolve("os.qcow2"),
                    disks.folder().resolve("scratch.raw"))) {
                if (Files.isRegularFile(file)) {
                    Command.run(
                            COPY_PATIENCE,
                            List.of("cp", "--sparse=always", "--reflink=auto", file.toString(), fresh.toString()));
                }
            }
            Folders.remove(into);
            Files.move(fresh, into);
            return id;
        });
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
        // What is there is listed before what is known: a machine's folder is older than all else of it.
        Map<String, ChildId> running = children.named(home.childPrefix());
        List<Path> traces = new ArrayList<>();
        for (Path folder : List.of(home.keys(), home.run())) {
            MachineRecords.ids(folder).forEach(id -> traces.add(folder.resolve(id.value())));
        }
        List<MachineId> known = records.folders();
        running.forEach((name, child) -> {
            String id = name.substring(home.childPrefix().length()).split("/", 2)[0];
            if (known.stream().noneMatch(machine -> machine.value().equals(id))) {
                children.stop(child, Duration.ofSeconds(1));
                removed.add("process " + name);
            }
        });
        for (Path trace : traces) {
            if (!known.contains(new MachineId(trace.getFileName().toString()))) {
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
