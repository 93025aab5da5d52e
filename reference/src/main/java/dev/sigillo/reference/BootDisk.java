package dev.sigillo.reference;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.GptEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * PCR 5 of a boot from a disk: the partition table, then that boot services ended.
 *
 * @param gpt what the firmware measures of the disk
 * @param loaderConf the content of systemd-boot's loader.conf, where the release in use measures it
 */
public record BootDisk(GptEvent gpt, Optional<Bytes> loaderConf) {

    static final int PCR = 5;

    static final String CALLING = "Calling EFI Application from Boot Option";

    /** Bytes of a disk that {@link #of} wants: protective MBR, GPT header, the usual 128 partition entries. */
    public static final int START = 34 * 512;

    /** @throws MalformedException if the disk has no GPT, or one that reaches beyond the bytes */
    public static BootDisk of(Bytes start) throws MalformedException {
        return new BootDisk(GptEvent.ofDisk(start), Optional.empty());
    }

    /** The same disk, booted by {@link UkiBoot}. */
    public BootDisk of(UkiBoot boot) {
        return new BootDisk(gpt, boot.measuredLoaderConf());
    }

    public PcrReference pcr() {
        List<ExpectedEvent> events = new ArrayList<>();
        events.add(Expected.separator());
        events.add(Expected.file("EV_EFI_GPT_EVENT", gpt.encode(), Components.PARTITION_TABLE));
        loaderConf.ifPresent(text -> events.add(Expected.file("EV_EVENT_TAG", text, "systemd-boot's loader.conf")));
        events.add(Expected.action("Exit Boot Services Invocation"));
        events.add(Expected.action("Exit Boot Services Returned with Success"));
        return new PcrReference(PCR, events);
    }
}
