package dev.sigillo.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The GPUs of this host that its owner has declared for machines, by PCI address. Each is one machine's alone (VFIO): its
 * IOMMU keeps it to that machine's memory, so nothing else of the host may share its IOMMU group.
 *
 * @param addresses such as 0000:01:00.0
 * @param devices the kernel's list of PCI devices, {@code /sys/bus/pci/devices}
 */
public record Gpus(List<String> addresses, Path devices) {
    private static final Path PCI = Path.of("/sys/bus/pci/devices");
    private static final Path VFIO = Path.of("/dev/vfio");
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]");
    private static final String BRIDGE_CLASS = "0x06";

    /** None of the host's. */
    public static final Gpus NONE = new Gpus(List.of(), PCI);

    public Gpus {
        addresses = List.copyOf(addresses);
    }

    /**
     * Those of a list with commas.
     *
     * @throws IllegalArgumentException if one is no address, is no device of this host, or cannot be handed to a machine
     */
    public static Gpus of(String list) {
        return of(list, PCI);
    }

    static Gpus of(String list, Path devices) {
        List<String> addresses = new ArrayList<>();
        for (String word : list.split(",", -1)) {
            String address = word.strip();
            if (address.isEmpty() && list.isBlank()) {
                continue;
            }
            if (!ADDRESS.matcher(address).matches() || addresses.contains(address)) {
                throw new IllegalArgumentException(
                        "SIGILLO_GPUS is \"%s\", which is no list of PCI addresses: each once, such as 0000:01:00.0, with commas between them (lspci -D lists them)"
                                .formatted(list));
            }
            addresses.add(address);
        }
        Gpus gpus = new Gpus(addresses, devices);
        addresses.forEach(gpus::requireUsable);
        return gpus;
    }

    /** Bound to vfio-pci, and so is everything that shares its IOMMU group but bridges. */
    private void requireUsable(String address) {
        if (!Files.exists(devices.resolve(address))) {
            throw new IllegalArgumentException(
                    "SIGILLO_GPUS: this host has no PCI device " + address + "; lspci -D lists them");
        }
        Path group = devices.resolve(address).resolve("iommu_group");
        if (!Files.exists(group)) {
            throw new IllegalArgumentException(
                    "SIGILLO_GPUS: PCI device %s is in no IOMMU group: turn the IOMMU on (firmware set-up, and intel_iommu=on on the kernel's command line)"
                            .formatted(address));
        }
        try (DirectoryStream<Path> members = Files.newDirectoryStream(group.resolve("devices"))) {
            for (Path member : members) {
                if (!isBridge(member) && !driver(member).equals("vfio-pci")) {
                    throw new IllegalArgumentException(
                            "SIGILLO_GPUS: PCI device %s shares the IOMMU group of %s and is bound to %s, not to vfio-pci: driverctl set-override %s vfio-pci binds it"
                                    .formatted(member.getFileName(), address, driver(member), member.getFileName()));
                }
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "SIGILLO_GPUS: the IOMMU group of %s cannot be read".formatted(address), unreadable);
        }
    }

    private static boolean isBridge(Path device) throws IOException {
        return Files.readString(device.resolve("class")).startsWith(BRIDGE_CLASS);
    }

    private static String driver(Path device) throws IOException {
        Path driver = device.resolve("driver");
        return Files.exists(driver) ? driver.toRealPath().getFileName().toString() : "no driver";
    }

    /**
     * So many that none of these machines has.
     *
     * @throws MachineException if there are not so many
     */
    List<String> free(int count, Collection<MachineRecord> machines) {
        Set<String> taken = new HashSet<>();
        machines.forEach(machine -> taken.addAll(machine.gpus()));
        List<String> free = addresses.stream()
                .filter(address -> !taken.contains(address))
                .limit(count)
                .toList();
        if (free.size() < count) {
            throw new MachineException("%d GPUs are asked for, and %d of the %d that SIGILLO_GPUS declares are free"
                    .formatted(count, free.size(), addresses.size()));
        }
        return free;
    }

    /** The device nodes that QEMU needs for those: VFIO's own, and one for each IOMMU group. */
    Set<Path> nodes(List<String> wanted) throws IOException {
        Set<Path> nodes = new HashSet<>();
        for (String address : wanted) {
            Path group = devices.resolve(address).resolve("iommu_group").toRealPath();
            nodes.add(VFIO.resolve("vfio"));
            nodes.add(VFIO.resolve(group.getFileName().toString()));
        }
        return nodes;
    }
}
