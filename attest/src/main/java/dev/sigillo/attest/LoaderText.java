package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a boot loader writes into an EV_IPL event. GRUB: a label, then the text that it hashed, without the NUL behind it
 * (RHEL 8's GRUB 2.02: labels without a colon, commands with their NUL). systemd's stub: a section's name in UTF-16,
 * hashed in ASCII with its NUL. Labels are not measured.
 *
 * @param kind what the label claims the text to be
 * @param bare the text, without label and NUL
 */
record LoaderText(Kind kind, Bytes bare) {

    enum Kind {
        COMMAND,
        KERNEL,
        MODULE
    }

    private record Label(Bytes text, Kind kind) {}

    private static final List<Label> LABELS = List.of(
            new Label(Bytes.utf8("grub_cmd: "), Kind.COMMAND),
            new Label(Bytes.utf8("kernel_cmdline: "), Kind.KERNEL),
            new Label(Bytes.utf8("module_cmdline: "), Kind.MODULE),
            new Label(Bytes.utf8("grub_cmd "), Kind.COMMAND),
            new Label(Bytes.utf8("grub_kernel_cmdline "), Kind.KERNEL),
            new Label(Bytes.utf8("grub_module_cmdline "), Kind.MODULE));

    private static final int LONGEST_SECTION_NAME = 64;

    /** GRUB's label and text; nothing if the payload begins with none of its labels. */
    static Optional<LoaderText> grub(Bytes payload) {
        for (Label label : LABELS) {
            if (payload.startsWith(label.text())) {
                int from = label.text().size();
                int end = payload.size();
                if (end > from && payload.at(end - 1) == 0) {
                    end--;
                }
                return Optional.of(new LoaderText(label.kind(), payload.slice(from, end)));
            }
        }
        return Optional.empty();
    }

    /** What an EV_IPL digest may be of, besides the whole payload. */
    static List<Bytes> forms(Bytes payload) {
        List<Bytes> forms = new ArrayList<>();
        grub(payload).ifPresent(text -> {
            forms.add(text.bare());
            forms.add(Bytes.concat(text.bare(), Bytes.zeros(1)));
        });
        if (payload.size() <= LONGEST_SECTION_NAME) {
            utf16(payload).ifPresent(name -> forms.add(Bytes.utf8(name + "\0")));
        }
        return forms;
    }

    /** Text that is plainly UTF-16: an even size, visible characters of Latin-1 alone, perhaps a zero at the end. */
    static Optional<String> utf16(Bytes payload) {
        int end = payload.size();
        if (end < 2 || (end & 1) != 0) {
            return Optional.empty();
        }
        if (payload.at(end - 1) == 0 && payload.at(end - 2) == 0) {
            end -= 2;
        }
        for (int at = 0; at < end; at += 2) {
            boolean visible = payload.at(at + 1) == 0 && payload.at(at) >= ' ';
            if (!visible && !(payload.at(at + 1) == 0 && (payload.at(at) == '\n' || payload.at(at) == '\t'))) {
                return Optional.empty();
            }
        }
        return end == 0
                ? Optional.empty()
                : Optional.of(new String(payload.slice(0, end).toByteArray(), StandardCharsets.UTF_16LE));
    }
}
