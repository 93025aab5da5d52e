package dev.sigillo.cli;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.uefi.DevicePath;
import dev.sigillo.uefi.GptEvent;
import dev.sigillo.uefi.LoadOption;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VariableData;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * What an event says, in one printable line.
 *
 * @param bound whether every bank's digest is that of the payload, where the profile defines it so or it happens to be;
 *     nothing where the digest is of something that is not in the log, such as an image
 */
record EventText(Optional<Boolean> bound, String description) {
    private static final int MOST = 300;
    private static final int OWNER = 16;
    private static final Map<String, String> EMAIL = Map.of("1.2.840.113549.1.9.1", "E");
    private static final List<String> GRUB_LABELS = List.of("grub_cmd: ", "kernel_cmdline: ", "module_cmdline: ");
    private static final Bytes EXIT = Bytes.utf8("Exit Boot Services Invocation");

    static EventText of(Event event) {
        String text = Fields.safe(describe(event)).strip();
        return new EventText(bound(event), text.length() > MOST ? text.substring(0, MOST) + "…" : text);
    }

    /** What is unusual about the log as a whole. */
    static List<String> quirks(ParsedLog log) {
        List<String> quirks = new ArrayList<>();
        if (!log.cryptoAgile()) {
            quirks.add("legacy log: SHA-1 alone");
        }
        log.startupLocality().ifPresent(locality -> quirks.add("StartupLocality " + locality));
        if (log.trustPoint()) {
            quirks.add("closes with a Windows trust point (PCR 0xFFFFFFFF)");
        }
        boolean exits = false;
        for (Event event : log.events()) {
            if (event.isNoAction() && event.hasNonZeroDigest()) {
                quirks.add("event " + event.index() + ": EV_NO_ACTION with a digest, which no PCR holds");
            }
            exits |= event.pcr() == 5 && is(event, EXIT);
        }
        log.events().stream()
                .flatMap(event -> event.unknownDigests().keySet().stream())
                .distinct()
                .sorted()
                .forEach(algorithm -> quirks.add("bank 0x%04x is unknown: carried, not judged".formatted(algorithm)));
        if (!exits) {
            quirks.add("no ExitBootServices: anything may have been extended after the last event");
        }
        return quirks;
    }

    private static boolean is(Event event, Bytes payload) {
        return event.digests().entrySet().stream()
                .anyMatch(digest -> Digest.of(digest.getKey(), payload).equals(digest.getValue()));
    }

