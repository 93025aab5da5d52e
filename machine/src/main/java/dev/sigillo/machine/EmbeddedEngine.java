package dev.sigillo.machine;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Machines on this host: QEMU, OVMF and swtpm as child processes that outlive the server. */
public final class EmbeddedEngine implements MachineEngine {
    private final EngineHome home;

    private EmbeddedEngine(EngineHome home) {
        this.home = home;
    }

    /** Opens the engine over its folders; nothing is started. */
    public static EmbeddedEngine open(EngineHome home, FleetCa fleet, InstantSource clock) {
        return new EmbeddedEngine(home);
    }

    /** The probe that learns what the firmware of this host measures. */
    public FirmwareProbe firmwareProbe() {
        return (shape, boot, code, varstore) -> {
            throw new UnsupportedOperationException("not yet: " + home);
        };
    }

    @Override
    public NetworkView openNetwork(NetworkId id, int index) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void closeNetwork(NetworkId id) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public Optional<NetworkView> network(NetworkId id) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public MachineView create(MachineSpec spec) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void delete(MachineId id) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public Optional<MachineView> look(MachineId id) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public List<MachineView> list() {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public String console(MachineId id, int maxBytes) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void isolate(MachineId id, boolean cut) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public Capacity capacity() {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void keepRemains(MachineId id, Path into) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public List<String> sweep() {
        throw new UnsupportedOperationException("not yet");
    }
}
