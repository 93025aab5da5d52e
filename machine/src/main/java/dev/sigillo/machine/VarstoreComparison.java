package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.machine.FirmwareVariables.Role;
import dev.sigillo.uefi.StoredVariable;
import dev.sigillo.uefi.VarStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A machine's variables against those of the template it was given. What the template has stays as it is, but for what
 * the firmware writes at every boot; what it does not have is there only if firmware or shim make it, with their value.
 * So a key, a hash less in dbx, a MOK, a switch of shim's, and whatever an operating system would read, all show.
 */
final class VarstoreComparison {
    /** Lists of signatures are told by their entries. */
    private static final Set<String> SIGNATURES =
            Set.of("PK", "KEK", "db", "dbx", "dbt", "dbr", "MokList", "MokListX", "MokListTrusted");

    private static final int MOST = 20;
    private static final int SHOWN_BYTES = 8;
    private static final int SHOWN_NAME = 64;

    private final VarStore template;
    private final VarStore now;
    private final boolean secureBoot;

    private VarstoreComparison(VarStore template, VarStore now) {
        this.template = template;
        this.now = now;
        this.secureBoot = now.secureBoot();
    }

    static VarstoreFacts of(VarStore template, VarStore now) {
        List<String> all = new VarstoreComparison(template, now).differences();
        List<String> shown = new ArrayList<>(all.subList(0, Math.min(all.size(), MOST)));
        if (all.size() > MOST) {
            shown.add("and %d more".formatted(all.size() - MOST));
        }
        return new VarstoreFacts(now.secureBoot(), shown);
    }

    private List<String> differences() {
        List<String> found = new ArrayList<>();
        for (StoredVariable given : template.variables()) {
            Optional<StoredVariable> current = now.find(given.vendor(), given.name());
            if (current.isEmpty()) {
                found.add(named(given) + ", which the template has, is gone");
            } else if (FirmwareVariables.role(current.get(), secureBoot) != Role.CHANGING) {
                found.addAll(changes(given, current.get()));
            }
        }
        for (StoredVariable current : now.variables()) {
            if (template.find(current.vendor(), current.name()).isEmpty()) {
                switch (FirmwareVariables.role(current, secureBoot)) {
                    case FOREIGN -> found.add(named(current) + " that neither firmware nor shim writes");
                    case WRONG ->
                        found.add(named(current) + " with a value that neither firmware nor shim writes: "
                                + shown(current.data()));
                    case MADE_ONCE, CHANGING -> {}
                }
            }
        }
        return found;
    }

    private static List<String> changes(StoredVariable given, StoredVariable current) {
        List<String> found = new ArrayList<>();
        if (!current.data().equals(given.data())) {
            if (SIGNATURES.contains(given.name())) {
                found.addAll(SignatureChanges.of(given.name(), given.data(), current.data()));
            } else {
                found.add("%s is %s, the template has %s"
                        .formatted(named(given), shown(current.data()), shown(given.data())));
            }
        }
        if (current.attributes() != given.attributes()) {
            found.add("%s has attributes 0x%x, the template 0x%x"
                    .formatted(named(given), current.attributes(), given.attributes()));
        }
        return found;
    }

    private static String named(StoredVariable variable) {
        String name = ConsoleText.line(variable.name(), SHOWN_NAME);
        return "variable %s (%s)".formatted(name, variable.vendor());
    }

    private static String shown(Bytes data) {
        return data.isEmpty()
                ? "empty"
                : data.size() <= SHOWN_BYTES
                        ? "0x" + data.hex()
                        : "0x%s… (%d bytes)"
                                .formatted(data.slice(0, SHOWN_BYTES).hex(), data.size());
    }
}
