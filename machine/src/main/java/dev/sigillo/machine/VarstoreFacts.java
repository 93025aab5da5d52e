package dev.sigillo.machine;

import java.util.List;

/**
 * What a machine's variable store says, read on the host.
 *
 * @param secureBootOn the next boot enforces Secure Boot: a PK is enrolled and SecureBootEnable is not off
 * @param differences a short sentence for each difference from the template that the machine was given, but for what the
 *     firmware (OVMF) and shim write themselves at every boot; safe to print
 */
public record VarstoreFacts(boolean secureBootOn, List<String> differences) {
    public VarstoreFacts {
        differences = List.copyOf(differences);
    }
}
