package dev.sigillo.server;

import dev.sigillo.arm.KubernetesVersions;
import dev.sigillo.arm.Locations;
import dev.sigillo.arm.NodeImages;
import dev.sigillo.arm.Sizes;
import dev.sigillo.image.NodeImage;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Everything the ARM server works with.
 *
 * @param retiring whether a machine's node is being emptied, or the machine removed, at this moment
 * @param home folder that keeps the token key, readable by its owner only
 * @param imageFiles the node image of that version, if it is still on this host
 * @param versions asked at each request, as {@code images} and {@code hostImages}: builds add to them
 */
public record ArmParts(
        ArmSettings settings,
        Path home,
        Store store,
        Sizes sizes,
        Locations locations,
        Supplier<KubernetesVersions> versions,
        NodeImages images,
        Supplier<List<HostImages.HostImage>> hostImages,
        Function<String, Optional<NodeImage>> imageFiles,
        Wake wake,
        Demands demands,
        Credentials credentials,
        Consoles consoles,
        Predicate<MachineRecord> retiring,
        HostStatus status,
        HostAuthorities authorities,
        Metrics metrics,
        Clock clock) {}
