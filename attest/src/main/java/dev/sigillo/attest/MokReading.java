package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PCR 14 (rule 31): what shim measured of its variables, told by the digests that their usual contents have. */
final class MokReading {

    private static final int PCR = 14;

    private static final int LONGEST_NAME = 64;
    private static final String TRUSTED = "MokListTrusted";

    private record Content(String text, boolean empty) {
        /**
         * 01 is what MokListTrusted holds as a rule; in MokSBState it would switch shim's checks off. Names are not
         * measured, so only one event may be MokListTrusted.
         */
        boolean isOne() {
            return text.equals("01");
        }
    }

    private MokReading() {}

    static List<MokEntry> read(LogView log, SecureBootReading keys, Map<String, String> reasons) {
        Optional<String> missing = log.missing(PCR);
        if (missing.isPresent()) {
            reasons.put("mok", missing.get());
            return List.of();
        }
        Map<Digest, Content> known = known(log.bank(), keys.authorities());
        List<MokEntry> entries = new ArrayList<>();
        boolean trusted = false;
        for (Event event : log.events(PCR)) {
            String name = name(event);
            if (log.isShared() && (event.type() != EventType.EV_IPL || !name.startsWith("Mok"))) {
                continue;
            }
            Optional<Content> content = Optional.ofNullable(known.get(log.digest(event)));
            boolean one = content.filter(Content::isOne).isPresent();
            boolean said = content.isPresent() && (!one || name.equals(TRUSTED) && !trusted);
            trusted |= one;
            entries.add(new MokEntry(
                    event.index(),
                    Printable.name(name),
                    log.digest(event),
                    content.map(Content::text),
                    content.filter(_ -> said).map(Content::empty)));
        }
        return List.copyOf(entries);
    }

    /** shim writes the variable's name; what others write there is told by the event's type. */
    private static String name(Event event) {
        int end = event.payload().size();
        if (end > 0 && end <= LONGEST_NAME && event.payload().at(end - 1) == 0) {
            String name = event.payload().slice(0, end - 1).utf8();
            if (name.chars().allMatch(c -> c > ' ' && c <= '~')) {
                return name;
            }
        }
        return event.typeName();
    }

    /** With what shim's own file says of the usual contents: its vendor certificate, and what it revokes by itself. */
    static List<MokEntry> with(List<MokEntry> entries, HashAlgorithm bank, ShimFile shim) {
        Map<Digest, Content> known = new LinkedHashMap<>();
        Bytes vendor = shim.vendorCertificate();
        Bytes list = Certificates.read(vendor).isPresent()
                ? SignatureList.certificate(Guid.SHIM_LOCK, vendor).encode()
                : vendor;
        if (!vendor.isEmpty()) {
            known.put(Digest.of(bank, list), new Content("shim's vendor certificate alone", true));
        }
        if (!shim.vendorRevocations().isEmpty()) {
            known.put(
                    Digest.of(bank, shim.vendorRevocations()), new Content("what shim revokes by itself alone", true));
        }
        List<MokEntry> told = new ArrayList<>();
        for (MokEntry entry : entries) {
            Content content = known.get(entry.digest());
            told.add(
                    content == null || entry.content().isPresent()
                            ? entry
                            : new MokEntry(
                                    entry.event(),
                                    entry.name(),
                                    entry.digest(),
                                    Optional.of(content.text()),
                                    Optional.of(content.empty())));
        }
        return List.copyOf(told);
    }

    private static Map<Digest, Content> known(HashAlgorithm bank, List<Authority> authorities) {
        Map<Digest, Content> known = new LinkedHashMap<>();
        known.put(Digest.of(bank), new Content("empty", true));
        known.put(Digest.of(bank, Bytes.of((byte) 0)), new Content("00", true));
        known.put(Digest.of(bank, Bytes.of((byte) 1)), new Content("01", true));
        Bytes noHash =
                SignatureList.hashes(Guid.SHIM_LOCK, List.of(Bytes.zeros(32))).encode();
        known.put(Digest.of(bank, noHash), new Content("one hash of zeros: no entry of its own", true));
        for (Authority authority : authorities) {
            authority.entry().filter(KeyEntry::isCertificate).ifPresent(entry -> {
                Bytes alone =
                        SignatureList.certificate(Guid.SHIM_LOCK, entry.data()).encode();
                known.put(
                        Digest.of(bank, alone), new Content("shim's vendor certificate alone: " + entry.text(), true));
            });
        }
        return known;
    }
}
