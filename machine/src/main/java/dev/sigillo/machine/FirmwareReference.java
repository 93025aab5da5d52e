package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import java.util.List;

/**
 * What the firmware of one machine shape measures by itself: every event of PCR 0 to 7 up to the first boot attempt,
 * learnt from a machine with a blank disk.
 *
 * @param key what it holds for: hash of firmware, QEMU version, accelerator, CPU model, processors, memory, boot mode and
 *     varstore
 */
public record FirmwareReference(List<MeasuredEvent> events, String key) {
    public FirmwareReference {
        events = List.copyOf(events);
    }

    /**
     * One measured event.
     *
     * @param pcr 0 to 7
     * @param type the event type's TCG name, such as EV_EFI_VARIABLE_BOOT
     * @param sha256 its digest in the SHA-256 bank, 32 bytes
     * @param component what was measured, in words a person knows
     */
    public record MeasuredEvent(int pcr, String type, Bytes sha256, String component) {}
}
