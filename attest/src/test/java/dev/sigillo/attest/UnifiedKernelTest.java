package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A machine that boots a unified kernel image")
class UnifiedKernelTest {

    private static final String LINE = "console=ttyS0 quiet";
    private static final List<String> PHASES = List.of("enter-initrd", "leave-initrd", "sysinit", "ready");

    private static Logged stub(int pcr, String text, String component) {
        return Logged.of(pcr, EventType.EV_IPL, Bytes.utf8(text), Bytes.utf8("text"), component);
    }

    private static Bytes utf16(String text) {
        return Bytes.of((text + "\0").getBytes(StandardCharsets.UTF_16LE));
    }

    /** The firmware of every forged machine, then the stub in the place of shim, GRUB and kernel. */
    private static Forger forger() {
        Forger forger = new Forger(true);
        int shim = forger.find(Components.SHIM);
        int exit = forger.find("Exit Boot Services Invocation");
        List<Logged> ends = new ArrayList<>(forger.events.subList(exit, exit + 2));
        forger.events.subList(shim, forger.events.size()).clear();
        forger.events.add(HonestBoot.image("uki", "UKI"));
        forger.events.add(stub(11, ".linux\0", "UKI section .linux"));
        forger.events.add(stub(11, "kernel", "kernel (.linux)"));
        forger.events.add(stub(11, ".initrd\0", "UKI section .initrd"));
        forger.events.add(stub(11, "initrd", Components.INITRD));
        forger.events.add(
                Logged.of(9, EventType.EV_EVENT_TAG, utf16(LINE), Bytes.utf8("options"), Components.LOAD_OPTIONS));
        forger.events.add(
                Logged.of(9, EventType.EV_EVENT_TAG, Bytes.utf8("initrd"), Bytes.utf8("initrd"), Components.INITRD));
        forger.events.addAll(ends);
        forger.manifest = manifest(forger.events, List.of());
        return forger;
    }

    private static ReferenceManifest manifest(List<Logged> events, List<String> phases) {
        List<PcrReference> pcrs = new ArrayList<>();
        for (int pcr : List.of(0, 1, 2, 3, 4, 5, 6, 7, 9, 11)) {
            List<ExpectedEvent> expected = new ArrayList<>(events.stream()
                    .filter(event -> event.pcr() == pcr)
                    .map(Logged::expected)
                    .toList());
            for (String phase : pcr == 11 ? phases : List.<String>of()) {
                expected.add(new ExpectedEvent("EV_IPL", sha256(phase), "systemd phase " + phase, Origin.RULE));
            }
            pcrs.add(new PcrReference(pcr, expected));
        }
        return new ReferenceManifest("uki", true, true, pcrs, ImaForge.DRIVERS, LINE)
                .withExtension(15, Components.CONFIG_DRIVE, Forger.DRIVE);
    }

    private static Digest sha256(String text) {
        return Digest.of(HashAlgorithm.SHA256, Bytes.utf8(text));
    }

    @Test
    @DisplayName("passes by PCR 9 and 11, and PCR 8, 12, 13 and 14 that nothing touches")
    void honest() {
        assertThat(forger().verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("passes in the phase of its boot that the manifest is of, though no log tells of phases")
    void phases() {
        Forger forger = forger();
        forger.manifest = manifest(forger.events, PHASES);
        Digest register = Objects.requireNonNull(forger.registers().get(11));
        for (String phase : PHASES) {
            register = register.extend(sha256(phase));
        }
        forger.really.put(11, register);

        assertThat(forger.verdict().failures()).isEmpty();
        forger.really.put(11, register.extend(sha256("shutdown")));
        assertThat(forger.verdict().failures()).extracting(Finding::check).contains(Check.PCR_11);
    }

    @Test
    @DisplayName("with another initrd in the image is told so")
    void initrd() {
        Forger forger = forger();
        forger.change(Components.INITRD);

        assertThat(forger.verdict().failures())
                .extracting(Finding::check, Finding::component)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(Check.BOOT_FILES, Components.INITRD),
                        org.assertj.core.groups.Tuple.tuple(Check.PCR_11, Components.INITRD));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 12, 13, 14})
    @DisplayName("and something that extends another register is told so, whether its log tells of it or not")
    void touched(int pcr) {
        Forger logged = forger();
        logged.events.add(logged.find("Exit Boot Services Invocation"), stub(pcr, "addon", "addon"));
        Forger silent = forger();
        silent.really.put(pcr, Attack.EVIL);

        assertThat(logged.verdict().failures())
                .anyMatch(finding -> finding.check().id().equals("pcr." + pcr));
        assertThat(silent.verdict().failures())
                .anyMatch(finding -> finding.check().id().equals("pcr." + pcr));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 7, 9})
    @DisplayName("is let through by no manifest that is silent about a register")
    void silent(int pcr) {
        Forger forger = forger();
        ReferenceManifest full = forger.manifest;
        forger.manifest = new ReferenceManifest(
                "uki",
                true,
                true,
                full.pcrs().stream().filter(one -> one.pcr() != pcr).toList(),
                full.drivers(),
                LINE,
                full.extensions());

        assertThat(forger.verdict().failures()).extracting(Finding::check).contains(Check.MANIFEST);
    }

    @Test
    @DisplayName("is let through by no manifest of another command line, or with a use for PCR 10 or 15")
    void otherManifest() {
        Forger forger = forger();
        ReferenceManifest full = forger.manifest;
        forger.manifest = new ReferenceManifest(
                "uki", true, true, full.pcrs(), full.drivers(), LINE + " init=/bin/sh", full.extensions());
        assertThat(forger.verdict().failures()).extracting(Finding::check).containsExactly(Check.MANIFEST);
        for (int pcr : List.of(10, 15)) {
            List<PcrReference> more = new ArrayList<>(full.pcrs());
            more.add(new PcrReference(pcr, full.pcr(9).orElseThrow().events()));
            forger.manifest = new ReferenceManifest("uki", true, true, more, full.drivers(), LINE, full.extensions());
            assertThat(forger.verdict().failures()).extracting(Finding::check).contains(Check.MANIFEST);
        }
    }
}
