package dev.sigillo.server;

import dev.sigillo.arm.KubernetesVersions;
import dev.sigillo.arm.Locations;
import dev.sigillo.arm.NodeImages;
import dev.sigillo.arm.Sizes;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Predicate;

/**
 * Everything the ARM server works with.
 *
 * @param retiring whether a machine's node is being emptied, or the machine removed, at this moment
 * @param home folder that keeps the token key, readable by its owner only
 */
public record ArmParts(
        ArmSettings settings,
        Path home,
        Store store,
        Sizes sizes,
        Locations locations,
        KubernetesVersions versions,
        NodeImages images,
        Wake wake,
        Demands demands,
        Credentials credentials,
        Consoles consoles,
        Predicate<MachineRecord> retiring,
        HostStatus status,
        Clock clock) {}
