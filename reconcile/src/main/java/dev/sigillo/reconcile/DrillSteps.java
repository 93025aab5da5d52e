package dev.sigillo.reconcile;

import dev.sigillo.arm.DrillFault;
import dev.sigillo.image.FaultyImage;
import dev.sigillo.image.NodeImage;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineSpec;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Does to the machines of a drill's pool what somebody who holds their host could: nothing inside of them helps. */
final class DrillSteps {
    private static final System.Logger LOG = System.getLogger(DrillSteps.class.getName());

    private final Host host;

    DrillSteps(Host host) {
        this.host = host;
    }

    /** Where a pool's faulty copies lie; no pool has such a name. */
    static String folderName(String pool) {
        return pool + "-drill";
    }

    /** The machine as asked for, on a disk or a variable store with the fault; what it must measure stays the image's. */
    MachineSpec faulty(
            ClusterRecord cluster,
            MachineRecord machine,
            NodeImage image,
            Optional<DrillFault> fault,
            MachineSpec spec) {
        if (fault.isEmpty()) {
            return spec;
        }
        Path copy = Remains.folder(host, cluster, folderName(machine.pool()))
                .resolve(fault.get().word() + "-" + image.version());
        try {
            return switch (fault.get()) {
                case UNSIGNED_KERNEL -> on(spec, once(FaultyImage::unsignedKernel, image, copy), spec.varstore());
                case INITRD -> on(spec, once(FaultyImage::initrd, image, copy), spec.varstore());
                case COMMAND_LINE -> on(spec, once(FaultyImage::commandLine, image, copy), spec.varstore());
                case SECURE_BOOT_OFF -> on(spec, spec.image(), once(FaultyImage::secureBootOff, image, copy));
                // What its evidence meets on its way is the door's, what happens in the node is a pod's.
                case FORGED_LOG, SUBSTITUTED_PCR, CLONED_VTPM, SILENT_AGENT, UNSIGNED_MODULE -> spec;
            };
        } catch (IOException e) {
            throw new UncheckedIOException("the drill's fault " + fault.get().word() + " cannot be made", e);
        }
    }

    private interface Maker {
        Path make(NodeImage image, Path copy) throws IOException;
    }

    /** All machines of the pool stand on one copy, which is never written to once it is there. */
    private synchronized Path once(Maker maker, NodeImage image, Path copy) throws IOException {
        return Files.exists(copy) ? copy : maker.make(image, copy);
    }

    private static MachineSpec on(MachineSpec spec, Path image, Path varstore) {
        return new MachineSpec(
                spec.id(),
                spec.network(),
                spec.shape(),
                spec.boot(),
                image,
                spec.firmwareCode(),
                varstore,
                spec.address(),
                spec.podCidr(),
                spec.configDrive());
    }

    /** Once it runs: the vTPM of a member of its pool, if that is the fault and there is one; again after a kill. */
    void started(MachineRecord machine) {
        boolean clones = host.store()
                .pools()
                .find(machine.clusterId(), machine.pool())
                .flatMap(pool -> pool.desired().drill())
                .filter(DrillFault.CLONED_VTPM::equals)
                .isPresent();
        if (!clones) {
            return;
        }
        host.store().machines().listOfPool(machine.clusterId(), machine.pool()).stream()
                .filter(other -> other.isLetIn() && !other.machineId().equals(machine.machineId()))
                .findFirst()
                .ifPresent(source -> {
                    host.engine().cloneVtpm(new MachineId(source.machineId()), new MachineId(machine.machineId()));
                    LOG.log(
                            System.Logger.Level.INFO,
                            "drill: node {0} starts with the vTPM of node {1}",
                            machine.nodeName(),
                            source.nodeName());
                });
    }
}
