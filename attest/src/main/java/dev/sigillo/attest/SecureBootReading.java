package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VariableData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * PCR 7 (rules 23, 25, 27 to 29): variables before the separator, authorities after it, what digests bind alone.
 *
 * @param lists entries of PK, KEK, db and dbx, those that are known
 * @param unread an event after the separator that may be an authority and cannot be read
 */
record SecureBootReading(
        Optional<Boolean> secureBoot,
        Map<String, List<KeyEntry>> lists,
        List<Authority> authorities,
        Optional<List<SbatEntry>> sbatLevel,
        Optional<String> unread) {

    private static final int PCR = 7;
    private static final String DEBUG = "UEFI Debug Mode";
    private static final String DMA = "DMA Protection Disabled";

    /** A variable that a digest of PCR 7 binds. */
    private record Measured(Event event, VariableData variable, boolean before) {
        boolean isConfiguration() {
            return event.type() == EventType.EV_EFI_VARIABLE_DRIVER_CONFIG && before;
        }
    }

    List<KeyEntry> entries(String name) {
        return lists.getOrDefault(name, List.of());
    }

    static SecureBootReading read(LogView log, Marks marks, Map<String, String> reasons, List<String> remarks) {
        Optional<String> unusable = log.missing(PCR).or(() -> disorder(log, marks));
        if (unusable.isPresent()) {
            for (String field : List.of("secureBoot", "pk", "kek", "db", "dbx", "authorities", "sbatLevel")) {
                reasons.put(field, unusable.get());
            }
            return new SecureBootReading(Optional.empty(), Map.of(), List.of(), Optional.empty(), unusable);
        }
        List<Measured> variables = new ArrayList<>();
        Optional<String> debug = Optional.empty();
        Optional<String> unread = Optional.empty();
        boolean before = true;
        for (Event event : log.events(PCR)) {
            if (log.isOneOf(event, marks.separators())) {
                before = false;
                continue;
            }
            if (log.is(event, Bytes.utf8(DEBUG)) || log.is(event, Bytes.utf8(DEBUG + "\0"))) {
                debug = Optional.of("event " + event.index() + ": " + DEBUG + ", in which Secure Boot proves nothing");
            }
            if (log.is(event, Bytes.utf8(DMA)) || log.is(event, Bytes.utf8(DMA + "\0"))) {
                remarks.add("event " + event.index() + ": " + DMA);
            }
            Optional<VariableData> variable = variable(event, log);
            boolean authority = event.type() == EventType.EV_EFI_VARIABLE_AUTHORITY;
            if (!before && (authority ? variable.isEmpty() : !log.isShared())) {
                unread = Optional.of("event " + event.index() + " of PCR 7 is no authority that can be read");
            }
            if (variable.isPresent()) {
                variables.add(new Measured(event, variable.get(), before));
            } else if (!isVariable(event) && !log.isShared() && !isAction(event, log)) {
                remarks.add("event " + event.index() + ": " + event.typeName() + " is none of what PCR 7 holds");
            } else if (isVariable(event)) {
                remarks.add("event " + event.index() + ": its digest does not bear out what it says of a variable");
            }
        }
        Map<String, List<KeyEntry>> lists = new HashMap<>();
        for (String name : List.of("PK", "KEK", "db", "dbx")) {
            list(name, variables, reasons).ifPresent(entries -> lists.put(name, entries));
        }
        others(variables, log, remarks);
        List<Authority> authorities = authorities(variables, lists.getOrDefault("db", List.of()));
        Optional<Boolean> on = state(variables, debug, reasons);
        silent(on, authorities, remarks);
        return new SecureBootReading(
                on, lists, authorities, sbatLevel(authorities, reasons), unread.or(() -> unread(authorities)));
    }

    /** One separator divides the register; without it nobody can say which variables firmware measured. */
    private static Optional<String> disorder(LogView log, Marks marks) {
        long good = 0;
        for (Event event : log.events(PCR)) {
            good += log.isOneOf(event, marks.separators()) ? 1 : 0;
            if (log.digest(event).equals(marks.errorSeparator())) {
                return Optional.of("event " + event.index() + ": the firmware's error separator");
            }
        }
        if (good == 0) {
            return Optional.of("no separator in PCR 7: what firmware measured has no end");
        }
        return good > 1 && !log.isShared() ? Optional.of(good + " separators in PCR 7") : Optional.empty();
    }

    /** Text that its digest binds: firmware tells of its state so. */
    private static boolean isAction(Event event, LogView log) {
        return event.type() == EventType.EV_EFI_ACTION
                && Binding.of(event, log.bank()).trust() == Binding.Trust.BOUND;
    }

    private static boolean isVariable(Event event) {
        return event.type() == EventType.EV_EFI_VARIABLE_DRIVER_CONFIG
                || event.type() == EventType.EV_EFI_VARIABLE_AUTHORITY;
    }

    private static Optional<VariableData> variable(Event event, LogView log) {
        Bytes bound = Binding.of(event, log.bank()).bytes();
        ByteReader in = new ByteReader(bound);
        try {
            VariableData variable = VariableData.read(in);
            boolean whole = in.remaining() == 0 || event.type() == EventType.EV_EFI_VARIABLE_AUTHORITY;
            return whole ? Optional.of(variable) : Optional.empty();
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }

    private static boolean named(Measured measured, Guid vendor, String name) {
        return measured.variable().vendor().equals(vendor)
                && measured.variable().name().equals(name);
    }

    /** The one variable of that name in the whole register, if it stands where and as firmware measures it. */
    private static Optional<Bytes> only(
            String field, Guid vendor, String name, List<Measured> variables, Map<String, String> reasons) {
        List<Measured> found = variables.stream()
                .filter(measured -> named(measured, vendor, name))
                // db is an authority's name too, and that is another thing
                .filter(measured -> !isAuthority(measured))
                .toList();
        if (found.isEmpty()) {
            reasons.put(field, "no variable " + name + " that its digest bears out in PCR 7");
            return Optional.empty();
        }
        if (found.size() > 1) {
            reasons.put(
                    field,
                    name + " is measured " + found.size() + " times, last in event "
                            + found.getLast().event().index());
            return Optional.empty();
        }
        if (!found.getFirst().isConfiguration()) {
            reasons.put(
                    field,
                    "event " + found.getFirst().event().index() + ": " + name + " as "
                            + found.getFirst().event().typeName()
                            + (found.getFirst().before() ? "" : ", after the separator"));
            return Optional.empty();
        }
        return Optional.of(found.getFirst().variable().data());
    }

    private static boolean isAuthority(Measured measured) {
        return measured.event().type() == EventType.EV_EFI_VARIABLE_AUTHORITY
                && !measured.variable().vendor().equals(Guid.GLOBAL_VARIABLE);
    }

    private static Optional<Boolean> state(
            List<Measured> variables, Optional<String> debug, Map<String, String> reasons) {
        if (debug.isPresent()) {
            reasons.put("secureBoot", debug.get());
            return Optional.empty();
        }
        Optional<Bytes> value = only("secureBoot", Guid.GLOBAL_VARIABLE, "SecureBoot", variables, reasons);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get().isEmpty()) {
            return Optional.of(false); // rule 27: no value is not on
        }
        if (value.get().size() != 1 || value.get().at(0) > 1) {
            reasons.put("secureBoot", "SecureBoot is " + value.get() + "; one byte, 00 or 01, expected");
            return Optional.empty();
        }
        return Optional.of(value.get().at(0) == 1);
    }

    /** What firmware asks for before it runs anything: without it Secure Boot let nothing in that it could name. */
    private static void silent(Optional<Boolean> on, List<Authority> authorities, List<String> remarks) {
        boolean none = authorities.stream().allMatch(Authority::isSetting);
        if (none && on.orElse(false)) {
            remarks.add("Secure Boot is on, and PCR 7 names nothing that let an image in");
        }
    }

    private static Optional<List<KeyEntry>> list(String name, List<Measured> variables, Map<String, String> reasons) {
        String field = name.toLowerCase(Locale.ROOT);
        Guid vendor = name.startsWith("db") ? Guid.IMAGE_SECURITY_DATABASE : Guid.GLOBAL_VARIABLE;
        Optional<Bytes> value = only(field, vendor, name, variables, reasons);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(KeyEntry.of(SignatureList.parseAll(value.get())));
        } catch (MalformedException malformed) {
            reasons.put(field, "no signature lists: " + malformed.getMessage());
            return Optional.empty();
        }
    }

    private static void others(List<Measured> variables, LogView log, List<String> remarks) {
        for (Measured measured : variables) {
            VariableData variable = measured.variable();
            boolean known = switch (variable.name()) {
                case "SecureBoot", "PK", "KEK" -> variable.vendor().equals(Guid.GLOBAL_VARIABLE);
                case "db", "dbx" -> variable.vendor().equals(Guid.IMAGE_SECURITY_DATABASE);
                default -> false;
            };
            boolean configuration = measured.event().type() == EventType.EV_EFI_VARIABLE_DRIVER_CONFIG;
            if (configuration && !measured.before() && !log.isShared()) {
                remarks.add("event " + measured.event().index() + ": the variable " + Printable.name(variable.name())
                        + " after the separator");
            } else if (!known && configuration && !log.isShared()) {
                remarks.add("event " + measured.event().index() + ": PCR 7 holds the variable "
                        + Printable.name(variable.name()) + " too");
            }
        }
    }

    private static List<Authority> authorities(List<Measured> variables, List<KeyEntry> db) {
        AuthorityReading reading = new AuthorityReading(db);
        List<Authority> authorities = new ArrayList<>();
        for (Measured measured : variables) {
            if (measured.event().type() == EventType.EV_EFI_VARIABLE_AUTHORITY) {
                authorities.add(reading.read(measured.event(), measured.variable(), measured.before()));
            }
        }
        return List.copyOf(authorities);
    }

    private static Optional<String> unread(List<Authority> authorities) {
        return authorities.stream()
                .filter(authority -> authority.entry().isEmpty() && !authority.isSetting())
                .map(authority -> "the authority of event " + authority.event() + " is no certificate and no hash")
                .findFirst();
    }

    private static Optional<List<SbatEntry>> sbatLevel(List<Authority> authorities, Map<String, String> reasons) {
        List<Authority> levels = authorities.stream()
                .filter(authority -> authority.vendor().equals(Guid.SHIM_LOCK)
                        && authority.variable().startsWith("SbatLevel"))
                .toList();
        if (levels.isEmpty()) {
            reasons.put("sbatLevel", "no SbatLevel in PCR 7: no shim measured it, or one before 15.4");
            return Optional.empty();
        }
        if (levels.stream().map(Authority::data).distinct().count() > 1) {
            reasons.put("sbatLevel", "several SbatLevel that differ in PCR 7");
            return Optional.empty();
        }
        try {
            return Optional.of(SbatEntry.parse(levels.getFirst().data()));
        } catch (MalformedException malformed) {
            reasons.put("sbatLevel", "no SBAT level: " + malformed.getMessage());
            return Optional.empty();
        }
    }
}
