package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import java.nio.file.Path;

/**
 * Everything a machine is made of.
 *
 * @param image base of the boot disk, raw or qcow2; never written, and kept while the machine lives
 * @param firmwareCode OVMF's code volume, never written
 * @param varstore template of the variable store; the machine gets its own copy
 * @param address the node's IPv4 address in the network's subnet
 * @param podCidr the node's pods, such as 10.244.1.0/24: the only other source addresses that may leave its tap
 * @param configDrive JSON text for the agent, at most {@value #CONFIG_DRIVE_BYTES} bytes; public but for a join token
 */
public record MachineSpec(
        MachineId id,
        NetworkId network,
        Shape shape,
        BootMode boot,
        Path image,
        Path firmwareCode,
        Path varstore,
        String address,
        String podCidr,
        Bytes configDrive) {
    /** The config drive's size: the text is padded with NUL. */
    public static final int CONFIG_DRIVE_BYTES = 64 * 1024;

    /** @throws IllegalArgumentException if an address is malformed or the config is too long */
    public MachineSpec {
        Ipv4.parse(address);
        Ipv4Block.parse(podCidr);
        if (configDrive.size() > CONFIG_DRIVE_BYTES) {
            throw new IllegalArgumentException(
                    "the config drive holds %d bytes, not %d".formatted(CONFIG_DRIVE_BYTES, configDrive.size()));
        }
    }
}
