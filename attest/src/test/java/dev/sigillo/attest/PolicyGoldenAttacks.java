package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.List;
import java.util.stream.Stream;

/** Golden values: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicyGoldenAttacks {

    private static final String CALLING = "Calling EFI Application from Boot Option";
    private static final Digest ZERO = Digest.zero(HashAlgorithm.SHA256);

    private PolicyGoldenAttacks() {}

    static Stream<PolicyAttack> golden() {
        return Stream.of(
                broken(
                        "another value",
                        Check.FIRMWARE,
                        "firmware: expected " + ZERO.hex() + " or " + Attack.EVIL.hex() + ", was & (quoted PCR 0; ",
                        m -> m.golden.put(0, new GoldenPcr.Values(List.of(ZERO, Attack.EVIL)))),
                held(
                        "one of several values",
                        m -> m.golden.put(
                                0,
                                new GoldenPcr.Values(
                                        List.of(ZERO, m.forger.registers().get(0))))),
                broken(
                        "another event",
                        Check.BOOT_FILES,
                        "initrd: expected initrd & , was & PCR 9",
                        m -> m.forger.change(Components.INITRD)),
                broken(
                        "one event more",
                        Check.BOOT_FILES,
                        "unexpected files read by GRUB event: expected no such event, was & PCR 9",
                        m -> m.forger.events.add(HonestBoot.file("/x", "x", "x"))),
                broken(
                        "one event more in the midst",
                        Check.BOOT_FILES,
                        "unexpected files read by GRUB event: expected no such event",
                        m -> m.add("kernel /vmlinuz", HonestBoot.file("/x", "x", "x"))),
                broken(
                        "one event less",
                        Check.BOOT_FILES,
                        "kernel load options: expected kernel load options & , was no such event (PCR 9; ",
                        m -> m.remove(Components.LOAD_OPTIONS)),
                broken(
                        "all events less",
                        Check.BOOT_FILES,
                        "GRUB configuration: expected GRUB configuration & , was no such event (PCR 9; ",
                        m -> m.forger.events.removeIf(event -> event.pcr() == 9)),
                broken("two events exchanged", Check.BOOT_FILES, "kernel /vmlinuz: expected kernel /vmlinuz", m -> {
                    int kernel = m.forger.events.indexOf(HonestBoot.file("/vmlinuz", "kernel file", "kernel /vmlinuz"));
                    Logged file = m.forger.events.remove(kernel);
                    m.forger.events.add(
                            m.forger.events.indexOf(HonestBoot.file("/initrd.img", "initrd", Components.INITRD)) + 1,
                            file);
                }),
                broken(
                        "an event that the policy does not list",
                        Check.PLATFORM_CONFIGURATION,
                        "unexpected firmware configuration event: expected only events that the policy lists, was & PCR 1",
                        m -> m.add(CALLING, HonestBoot.action(1, "x"))),
                broken(
                        "a needed event that is not there",
                        Check.PLATFORM_CONFIGURATION,
                        "variable BootOrder: expected variable BootOrder, was no such event (PCR 1; ",
                        m -> m.remove("variable BootOrder")),
                held("a possible event that is not there", m -> m.remove("variable Boot0000")),
                held(
                        "possible and needed events twice",
                        m -> m.add(CALLING, m.forger.events.get(m.forger.find("variable Boot0000")))),
                undecided(
                        "golden events of a register that the policy leaves unexplained",
                        Check.BOOT_FILES,
                        "a log that replays PCR 9",
                        m -> {
                            m.unexplained.add(9);
                            m.forger.really.put(9, ZERO);
                        }));
    }
}
