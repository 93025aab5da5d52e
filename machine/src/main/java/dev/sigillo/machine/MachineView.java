package dev.sigillo.machine;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A machine as it is now.
 *
 * @param ekCertificate present once the vTPM is made; empty for good without vTPM
 */
public record MachineView(
        MachineId id,
        NetworkId network,
        MachineState state,
        BootMode boot,
        String address,
        Optional<X509Certificate> ekCertificate,
        HostEvidence host) {}
