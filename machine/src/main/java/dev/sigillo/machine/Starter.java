package dev.sigillo.machine;

import dev.sigillo.process.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Supplier;

/** Makes a machine's files and vTPM, and starts its processes. Each step finishes what an earlier one left half-done. */
final class Starter {
    private final EngineHome home;
    private final FleetCa fleet;
    private final Children children;
    private final MachineRecords records;
    private final Networks networks;
    private final Places places;
    private final Accelerator accelerator;
    private final FirmwareKeys keys;
    private final Gpus gpus;

    Starter(
            EngineHome home,
            FleetCa fleet,
            Children children,
            MachineRecords records,
            Networks networks,
            Places places,
            Accelerator accelerator,
            FirmwareKeys keys,
            Gpus gpus) {
        this.home = home;
        this.fleet = fleet;
        this.children = children;
        this.records = records;
        this.networks = networks;
        this.places = places;
        this.accelerator = accelerator;
        this.keys = keys;
        this.gpus = gpus;
    }

    /** Files and vTPM. */
    MachineRecord make(MachineRecord record, MachineSpec spec) throws IOException {
        MachineUsers users = places.users(record.place());
        Path template = home.varstoreTemplate(spec.id());
        keepTemplate(record, spec.varstore(), template);
        new Disks(home, spec.id(), users.qemu()).ensure(spec, template, new JailPaths(home.run()));
        if (record.phase() != MachineRecord.Phase.MAKING) {
            return record;
        }
        long resets = record.vtpm() ? new Vtpm(home, children, spec.id(), users).manufacture(fleet) : 0;
        return records.write(record.made(resets));
    }

    private static void keepTemplate(MachineRecord record, Path given, Path kept) throws IOException {
        if (!Files.exists(kept)) {
            byte[] template = Files.readAllBytes(given);
            Json.write(kept, template);
        }
        String found = Witness.sha256(kept);
        if (!found.equals(record.varstoreSha256())) {
            Files.delete(kept);
            throw new MachineException(
                    "%s has changed since machine %s was begun: SHA-256 %s, not %s; delete the machine"
                            .formatted(given, record.given().id(), found, record.varstoreSha256()));
        }
    }

    /**
     * Place in the network, then swtpm, then QEMU. The start is counted before it happens, so never too low.
     *
     * @param ports the network's, this machine's among them
     */
    MachineRecord start(MachineRecord record, NetworkPlan network, Supplier<Collection<Port>> ports)
            throws IOException {
        MachineId id = record.machineId();
        MachineUsers users = places.users(record.place());
        Path firmware = Path.of(record.given().firmwareCode());
        String chosen = accelerator.choose().name();
        MachineRecord counted =
                records.write(record.startedOnceMore(keys.sha256(firmware), key(record, chosen, firmware)));
        end(id, users);
        networks.open(network.id(), network.index(), ports);
        Vtpm vtpm = new Vtpm(home, children, id, users);
        if (counted.vtpm()) {
            vtpm.run();
        }
        try {
            new Qemu(home, children, id)
                    .start(
                            QemuCommand.of(id, counted.given().shape(), counted.vtpm(), chosen, counted.gpus()),
                            users,
                            gpus.nodes(counted.gpus()),
                            network.namespace(),
                            firmware,
                            Path.of(counted.given().image()));
            return counted;
        } catch (MachineException failed) {
            end(id, users); // nobody would connect to the vTPM
            throw failed;
        }
    }

    /** As {@link #start}, after the vTPM of another machine has taken the place of its own. */
    MachineRecord startWithVtpmOf(
            MachineId other, MachineRecord record, NetworkPlan network, Supplier<Collection<Port>> ports)
            throws IOException {
        MachineId id = record.machineId();
        MachineUsers users = places.users(record.place());
        end(id, users);
        new Vtpm(home, children, id, users).takeStateOf(other);
        return start(record, network, ports);
    }

    /** Without vTPM nothing is measured. */
    private String key(MachineRecord record, String chosen, Path firmware) throws IOException {
        MachineRecord.Given given = record.given();
        return record.vtpm()
                ? keys.of(given.shape(), given.boot(), chosen, firmware, home.varstoreTemplate(record.machineId()))
                : "";
    }

    /** Ends what runs of the machine, in order first, and then whatever runs as its users. */
    void end(MachineId id, MachineUsers users) {
        new Qemu(home, children, id).stop();
        new Vtpm(home, children, id, users).stop();
        children.killAllOf(user -> user == users.qemu() || user == users.tpm());
    }
}
