package dev.sigillo.enrolment;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.HostEvidence;
import dev.sigillo.machine.MachineState;
import dev.sigillo.machine.MachineView;
import dev.sigillo.machine.VarstoreFacts;
import dev.sigillo.store.MachineRecord;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What the host itself knows of a machine, against what it gave to the machine and what its pool asks for: rule 37 in
 * docs/attestation.md.
 *
 * <p>Guarantees of {@code Held}: the machine runs in the boot mode of its record, on the very firmware it was given; its
 * variables are those of the template but for what firmware and shim write by themselves; with Secure Boot, only firmware
 * in SMM can write them and SecureBoot is on; its vTPM's certificate is the one that was made with it; and before it first
 * passed it was not started more often than the host started it.
 */
final class HostWitness {

    /** The component of a vTPM that was started more often, or less, than the host started it. */
    static final String RESETS = "vTPM resets";

    private HostWitness() {}

    /**
     * What the node said that the host can bear out.
     *
     * @param ekCertificate what it showed as its vTPM's
     * @param resetCount of its quote; empty if it passed before, or the quote does not parse
     */
    record Claimed(Bytes ekCertificate, Optional<Long> resetCount) {}

    /**
     * @param claimed present for a machine with a vTPM
     * @throws EnrolmentRefused 503 if the host cannot tell at this moment: that says nothing about the machine
     */
    static Finding judge(MachineRecord machine, Optional<MachineView> view, Optional<Claimed> claimed)
            throws EnrolmentRefused {
        if (view.isEmpty()
                || view.get().state() != MachineState.RUNNING
                || machine.given().isEmpty()) {
            throw EnrolmentRefused.notReady("the host does not see this machine run at this moment; try again");
        }
        HostEvidence host = view.get().host();
        VarstoreFacts varstore = host.varstore()
                .orElseThrow(
                        () -> EnrolmentRefused.notReady("the machine's variable store is being written; try again"));
        BootMode boot = new BootMode(machine.secureBoot(), machine.vtpm());
        if (!view.get().boot().equals(boot)) {
            return broken("machine", words(boot), words(view.get().boot()), "the machine's record on the host");
        }
        String firmware = machine.given().get().firmwareSha256();
        if (!host.firmwareSha256().equals(firmware)) {
            return broken("firmware", "SHA-256 " + firmware, "SHA-256 " + host.firmwareSha256(), "the firmware's file");
        }
        if (boot.secureBoot() && !host.securePflash()) {
            return broken(
                    "firmware", "flash that only firmware in SMM writes", "unprotected flash", "QEMU's command line");
        }
        if (boot.secureBoot() != varstore.secureBootOn()) {
            return broken(
                    "Secure Boot variable",
                    boot.secureBoot() ? "on" : "off",
                    varstore.secureBootOn() ? "on" : "off",
                    "the machine's varstore on the host");
        }
        if (!varstore.differences().isEmpty()) {
            return broken(
                    "UEFI variables",
                    "those of the template",
                    String.join("; ", varstore.differences()),
                    "the machine's varstore on the host");
        }
        return claimed.isPresent() ? vtpm(view.get(), claimed.get()) : Finding.held(Check.HOST_WITNESS);
    }

    private static Finding vtpm(MachineView view, Claimed claimed) {
        if (!view.ekCertificate().map(HostWitness::der).equals(Optional.of(claimed.ekCertificate()))) {
            return broken(
                    "EK certificate",
                    "the certificate made with this machine",
                    "another one",
                    "the machine's record on the host");
        }
        long most = view.host().firstBootResets() + view.host().starts() - 1;
        long least = view.host().firstBootResets();
        if (claimed.resetCount().filter(count -> count < least).isPresent()) {
            return broken(
                    RESETS,
                    "resetCount at least " + least + ", as at the first boot",
                    "resetCount " + claimed.resetCount().get() + ": the vTPM was cleared or set back",
                    "the vTPM as it was made on the host");
        }
        if (claimed.resetCount().isPresent() && claimed.resetCount().get() > most) {
            return broken(
                    RESETS,
                    "a first proof after the first boot, resetCount at most " + most,
                    "resetCount " + claimed.resetCount().get() + ": something else was booted before",
                    "the number of starts on the host");
        }
        return Finding.held(Check.HOST_WITNESS);
    }

    private static Finding broken(String component, String expected, String was, String where) {
        return new Finding.Broken(Check.HOST_WITNESS, component, expected, was, where);
    }

    private static String words(BootMode boot) {
        return "Secure Boot " + (boot.secureBoot() ? "on" : "off") + ", vTPM " + (boot.vtpm() ? "on" : "off");
    }

    private static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }
}
