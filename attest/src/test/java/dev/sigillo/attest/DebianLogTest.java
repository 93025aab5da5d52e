package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A boot that is known event by event: QEMU, OVMF, swtpm, a DVD attempt, then shim 16.1, GRUB 2.06 and Debian 12's kernel. */
class DebianLogTest {

    /** PCR, trust, and how the line begins. */
    private static final List<String> EVENTS = """
            0 bound firmware version (empty)
            0 claimed firmware at 0x820000, 917504 bytes
            0 claimed firmware at 0x900000, 12582912 bytes
            7 bound variable SecureBoot = 01 (on)
            7 bound variable PK = E=debian-devel@lists.debian.org,CN=Debian UEFI Secure Boot (PK/KEK key)
            7 bound variable KEK = E=debian-devel@lists.debian.org,CN=Debian UEFI Secure Boot (PK/KEK key)
            7 bound variable db = CN=Microsoft Windows Production PCA 2011
            7 bound variable dbx = 1 hash
            7 bound separator 00000000
            1 bound variable BootOrder = 0000,0001,0002,0003
            1 bound variable Boot0000 = UiApp Fv(
            1 bound variable Boot0001 = UEFI QEMU DVD-ROM QM00005  PciRoot(0x0)/Pci(0x1f,0x2)/Sata(0x2,0xffff,0x0)
            1 bound variable Boot0002 = UEFI Misc Device PciRoot(0x0)/Pci(0x2,0x0)
            1 bound variable Boot0003 = EFI Internal Shell Fv(
            4 bound Calling EFI Application from Boot Option
            0 bound separator 00000000
            1 bound separator 00000000
            2 bound separator 00000000
            3 bound separator 00000000
            4 bound separator 00000000
            5 bound separator 00000000
            6 bound separator 00000000
            4 bound Returning from EFI Application from Boot Option
            4 bound Calling EFI Application from Boot Option
            7 bound authority db: CN=Microsoft Corporation UEFI CA 2011
            5 bound partition table of disk 5243daac-0bd5-4cd0-8c0e-e4b2e8a00dbe, 2 partitions: EFI System; Linux root
            4 claimed image PciRoot(0x0)/Pci(0x2,0x0)/HD(1,GPT,b86b95dc-05c1-4a76-bf65-84a25c80c908,0x800,0x20000)/
            14 claimed MokList
            14 claimed MokListX
            7 bound authority SbatLevel: sbat,1,2025021800 shim,4 grub,5
            14 claimed MokListTrusted
            7 bound authority MokListRT: CN=Debian Secure Boot CA
            4 claimed image \\EFI\\BOOT\\grubx64.efi, 4183488 bytes
            8 bound grub_cmd: [ -z (hd0,gpt1)/EFI/debian -o ! -e (hd0,gpt1)/EFI/debian ]
            8 bound grub_cmd: [ -e (hd0,gpt1)/EFI/debian/x86_64-efi/grub.cfg ]
            8 bound grub_cmd: [ -e (hd0,gpt1)/EFI/debian/grub.cfg ]
            8 bound grub_cmd: source (hd0,gpt1)/EFI/debian/grub.cfg
            9 claimed (hd0,gpt1)/EFI/debian/grub.cfg
            8 bound grub_cmd: set timeout=0
            8 bound grub_cmd: linux /vmlinuz root=/dev/vda2 ro console=ttyS0 quiet
            9 claimed /vmlinuz
            4 claimed image without a path, 14149568 bytes
            4 claimed image without a path, 14149568 bytes
            8 bound kernel_cmdline: /vmlinuz root=/dev/vda2 ro console=ttyS0 quiet
            8 bound grub_cmd: initrd /initrd.img
            9 claimed /initrd.img
            8 bound grub_cmd: boot
            5 bound Exit Boot Services Invocation
            5 bound Exit Boot Services Returned with Success
            """.lines().toList();

    @Test
    @DisplayName("Debian 12 on OVMF: all 49 events read as what the machine did")
    void events() throws Exception {
        Path file = Vectors.folder().resolve("eventlogs/own--debian12-ovmf-swtpm.bin");
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        List<Event> events = EventLog.parse(Bytes.of(Files.readAllBytes(file))).events();
        assertThat(events).hasSize(EVENTS.size());
        for (Event event : events) {
            String trust = Binding.of(event).trust().name().toLowerCase(Locale.ROOT);
            assertThat(event.pcr() + " " + trust + " " + EventText.of(event))
                    .as("event %d", event.index())
                    .startsWith(EVENTS.get(event.index()));
        }
    }
}
