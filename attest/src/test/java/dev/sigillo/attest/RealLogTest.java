package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The log of a real Debian 12 machine with OVMF and swtpm, judged by a manifest learned from it. */
class RealLogTest {

    private static final String COMMAND_LINE = "/vmlinuz root=/dev/vda2 ro console=ttyS0 quiet";

    private static List<Event> real() throws Exception {
        Path file = Vectors.folder().resolve("eventlogs/own--debian12-ovmf-swtpm.bin");
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        return EventLog.parse(Bytes.of(Files.readAllBytes(file))).events();
    }

    private static String component(Event event) {
        if (event.pcr() == 8 && event.payload().utf8().startsWith("kernel_cmdline: ")) {
            return Components.KERNEL_COMMAND_LINE;
        }
        return event.pcr() == 9 ? event.payload().utf8().replace("\0", "") : "event " + event.index();
    }

    private static Forger forger() throws Exception {
        List<Logged> events = real().stream()
                .map(event -> new Logged(
                        event.pcr(),
                        event.type(),
                        event.digest(HashAlgorithm.SHA256).orElseThrow(),
                        event.payload(),
                        component(event)))
                .toList();
        Forger forger = new Forger(true);
        forger.events.clear();
        forger.events.addAll(events);
        return forger;
    }

    private static Verdict judge(Forger forger, ReferenceManifest manifest) {
        return Judge.judge(forger.evidence(), forger.subject(), manifest, Forger.NOW);
    }

    private static ReferenceManifest manifest() throws Exception {
        return Forger.manifest(true, forger().events, COMMAND_LINE, ImaForge.DRIVERS);
    }

    @Test
    @DisplayName("A real log holds every rule, two boot attempts and the kernel twice in PCR 4 included")
    void honest() throws Exception {
        assertThat(judge(forger(), manifest()).failures()).isEmpty();
    }

    @Test
    @DisplayName("A real log with another initrd names the initrd's file")
    void initrd() throws Exception {
        Forger forger = forger();
        forger.change("/initrd.img");

        Finding worst = judge(forger, manifest()).worst().orElseThrow();
        assertThat(worst.check()).isEqualTo(Check.BOOT_FILES);
        assertThat(worst.component()).isEqualTo("/initrd.img");
    }

    @Test
    @DisplayName("A real log with another command line shows both")
    void commandLine() throws Exception {
        Forger forger = forger();
        String evil = COMMAND_LINE.replace("quiet", "init=/bin/sh");
        forger.replace(Components.KERNEL_COMMAND_LINE, HonestBoot.commandLine(evil));

        Finding worst = judge(forger, manifest()).worst().orElseThrow();
        assertThat(worst)
                .isEqualTo(new Finding.Broken(
                        Check.BOOT_COMMANDS, Components.KERNEL_COMMAND_LINE, COMMAND_LINE, evil, "event 43, PCR 8"));
    }

    @Tag("broad")
    @Test
    @DisplayName("Every event of a real log counts: without it, or with another in its place, nothing passes")
    void everyEvent() throws Exception {
        ReferenceManifest manifest = manifest();
        int size = forger().events.size();
        for (int at = 0; at < size; at++) {
            Forger removed = forger();
            Logged event = removed.events.remove(at);
            assertThat(judge(removed, manifest).passing())
                    .as("without %s", event)
                    .isFalse();
            Forger changed = forger();
            changed.events.set(at, event.withDigest(Digest.of(HashAlgorithm.SHA256, Bytes.utf8("evil"))));
            assertThat(judge(changed, manifest).passing())
                    .as("instead of %s", event)
                    .isFalse();
        }
    }
}
