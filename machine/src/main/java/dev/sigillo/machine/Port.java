package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A machine's place on its network's bridge.
 *
 * @param tap the interface's name: the machine's id
 * @param mac the only source MAC address
 * @param address the only source of ARP, and a source of IPv4
 * @param pods the other sources of IPv4
 * @param cut isolated
 * @param services further addresses that are reached through the machine, and sources of IPv4 therefore
 * @param user by number: the only one who may open the tap
 */
record Port(String tap, String mac, String address, Ipv4Block pods, boolean cut, List<String> services, int user) {
    Port {
        services = List.copyOf(services);
    }

    static Port of(MachineId id, String address, String podCidr, boolean cut, List<String> services, int user) {
        Ipv4.parse(address);
        services.forEach(Ipv4::parse);
        return new Port(id.value(), mac(id), address, Ipv4Block.parse(podCidr), cut, services, user);
    }

    /** 02: locally administered, then 40 bits of the id's digest. */
    static String mac(MachineId id) {
        Bytes digest =
                Digest.sha256(id.value().getBytes(StandardCharsets.US_ASCII)).value();
        return "02:%02x:%02x:%02x:%02x:%02x"
                .formatted(digest.at(0), digest.at(1), digest.at(2), digest.at(3), digest.at(4));
    }
}
