package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Another config drive than the machine was given: PCR 15, which no log tells of. */
final class ConfigDriveAttacks {

    /** SHA-256(zeros ‖ SHA-256(the drive's text)), worked out apart from the code under test. */
    private static final String EXPECTED = "PCR 15 = "
            + HashAlgorithm.SHA256.hash(Bytes.zeros(32), Forger.DRIVE.value()).hex() + ", extended once with sha256:"
            + Forger.DRIVE.hex();

    private ConfigDriveAttacks() {}

    static Stream<Attack> drives() {
        return Stream.of(
                drive("A drive that names another enrolment address", "PCR 15 = ", f -> f.agent.set(0, Attack.EVIL)),
                drive("A drive that was used unmeasured", "never extended", f -> f.agent.clear()),
                drive("Another drive measured before the right one", "PCR 15 = ", f -> f.agent.addFirst(Attack.EVIL)),
                drive("Another drive measured after the right one", "PCR 15 = ", f -> f.agent.add(Attack.EVIL)),
                drive("The right drive measured twice", "PCR 15 = ", f -> f.agent.add(Forger.DRIVE)),
                drive(
                        "The digest itself in the register",
                        "PCR 15 = " + Forger.DRIVE.hex(),
                        f -> f.really.put(15, Forger.DRIVE)),
                attack(
                        "An agent that measures where nothing is expected",
                        Check.CONFIG_DRIVE,
                        "config drive",
                        "PCR 15 = " + "00".repeat(32) + ", never extended",
                        "PCR 15 = ",
                        f -> f.manifest = withoutExtension(f.manifest)),
                attack(
                        "The right value, extended by something that firmware logged",
                        Check.CONFIG_DRIVE,
                        "config drive",
                        "no event of PCR 15 in the event log",
                        Forger.DRIVE.hex() + " (claimed: EV_IPL config)",
                        f -> {
                            f.agent.clear();
                            Digest drive = Forger.DRIVE;
                            f.events.add(
                                    20, new Logged(15, EventType.EV_IPL, drive, Bytes.utf8("config"), "config drive"));
                        }),
                drive("A changed drive on a machine", "PCR 15 = ", f -> f.agent.set(0, Attack.EVIL))
                        .withoutSecureBoot());
    }

    private static Attack drive(String name, String was, Consumer<Forger> change) {
        return attack(name, Check.CONFIG_DRIVE, "config drive", EXPECTED, was, change);
    }

    private static ReferenceManifest withoutExtension(ReferenceManifest full) {
        return new ReferenceManifest(
                full.image(), full.secureBoot(), full.vtpm(), full.pcrs(), full.drivers(), full.commandLine());
    }
}