    private static Optional<Boolean> bound(Event event) {
        if (event.isNoAction() || event.digests().isEmpty()) {
            return Optional.empty();
        }
        if (all(event, event.payload())
                || grub(event)
                        .or(() -> bootVariable(event))
                        .filter(text -> all(event, text))
                        .isPresent()) {
            return Optional.of(true);
        }
        return switch (event.type()) {
            case EventType.EV_SEPARATOR,
                    EventType.EV_ACTION,
                    EventType.EV_EFI_ACTION,
                    EventType.EV_S_CRTM_VERSION,
                    EventType.EV_EFI_GPT_EVENT,
                    EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
                    EventType.EV_EFI_VARIABLE_AUTHORITY,
                    EventType.EV_EFI_VARIABLE_BOOT -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static boolean all(Event event, Bytes payload) {
        for (HashAlgorithm bank : event.digests().keySet()) {
            if (!event.digests().get(bank).equals(Digest.of(bank, payload))) {
                return false;
            }
        }
        return true;
    }

    /** GRUB measures the text without its label and without the zero at its end. */
    private static Optional<Bytes> grub(Event event) {
        if (event.type() != EventType.EV_IPL) {
            return Optional.empty();
        }
        for (String label : GRUB_LABELS) {
            Bytes prefix = Bytes.utf8(label);
            if (event.payload().startsWith(prefix)) {
                int end = event.payload().size();
                while (end > prefix.size() && event.payload().at(end - 1) == 0) {
                    end--;
                }
                return Optional.of(event.payload().slice(prefix.size(), end));
            }
        }
        return Optional.empty();
    }

    /** EDK2 hashes the data of a boot variable, and logs its name beside it. */
    private static Optional<Bytes> bootVariable(Event event) {
        if (event.type() != EventType.EV_EFI_VARIABLE_BOOT) {
            return Optional.empty();
        }
        try {
            return Optional.of(VariableData.parse(event.payload()).data());
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }

    private static String describe(Event event) {
        try {
            return switch (event.type()) {
                case EventType.EV_SEPARATOR -> "separator " + event.payload().hex();
                case EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
                        EventType.EV_EFI_VARIABLE_BOOT,
                        EventType.EV_EFI_VARIABLE_BOOT2 -> variable(VariableData.read(new ByteReader(event.payload())));
                case EventType.EV_EFI_VARIABLE_AUTHORITY ->
                    authority(VariableData.read(new ByteReader(event.payload())));
                case EventType.EV_EFI_BOOT_SERVICES_APPLICATION,
                        EventType.EV_EFI_BOOT_SERVICES_DRIVER,
                        EventType.EV_EFI_RUNTIME_SERVICES_DRIVER -> image(event.payload());
                case EventType.EV_EFI_GPT_EVENT ->
                    "partition table, "
                            + GptEvent.parse(event.payload()).entries().size() + " partitions";
                default -> text(event.payload());
            };
        } catch (MalformedException malformed) {
            return text(event.payload());
        }
    }

    private static String variable(VariableData variable) throws MalformedException {
        Bytes data = variable.data();
        String value = switch (variable.name()) {
            case "PK", "KEK", "db", "dbx", "dbt", "dbr" -> lists(SignatureList.parseAll(data));
            default -> {
                if (variable.name().matches("Boot[0-9A-F]{4}")) {
                    LoadOption option = LoadOption.parse(data);
                    yield option.description() + " " + DevicePath.text(option.filePathList());
                }
                yield data.size() <= 16 ? data.hex() : data.size() + " bytes";
            }
        };
        return "variable " + variable.name() + " = " + value;
    }

    /** The entry that vouched, owner first; SbatLevel is text. */
    private static String authority(VariableData variable) {
        Bytes data = variable.data();
        String value = variable.name().equals("SbatLevel")
                ? data.utf8().strip().replace('\n', ' ')
                : data.size() > OWNER ? subject(data.slice(OWNER, data.size())) : data.hex();
        return "authority " + variable.name() + ": " + value;
    }

    private static String lists(List<SignatureList> lists) {
        List<String> entries = new ArrayList<>();
        long hashes = 0;
        for (SignatureList list : lists) {
            for (SignatureEntry entry : list.entries()) {
                if (list.type().equals(SignatureList.X509)) {
                    entries.add(subject(entry.data()));
                } else {
                    hashes++;
                }
            }
        }
        if (hashes > 0) {
            entries.add(hashes + " hashes");
        }
        return entries.isEmpty() ? "empty" : String.join("; ", entries);
    }

    private static String subject(Bytes der) {
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
            return certificate.getSubjectX500Principal().getName(X500Principal.RFC1779, EMAIL);
        } catch (CertificateException unreadable) {
            return "a certificate that cannot be read";
        }
    }

    /** UEFI_IMAGE_LOAD_EVENT: location, length, link-time address, length of the path, path. */
    private static String image(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        in.bytes("location, length and address", 24);
        long length = in.u64le("device path length");
        if (length > in.remaining()) {
            throw in.malformed("device path length", "more than is left");
        }
        return "image " + DevicePath.text(in.bytes("device path", length));
    }

    /** The payload if it is text of 8 or 16 bits a character, else its length. */
    private static String text(Bytes payload) {
        int end = payload.size();
        while (end > 0 && payload.at(end - 1) == 0) {
            end--;
        }
        String eight = new String(payload.slice(0, end).toByteArray(), StandardCharsets.UTF_8);
        if (!eight.isEmpty() && eight.chars().allMatch(c -> c >= ' ' && c != 0xFFFD || c == '\t' || c == '\n')) {
            return eight;
        }
        if (payload.size() % 2 == 0 && payload.size() > 0) {
            String sixteen = new String(payload.toByteArray(), StandardCharsets.UTF_16LE).replaceAll("\0+$", "");
            if (!sixteen.isEmpty() && sixteen.chars().allMatch(c -> c >= ' ' && c < 0x250)) {
                return sixteen;
            }
        }
        return payload.size() <= 16 ? payload.hex() : payload.size() + " bytes";
    }
}
