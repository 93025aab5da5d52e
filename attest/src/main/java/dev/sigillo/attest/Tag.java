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

    /** The kernel's EFI stub tells of an initrd; the digest is of the file. */
    static final int LINUX_INITRD = 0x8F3B22EC;

    /** The kernel's EFI stub tells of its command line; the digest is of the UTF-16 text. */
    static final int LINUX_LOAD_OPTIONS = 0x8F3B22ED;

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
