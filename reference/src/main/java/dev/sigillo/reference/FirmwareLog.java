package dev.sigillo.reference;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.uefi.VariableData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The PCRs that no file tells of, taken from the log of a boot that is known to be good. OVMF measures its PEI volume from
 * memory after it ran, and ACPI tables, boot entries and option ROMs follow the machine's shape: PCR 0, 1, 2, 3 and 6.
 */
public final class FirmwareLog {

    /** What firmware and shape decide alone. */
    public static final List<Integer> FIRMWARE = List.of(0, 1, 2, 3, 6);

    private static final String COMMAND_LINE = "kernel_cmdline: ";

    private final ParsedLog log;

    /** @throws UnpredictableException if the log has no SHA-256 digests, or PCR 0 does not begin at zero */
    public FirmwareLog(ParsedLog log) throws UnpredictableException {
        if (!log.cryptoAgile() || !log.banks().contains(HashAlgorithm.SHA256)) {
            throw new UnpredictableException("the log has banks " + log.banks() + " and no SHA-256: take the log of a"
                    + " machine whose SHA-256 bank is active");
        }
        if (log.startupLocality().orElse(0) != 0) {
            throw new UnpredictableException("the log has StartupLocality "
                    + log.startupLocality().getAsInt() + ", and a manifest's PCR 0 begins at zero");
        }
        this.log = log;
    }

    /** The reference of that PCR: every event that the log has of it, in order. */
    public PcrReference pcr(int index) {
        List<ExpectedEvent> events = new ArrayList<>();
        for (Event event : log.events()) {
            if (event.pcr() == index && !event.isNoAction()) {
                Digest digest = event.digest(HashAlgorithm.SHA256).orElseThrow(); // the log has the bank
                events.add(new ExpectedEvent(event.typeName(), digest, component(event), Origin.PROBED));
            }
        }
        return new PcrReference(index, events);
    }

    private static String component(Event event) {
        return switch (event.type()) {
            case EventType.EV_SEPARATOR -> Components.SEPARATOR;
            case EventType.EV_S_CRTM_VERSION -> "firmware version";
            case EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB, EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB2 -> "firmware volume";
            case EventType.EV_EFI_VARIABLE_BOOT,
                    EventType.EV_EFI_VARIABLE_BOOT2,
                    EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
                    EventType.EV_EFI_VARIABLE_AUTHORITY -> variable(event);
            case EventType.EV_IPL -> text(event);
            default -> event.typeName();
        };
    }

    /** GRUB's commands and files, by the words that manifests have for them. */
    private static String text(Event event) {
        String text = event.payload().utf8().replaceAll("\0+$", "").replaceAll("[^ -~]", "?");
        if (event.pcr() != 8) {
            return event.pcr() == 9 ? "file " + text : text;
        }
        return text.startsWith(COMMAND_LINE)
                ? Components.KERNEL_COMMAND_LINE
                : Components.GRUB_COMMAND + text.replaceFirst("^grub_cmd: ", "");
    }

    /** What GRUB passed to the kernel, if the log tells of it and its digest is that of the text. */
    public Optional<String> commandLine() {
        return log.events().stream()
                .filter(event -> event.pcr() == 8)
                .map(event -> event.payload().utf8().replaceAll("\0+$", ""))
                .filter(text -> text.startsWith(COMMAND_LINE))
                .map(text -> text.substring(COMMAND_LINE.length()))
                .filter(text -> pcr(8).events().stream()
                        .anyMatch(event -> event.digest().equals(Digest.of(HashAlgorithm.SHA256, Bytes.utf8(text)))))
                .findFirst();
    }

    private static String variable(Event event) {
        try {
            return "variable "
                    + VariableData.read(new ByteReader(event.payload())).name().replaceAll("[^ -~]", "?");
        } catch (MalformedException malformed) {
            return event.typeName();
        }
    }
}
