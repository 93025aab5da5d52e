package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.util.Optional;

/** A payload without a form of its own: text in ASCII, UTF-8 or UTF-16, else its bytes. */
final class PayloadText {

    private static final int SHOWN = 32;

    private PayloadText() {}

    static String of(Bytes payload) {
        if (payload.isEmpty()) {
            return "(empty)";
        }
        Optional<String> wide = isText(payload) ? Optional.empty() : LoaderText.utf16(payload);
        if (wide.isPresent()) {
            return wide.get();
        }
        if (isText(payload)) {
            return payload.utf8().replace("\0", "");
        }
        return payload.size() <= SHOWN
                ? payload.hex()
                : payload.slice(0, SHOWN).hex() + "... (" + payload.size() + " bytes)";
    }

    /** Visible ASCII with line ends and tabs, perhaps with zeros behind it. */
    static boolean isText(Bytes payload) {
        int end = payload.size();
        while (end > 0 && payload.at(end - 1) == 0) {
            end--;
        }
        for (int at = 0; at < end; at++) {
            int c = payload.at(at);
            if ((c < ' ' || c > '~') && c != '\n' && c != '\t' && c != '\r') {
                return false;
            }
        }
        return end > 0;
    }

    /** EV_EVENT_TAG by who wrote it; what Windows tags (SIPA) is carried by its number. */
    static String tag(Bytes payload) {
        Optional<Tag> tag = Tag.read(payload);
        if (tag.isEmpty()) {
            return of(payload);
        }
        int id = tag.get().id();
        return switch (id) {
            case Tag.LINUX_INITRD, Tag.LINUX_LOAD_OPTIONS ->
                "Linux EFI stub: " + of(tag.get().data());
            default -> "tag 0x%08x: ".formatted(id) + of(tag.get().data());
        };
    }
}
