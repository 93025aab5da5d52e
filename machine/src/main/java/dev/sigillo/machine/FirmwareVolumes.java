package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tukaani.xz.LZMAInputStream;

/**
 * The volumes inside an OVMF code file: UEFI Platform Initialization Specification, Volume 3, firmware volumes, files
 * and sections. OVMF's outer volume holds one LZMA section with PEIFV and DXEFV, in this order. DXEFV is measured as it is
 * in the file; PEIFV runs in place before it is measured and is learnt by the probe.
 */
final class FirmwareVolumes {
    /** EE4E5898-3914-4259-9D6E-DC7BD79403CF, EFI_FIRMWARE_CONTENTS LZMA section, in its byte order on disk. */
    private static final Bytes LZMA = Bytes.fromHex("98584eee143959429d6edc7bd79403cf");

    private static final int GUIDED_SECTION = 0x02;
    private static final int VOLUME_SECTION = 0x17;
    private static final int SECTION_HEADER = 4;
    private static final int MAX_UNPACKED = 64 << 20;
    private static final int MAX_FIRMWARE = 32 << 20;
    private static final int LZMA_MEMORY_KIB = 128 << 10;

    private final byte[] unpacked;
    private final List<Digest> volumes;

    private FirmwareVolumes(byte[] unpacked, List<Digest> volumes) {
        this.unpacked = unpacked;
        this.volumes = volumes;
    }

    /** @throws MachineException if the file has no such section */
    static FirmwareVolumes of(Path firmware) throws IOException {
        if (Files.size(firmware) > MAX_FIRMWARE) {
            throw new MachineException(firmware + " is too large to be OVMF's code");
        }
        byte[] file = Files.readAllBytes(firmware);
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 24 <= file.length; at += 4) {
            if ((file[at + 3] & 0xFF) == GUIDED_SECTION
                    && Bytes.of(file, at + SECTION_HEADER, 16).equals(LZMA)) {
                int size = in.getInt(at) & 0xFFFFFF;
                int data = in.getShort(at + 20) & 0xFFFF;
                if (size > data && at + size <= file.length) {
                    byte[] unpacked = unpack(file, at + data, size - data);
                    return new FirmwareVolumes(unpacked, volumes(unpacked));
                }
            }
        }
        throw new MachineException(firmware + " has no LZMA section; is it OVMF's code file?");
    }

    private static byte[] unpack(byte[] file, int start, int size) throws IOException {
        try (LZMAInputStream in = new LZMAInputStream(new ByteArrayInputStream(file, start, size), LZMA_MEMORY_KIB)) {
            byte[] bytes = in.readNBytes(MAX_UNPACKED + 1);
            if (bytes.length > MAX_UNPACKED) {
                throw new MachineException("the firmware's LZMA section is larger than " + MAX_UNPACKED + " bytes");
            }
            return bytes;
        }
    }

    /** Digests of the firmware volume sections, in their order. */
    private static List<Digest> volumes(byte[] sections) {
        List<Digest> found = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(sections).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (at + SECTION_HEADER <= sections.length) {
            long size = in.getInt(at) & 0xFFFFFF;
            int header = SECTION_HEADER;
            if (size == 0xFFFFFF && at + 8 <= sections.length) { // EFI_COMMON_SECTION_HEADER2
                size = in.getInt(at + 4) & 0xFFFFFFFFL;
                header = 8;
            }
            if (size < header || size > sections.length - at) {
                break;
            }
            if ((sections[at + 3] & 0xFF) == VOLUME_SECTION) {
                found.add(Digest.of(HashAlgorithm.SHA256, Bytes.of(sections, at + header, (int) size - header)));
            }
            at += (int) (size + 3 & ~3L);
        }
        return found;
    }

    /** The digest of DXEFV as the firmware measures it. */
    Digest dxe() {
        if (volumes.size() != 2) {
            throw new MachineException("OVMF holds PEIFV and DXEFV; this file holds " + volumes.size() + " volumes");
        }
        return volumes.getLast();
    }

    /** @throws MachineException unless the log measures this file's DXEFV, and a version that stands in the file */
    void require(ParsedLog log) {
        Digest dxe = dxe();
        if (log.events().stream()
                .noneMatch(event ->
                        event.digest(HashAlgorithm.SHA256).filter(dxe::equals).isPresent())) {
            throw new MachineException("the firmware did not measure the DXE volume of its file, " + dxe.hex());
        }
        for (Event event : log.events()) {
            if (event.type() == EventType.EV_S_CRTM_VERSION && !versionIsOurs(event)) {
                throw new MachineException("the firmware measured a version that its file does not hold: "
                        + ConsoleText.safe(event.payload().toString()));
            }
        }
    }

    private boolean versionIsOurs(Event event) {
        Digest digest = Digest.of(HashAlgorithm.SHA256, event.payload());
        return event.digest(HashAlgorithm.SHA256).filter(digest::equals).isPresent()
                && indexOf(unpacked, event.payload().toByteArray());
    }

    private static boolean indexOf(byte[] text, byte[] wanted) {
        for (int at = 0; at <= text.length - wanted.length; at++) {
            if (java.util.Arrays.equals(text, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
