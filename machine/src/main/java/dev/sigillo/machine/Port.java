package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import java.nio.charset.StandardCharsets;

/**
 * A machine's place on its network's bridge.
 *
 * @param tap the interface's name: the machine's id
 * @param mac the only source MAC address
 * @param address the only source of ARP, and a source of IPv4
 * @param pods the other sources of IPv4
 * @param cut isolated
 * @param user by number: the only one who may open the tap
 */
record Port(String tap, String mac, String address, Ipv4Block pods, boolean cut, int user) {
    static Port of(MachineId id, String address, String podCidr, boolean cut, int user) {
        Ipv4.parse(address);
        return new Port(id.value(), mac(id), address, Ipv4Block.parse(podCidr), cut, user);
    }

    /** 02: locally administered, then 40 bits of the id's digest. */
    static String mac(MachineId id) {
        Bytes digest =
                Digest.sha256(id.value().getBytes(StandardCharsets.US_ASCII)).value();
        return "02:%02x:%02x:%02x:%02x:%02x"
                .formatted(digest.at(0), digest.at(1), digest.at(2), digest.at(3), digest.at(4));
    }
}
