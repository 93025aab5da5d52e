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
            return unknown(unusable.get(), reasons);
        }
        List<Measured> variables = new ArrayList<>();
        Optional<String> debug = Optional.empty();
        Optional<String> unread = Optional.empty();
        Optional<String> hidden = Optional.empty();
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
            if (before && !log.isShared() && variable.isEmpty() && !isText(event, log)) {
                hidden = Optional.of("event " + event.index()
                        + " of PCR 7, before the separator, is no variable and no text that its digest bears out, and"
                        + " may be any variable");
            }
            if (variable.isPresent()) {
                variables.add(new Measured(event, variable.get(), before));
            } else if (!isVariable(event) && !log.isShared() && !isAction(event, log)) {
                remarks.add("event " + event.index() + ": " + event.typeName() + " is none of what PCR 7 holds");
            } else if (isVariable(event)) {
                remarks.add("event " + event.index() + ": its digest does not bear out what it says of a variable");
            }
        }
        if (hidden.isPresent()) {
            return unknown(hidden.get(), reasons);
        }
        Map<String, List<KeyEntry>> lists = new HashMap<>();
        for (String name : List.of("PK", "KEK", "db", "dbx")) {
            list(name, variables, reasons).ifPresent(entries -> lists.put(name, entries));
        }
        others(variables, log, remarks);
        List<Authority> authorities = authorities(variables, lists.getOrDefault("db", List.of()));
        Optional<Boolean> on = state(variables, debug, reasons);
        silent(on, authorities, remarks);
        Optional<List<SbatEntry>> level = sbatLevel(authorities, reasons);
        if (unread.isPresent()) {
            reasons.put("authorities", "incomplete: " + unread.get());
            reasons.put("sbatLevel", unread.get() + ", and may be another SbatLevel");
            level = Optional.empty();
        }
        return new SecureBootReading(on, lists, authorities, level, unread.or(() -> unread(authorities)));
    }

    private static SecureBootReading unknown(String reason, Map<String, String> reasons) {
        for (String field : List.of("secureBoot", "pk", "kek", "db", "dbx", "authorities", "sbatLevel")) {
            reasons.put(field, reason);
        }
        return new SecureBootReading(Optional.empty(), Map.of(), List.of(), Optional.empty(), Optional.of(reason));
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

    /** Bound text, as firmware tells of its state: whatever its type claims, it is no variable. */
    private static boolean isText(Event event, LogView log) {
        Binding binding = Binding.of(event, log.bank());
        if (binding.trust() != Binding.Trust.BOUND || binding.bytes().isEmpty()) {
            return false;
        }
        Bytes text = binding.bytes();
        int end = text.at(text.size() - 1) == 0 ? text.size() - 1 : text.size();
        for (int at = 0; at < end; at++) {
            if (text.at(at) < ' ' || text.at(at) > '~') {
                return false;
            }
        }
        return end > 0;
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
                && !measured.variable().vendor().equals(Guid.GLOBAL_VARIABLE)
                && !(measured.before() && isLists(measured.variable().data()));
    }

    /** A whole database under an authority's type, which is not measured: an authority is one entry. */
    private static boolean isLists(Bytes data) {
        try {
            return SignatureList.parseAll(data).stream()
                    .anyMatch(list -> !list.entries().isEmpty());
        } catch (MalformedException malformed) {
            return false;
        }
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
