package dev.sigillo.attest;

import java.util.List;
import java.util.Optional;

/**
 * What checks judge beside what {@link BootFacts} shows: everything that registers hold, whatever the order of a log
 * between registers and the labels in it claim, since neither is measured.
 *
 * @param outside images of PCR 4 before "Calling EFI Application from Boot Option" or, by the log, after
 *     ExitBootServices; attempt 0. {@link BootImage#candidates} are all authorities of PCR 7
 * @param commands every text of PCR 8 that its digest binds and that is not the command line of a command before it
 * @param commandLines each that a kernel may have been handed, once; empty if one may be hidden, or none was measured
 */
public record WholeBoot(List<BootImage> outside, List<String> commands, Optional<List<String>> commandLines) {

    static final WholeBoot UNKNOWN = new WholeBoot(List.of(), List.of(), Optional.empty());

    public WholeBoot {
        outside = List.copyOf(outside);
        commands = List.copyOf(commands);
        commandLines = commandLines.map(List::copyOf);
    }
}
