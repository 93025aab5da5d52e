package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.DevicePath;
import dev.sigillo.uefi.ImageLoadEvent;
import dev.sigillo.uefi.VariableData;
import java.util.Optional;

/** What an event is of, in a few words a person knows: for golden values. What no digest binds is a claim even so. */
final class EventWords {

    private EventWords() {}

    static String of(Event event, HashAlgorithm bank) {
        Digest digest = event.digest(bank).orElseThrow();
        if (Marks.of(bank).separators().contains(digest)) {
            return Components.SEPARATOR;
        }
        return switch (event.type()) {
            case EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
                    EventType.EV_EFI_VARIABLE_BOOT,
                    EventType.EV_EFI_VARIABLE_BOOT2 ->
                variable(event).map(name -> "variable " + name).orElse(event.typeName());
            case EventType.EV_EFI_VARIABLE_AUTHORITY ->
                variable(event).map(name -> "authority " + name).orElse(event.typeName());
            case EventType.EV_EFI_BOOT_SERVICES_APPLICATION,
                    EventType.EV_EFI_BOOT_SERVICES_DRIVER,
                    EventType.EV_EFI_RUNTIME_SERVICES_DRIVER -> "image" + path(event.payload());
            case EventType.EV_IPL -> loader(event);
            case EventType.EV_EFI_GPT_EVENT, EventType.EV_EFI_GPT_EVENT2 -> Components.PARTITION_TABLE;
            case EventType.EV_EFI_ACTION, EventType.EV_ACTION ->
                Printable.name(event.payload().utf8());
            case EventType.EV_S_CRTM_VERSION -> "firmware version";
            default -> event.typeName();
        };
    }

    private static Optional<String> variable(Event event) {
        try {
            return Optional.of(
                    Printable.name(VariableData.parse(event.payload()).name()));
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }

    private static String loader(Event event) {
        Optional<LoaderText> text = LoaderText.grub(event.payload());
        if (text.isPresent()) {
            String shown = Printable.name(text.get().bare().utf8());
            return text.get().kind() == LoaderText.Kind.KERNEL
                    ? Components.KERNEL_COMMAND_LINE + ": " + shown
                    : Components.GRUB_COMMAND + shown;
        }
        String claim = LoaderText.utf16(event.payload())
                .orElseGet(() -> event.payload().utf8());
        return (event.pcr() == 14 ? "" : "file ") + Printable.name(claim);
    }

    private static String path(Bytes payload) {
        try {
            String path = DevicePath.text(ImageLoadEvent.parse(payload).devicePath());
            return path.isEmpty() ? "" : " " + Printable.name(path);
        } catch (MalformedException malformed) {
            return "";
        }
    }
}
