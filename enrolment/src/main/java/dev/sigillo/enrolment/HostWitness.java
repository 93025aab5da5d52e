package dev.sigillo.enrolment;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.HostEvidence;
import dev.sigillo.machine.MachineView;
import java.security.cert.CertificateEncodingException;
import java.util.Optional;

/** What the host itself knows of a machine, against what its pool asks for (rule 37 of the attestation reference). */
final class HostWitness {

    private HostWitness() {}

    /** @param ekCertificate what the node showed, if it has a vTPM */
    static Finding judge(Optional<MachineView> machine, BootMode boot, Optional<Bytes> ekCertificate) {
        if (machine.isEmpty()) {
            return Finding.undecided(Check.HOST_WITNESS, "the machine: the engine does not know it");
        }
        HostEvidence host = machine.get().host();
        if (ekCertificate.isPresent() && !made(machine.get()).equals(ekCertificate)) {
            return new Finding.Broken(
                    Check.HOST_WITNESS,
                    "EK certificate",
                    "the certificate made with this machine",
                    "another one",
                    "the machine's record on the host");
        }
        if (!boot.secureBoot()) {
            return Finding.held(Check.HOST_WITNESS);
        }
        if (!host.securePflash()) {
            return Finding.broken(
                    Check.HOST_WITNESS,
                    "flash that only firmware in SMM writes",
                    "unprotected flash",
                    "QEMU's options");
        }
        if (host.secureBootVariable().isEmpty()) {
            return Finding.undecided(Check.HOST_WITNESS, "the SecureBootEnable variable of the machine's varstore");
        }
        return host.secureBootVariable().get()
                ? Finding.held(Check.HOST_WITNESS)
                : new Finding.Broken(
                        Check.HOST_WITNESS, "Secure Boot variable", "on", "off", "the machine's varstore on the host");
    }

    private static Optional<Bytes> made(MachineView machine) {
        return machine.ekCertificate().map(certificate -> {
            try {
                return Bytes.of(certificate.getEncoded());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was read cannot be written", e);
            }
        });
    }
}
