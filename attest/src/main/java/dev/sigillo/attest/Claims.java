package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.VariableData;
import java.util.Optional;

/** What an event says of itself, made fit to be read by a person: bound by its digest, or marked as claimed. */
final class Claims {

    private static final Bytes GRUB_COMMAND = Bytes.utf8("grub_cmd: ");
    private static final Bytes KERNEL_COMMAND_LINE = Bytes.utf8("kernel_cmdline: ");

    private Claims() {}

    static String where(Event event) {
        return "event " + event.index() + ", PCR " + event.pcr();
    }

    static Digest digest(Event event) {
        return event.digest(HashAlgorithm.SHA256).orElseThrow(); // the log has the bank, so each event has
    }

    static boolean isKernelCommandLine(Event event) {
        return event.payload().startsWith(KERNEL_COMMAND_LINE);
    }

    static boolean isGrubCommand(Event event) {
        return event.payload().startsWith(GRUB_COMMAND);
    }

    /** The text after GRUB's label, if the digest is that text's: GRUB hashes it without label and zero. */
    static Optional<String> grubText(Event event) {
        return grubBytes(event).map(Bytes::utf8);
    }

    /** The same before it is read as text. */
    static Optional<Bytes> grubBytes(Event event) {
        int label = isKernelCommandLine(event)
                ? KERNEL_COMMAND_LINE.size()
                : isGrubCommand(event) ? GRUB_COMMAND.size() : -1;
        if (label < 0) {
            return Optional.empty();
        }
        int end = event.payload().size();
        if (end > label && event.payload().at(end - 1) == 0) {
            end--;
        }
        Bytes text = event.payload().slice(label, end);
        return Digest.of(HashAlgorithm.SHA256, text).equals(digest(event)) ? Optional.of(text) : Optional.empty();
    }

    /** A variable's content, if the digest binds it. */
    static Optional<VariableData> variable(Event event) {
        if (!event.bindsPayload(HashAlgorithm.SHA256)) {
            return Optional.empty();
        }
        try {
            return Optional.of(VariableData.parse(event.payload()));
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }

    /** Digest and content in one line; content that no digest binds is called claimed. */
    static String describe(Event event) {
        String digest = digest(event).hex();
        Optional<String> text = event.type() == EventType.EV_IPL ? grubText(event) : Optional.empty();
        if (text.isPresent()) {
            return Printable.text(text.get());
        }
        Optional<VariableData> variable = variable(event);
        if (variable.isPresent()) {
            Bytes data = variable.get().data();
            String value = data.size() <= 16 ? data.hex() : data.size() + " bytes";
            return "variable " + Printable.name(variable.get().name()) + " = " + value + " (" + digest + ")";
        }
        String claim = event.type() == EventType.EV_IPL || event.type() == EventType.EV_EFI_ACTION
                ? " " + Printable.text(event.payload().utf8())
                : "";
        return digest + " (claimed: " + event.typeName() + claim + ")";
    }
}
