package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.Optional;

/**
 * TCG_PCClientTaggedEvent, the payload of EV_EVENT_TAG (PC Client Platform Firmware Profile, 10.4.2.1).
 *
 * @param id taggedEventID, by its maker: the kernel's EFI stub, systemd, Windows (SIPA)
 */
record Tag(int id, Bytes data) {

    /** Nothing if the payload is not exactly one of them. */
    static Optional<Tag> read(Bytes payload) {
        ByteReader in = new ByteReader(payload);
        try {
            int id = (int) in.u32le("taggedEventID");
            Bytes data = in.bytes("taggedEventData", in.u32le("taggedEventDataSize"));
            return in.remaining() == 0 ? Optional.of(new Tag(id, data)) : Optional.empty();
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }
}
