package dev.sigillo.attest;

import dev.sigillo.eventlog.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns differences into one finding that names the component at fault. A changed initrd also changes nothing else, but a
 * changed command line changes GRUB's command, grub.cfg and the stub's load options with it: the most telling goes first.
 */
final class Blame {

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
                        event.digest().hex() + " (" + event.origin().name().toLowerCase(java.util.Locale.ROOT) + ")")
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
        String was = text.map(Claims::printable)
                .or(() -> logged.map(Claims::describe))
                .orElse("none");
        return new Finding.Broken(
                check,
                component,
                manifest.commandLine(),
                was,
                logged.map(Claims::where).orElse("PCR 8"));
    }

    /** Lower is more telling. */
    private static int weight(Difference difference) {
        String component = difference.expected().map(ExpectedEvent::component).orElse("");
        if (component.equals(Components.LOAD_OPTIONS)) {
            return 5;
        }
        if (component.startsWith(Components.KERNEL)) {
            return 0;
        }
        if (component.startsWith(Components.INITRD)) {
            return 1;
        }
        if (component.isEmpty()) {
            return 3;
        }
        return component.startsWith(Components.GRUB_CONFIGURATION) || component.startsWith(Components.SEPARATOR)
                ? 4
                : 2;
    }

    private static String component(Check check, Difference difference) {
        if (difference.expected().isPresent()) {
            return difference.expected().get().component();
        }
        Optional<String> variable =
                difference.was().flatMap(Claims::variable).map(found -> "variable " + Claims.printable(found.name()));
        return variable.orElse("unexpected " + check.component() + " event");
    }

    private static String others(Check check, String component, List<Difference> differences) {
        Set<String> names = new LinkedHashSet<>();
        differences.forEach(difference -> names.add(component(check, difference)));
        names.remove(component);
        return names.isEmpty() ? "" : "; also changed: " + String.join(", ", new ArrayList<>(names));
    }

    private static String where(Check check, Difference difference) {
        return difference
                .was()
                .map(Claims::where)
                .orElse("PCR " + check.comparedPcr().orElseThrow());
    }
}
