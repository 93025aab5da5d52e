package dev.sigillo.reconcile;

import dev.sigillo.arm.OnUntrusted;
import dev.sigillo.enrolment.JoinSettings;
import dev.sigillo.machine.FirmwareProbe;
import dev.sigillo.machine.MachineEngine;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.machine.Shape;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everything the reconciler works with.
 *
 * @param planes the control plane of a cluster on its open network
 * @param shapes what a VM size of the catalogue gets on this host
 * @param archives the OCI archives that every node imports besides the image's own
 * @param enrolmentCa what a new machine checks the enrolment address by
 * @param room whether a pool that is scaled by itself may grow
 * @param networkBase first subnet number of this home; a cluster's is this plus its index
 * @param remains folder for what is kept of failed machines, one folder a pool
 */
public record Host(
        Store store,
        MachineEngine engine,
        FirmwareProbe probe,
        BiFunction<ClusterRecord, NetworkView, Plane> planes,
        Images images,
        Function<String, Shape> shapes,
        Supplier<List<JoinSettings.Archive>> archives,
        Doors doors,
        Supplier<EnrolmentCa> enrolmentCa,
        Room room,
        int networkBase,
        Path remains,
        Pace pace,
        Clock clock) {

    /**
     * An authority of the enrolment address.
     *
     * @param pem its certificate
     * @param sha256 of its certificate, lower-case hex
     */
    public record EnrolmentCa(String pem, String sha256) {}

    /** What a machine of that VM size gets, with a disk of so many GiB, or the size's own for 0. */
    Shape shape(String vmSize, int osDiskGib) {
        Shape shape = shapes.apply(vmSize);
        return osDiskGib == 0 ? shape : new Shape(shape.cpus(), shape.memoryMib(), osDiskGib, shape.gpus());
    }

    /** What the machine's pool wants when it is not trusted any more; what a pool wants that says nothing, if it is gone. */
    OnUntrusted onUntrusted(MachineRecord machine) {
        return store.pools()
                .find(machine.clusterId(), machine.pool())
                .map(pool -> pool.desired().onUntrusted())
                .orElse(OnUntrusted.QUARANTINE);
    }
}
