package dev.sigillo.attest;

import dev.sigillo.eventlog.Event;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns differences into one finding that names the component at fault. A changed initrd changes nothing else, but a
 * changed command line changes GRUB's command, grub.cfg and the stub's load options with it: the most telling goes first.
 */
final class Blame {

    private static final int OTHERS = 5;

    private Blame() {}

    static Finding finding(Check check, List<Difference> differences, ReferenceManifest manifest) {
        Optional<Difference> commandLine = differences.stream()
                .filter(difference -> difference.names(Components.KERNEL_COMMAND_LINE))
                .findFirst();
        if (commandLine.isPresent()) {
            return commandLine(check, commandLine.get(), differences, manifest);
        }
        Difference first =
                differences.stream().min(Comparator.comparingInt(Blame::weight)).orElseThrow();
        String component = component(check, first);
        String expected = first.expected()
                .map(event ->
                        event.digest().hex() + " (" + event.origin().name().toLowerCase(Locale.ROOT) + ")")
                .orElse("no such event");
        String was = first.was().map(Claims::describe).orElse("no such event");
        return new Finding.Broken(
                check, component, expected, was + others(check, component, differences), where(check, first));
    }

    private static Finding commandLine(
            Check check, Difference difference, List<Difference> differences, ReferenceManifest manifest) {
        Optional<Event> logged = differences.stream()
                .flatMap(other -> other.was().stream())
                .filter(Claims::isKernelCommandLine)
                .findFirst()
                .or(difference::was);
        Optional<String> text = logged.flatMap(Claims::grubText);
        String component = text.map(was -> CommandLine.component(manifest.commandLine(), was))
                .orElse(Components.KERNEL_COMMAND_LINE);
        String where = logged.map(Claims::where).orElse("PCR 8");
        if (text.isPresent() && component.equals(Components.ROOT_FILE_SYSTEM)) {
            return new Finding.Broken(
                    check,
                    component,
                    CommandLine.otherWords(manifest.commandLine(), text.get()),
                    Printable.text(CommandLine.otherWords(text.get(), manifest.commandLine())),
                    where);
        }
        String was =
                text.map(Printable::text).or(() -> logged.map(Claims::describe)).orElse("none");
        return new Finding.Broken(check, component, manifest.commandLine(), was, where);
    }

    /** Lower is more telling; of the same weight the first that ran or was read. */
    private static int weight(Difference difference) {
        String component = difference.expected().map(ExpectedEvent::component).orElse("");
        return switch (component) {
            case Components.SHIM, Components.GRUB -> 0;
            case Components.INITRD -> 1;
            case "" -> 3;
            case Components.GRUB_CONFIGURATION, Components.SEPARATOR -> 4;
            case Components.LOAD_OPTIONS -> 5;
            default -> component.startsWith(Components.KERNEL) ? 0 : 2;
        };
    }

    private static String component(Check check, Difference difference) {
        if (difference.expected().isPresent()) {
            return difference.expected().get().component();
        }
        Optional<String> variable =
                difference.was().flatMap(Claims::variable).map(found -> "variable " + Printable.name(found.name()));
        return variable.orElse("unexpected " + check.component() + " event");
    }

    private static String others(Check check, String component, List<Difference> differences) {
        Set<String> names = new LinkedHashSet<>();
        differences.forEach(difference -> names.add(component(check, difference)));
        names.remove(component);
        if (names.isEmpty()) {
            return "";
        }
        String shown = names.stream().limit(OTHERS).collect(Collectors.joining(", "));
        return "; also changed: " + shown + (names.size() > OTHERS ? " and " + (names.size() - OTHERS) + " more" : "");
    }

    private static String where(Check check, Difference difference) {
        return difference
                .was()
                .map(Claims::where)
                .orElse("PCR " + check.comparedPcr().orElseThrow());
    }
}
