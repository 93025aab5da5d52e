package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.VerifiedLog;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VariableData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rules 27 to 29, from the log alone: the SecureBoot variable has the value the pool asks for, PCR 7 is a closed list,
 * and each authority is an entry of the measured db or known to the manifest. Only payloads that their digests bind count.
 */
final class SecureBootJudge {

    private static final String SECURE_BOOT = "SecureBoot";
    private static final Bytes ON = Bytes.of((byte) 1);

    /** An event of PCR 7 with its variable, worked out once: db and dbx are long, and each look costs their hash. */
    private record Measured(Event event, Digest digest, Optional<VariableData> variable) {

        static Measured of(Event event) {
            return new Measured(event, Claims.digest(event), Claims.variable(event));
        }
    }

    private SecureBootJudge() {}

    static void judge(VerifiedLog log, ReferenceManifest manifest, Findings findings) {
        if (!log.replayed().contains(7)) {
            findings.add(Finding.undecided(Check.SECURE_BOOT, "a log that replays PCR 7"));
            findings.add(Finding.undecided(Check.SECURE_BOOT_KEYS, "a log that replays PCR 7"));
            return;
        }
        List<Measured> events = log.events(7).stream().map(Measured::of).toList();
        int separator = 0;
        while (separator < events.size()
                && !SeparatorJudge.GOOD.contains(events.get(separator).digest())) {
            separator++;
        }
        List<Measured> before = events.subList(0, separator);
        List<Measured> after = events.subList(Math.min(separator + 1, events.size()), events.size());
        findings.add(state(events, before, manifest.secureBoot()));
        findings.add(keys(before, after, manifest));
    }

    private static Finding state(List<Measured> events, List<Measured> before, boolean on) {
        String expected = "one measured SecureBoot variable of value " + (on ? "01 (on)" : "00 (off)");
        List<Measured> named = events.stream()
                .filter(event -> event.variable()
                        .filter(variable -> variable.vendor().equals(Guid.GLOBAL_VARIABLE)
                                && variable.name().equals(SECURE_BOOT))
                        .isPresent())
                .toList();
        if (named.size() != 1) {
            String was = named.isEmpty() ? "none that its digest bears out" : named.size() + " of them";
            return Finding.broken(
                    Check.SECURE_BOOT,
                    expected,
                    was,
                    named.isEmpty() ? "PCR 7" : Claims.where(named.getLast().event()));
        }
        Measured only = named.getFirst();
        Event event = only.event();
        Bytes value = only.variable().orElseThrow().data();
        if (event.type() != EventType.EV_EFI_VARIABLE_DRIVER_CONFIG || !before.contains(only)) {
            return Finding.broken(
                    Check.SECURE_BOOT,
                    "EV_EFI_VARIABLE_DRIVER_CONFIG before the separator",
                    event.typeName() + (before.contains(only) ? "" : " after the separator"),
                    Claims.where(event));
        }
        boolean right = on ? value.equals(ON) : value.equals(Bytes.of((byte) 0));
        return right
                ? Finding.held(Check.SECURE_BOOT)
                : Finding.broken(Check.SECURE_BOOT, expected, value(value), Claims.where(event));
    }

    private static String value(Bytes value) {
        if (value.isEmpty()) {
            return "a variable of size 0 (not on)";
        }
        return value + (value.equals(ON) ? " (on)" : value.equals(Bytes.of((byte) 0)) ? " (off)" : "");
    }

    private static Finding keys(List<Measured> before, List<Measured> after, ReferenceManifest manifest) {
        Set<Digest> known = new HashSet<>();
        manifest.pcr(7).ifPresent(pcr -> pcr.events().forEach(event -> known.add(event.digest())));
        Map<String, Bytes> variables = new LinkedHashMap<>();
        for (Measured event : before) {
            Optional<VariableData> variable = event.variable();
            boolean configuration =
                    event.event().type() == EventType.EV_EFI_VARIABLE_DRIVER_CONFIG && variable.isPresent();
            if (!configuration && !known.contains(event.digest())) {
                return broken("only configuration variables before the separator", event);
            }
            if (configuration
                    && variables.put(variable.get().name(), variable.get().data()) != null) {
                return broken("each variable once", event);
            }
            if (configuration && !isKey(variable.get()) && !known.contains(event.digest())) {
                return broken("SecureBoot, PK, KEK, db and dbx only", event);
            }
        }
        for (String name : List.of("PK", "KEK", "db", "dbx")) {
            boolean empty = variables.getOrDefault(name, Bytes.empty()).isEmpty();
            if (!variables.containsKey(name) || (empty && manifest.secureBoot() && !name.equals("dbx"))) {
                return Finding.broken(
                        Check.SECURE_BOOT_KEYS,
                        name + " measured" + (manifest.secureBoot() ? " and not empty" : ""),
                        variables.containsKey(name) ? "an empty variable" : "none that type and digest bear out",
                        "PCR 7");
            }
        }
        return authorities(after, variables.getOrDefault("db", Bytes.empty()), known, manifest.secureBoot());
    }

    private static boolean isKey(VariableData variable) {
        return switch (variable.name()) {
            case SECURE_BOOT, "PK", "KEK" -> variable.vendor().equals(Guid.GLOBAL_VARIABLE);
            case "db", "dbx" -> variable.vendor().equals(Guid.IMAGE_SECURITY_DATABASE);
            default -> false;
        };
    }

    private static Finding authorities(List<Measured> after, Bytes db, Set<Digest> known, boolean secureBoot) {
        List<Bytes> entries = new ArrayList<>();
        try {
            SignatureList.parseAll(db).forEach(list -> list.entries().forEach(entry -> entries.add(entry.encode())));
        } catch (MalformedException malformed) {
            return Finding.broken(Check.SECURE_BOOT_KEYS, "a db of signature lists", malformed.detail(), "db");
        }
        for (Measured event : after) {
            boolean fromDb = event.variable()
                    .filter(variable -> variable.name().equals("db")
                            && variable.vendor().equals(Guid.IMAGE_SECURITY_DATABASE)
                            && entries.contains(variable.data()))
                    .isPresent();
            if (event.event().type() != EventType.EV_EFI_VARIABLE_AUTHORITY
                    || !(fromDb || known.contains(event.digest()))) {
                return broken("only authorities of the measured db or of the manifest after the separator", event);
            }
        }
        return secureBoot && after.isEmpty()
                ? Finding.broken(Check.SECURE_BOOT_KEYS, "at least one authority", "none", "PCR 7")
                : Finding.held(Check.SECURE_BOOT_KEYS);
    }

    private static Finding broken(String expected, Measured event) {
        return Finding.broken(
                Check.SECURE_BOOT_KEYS, expected, Claims.describe(event.event()), Claims.where(event.event()));
    }
}
