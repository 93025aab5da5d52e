package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.testkit.ForAll;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("The console of a machine that did not start")
class ConsoleTextTest {
    private static CheckedFile file(String path, Kind kind, Cause cause) {
        return new CheckedFile(path, kind, cause, cause.shown(), "", "", "", "", "");
    }

    private static final List<CheckedFile> FILES = List.of(
            file("p1:/EFI/BOOT/BOOTX64.EFI", Kind.BOOTLOADER, Cause.SIGNED),
            file("p1:/EFI/BOOT/grubx64.efi", Kind.BOOTLOADER, Cause.REVOKED_BY_SBAT),
            file("p1:/EFI/debian/shimx64.efi", Kind.BOOTLOADER, Cause.UNKNOWN_SIGNER),
            file("p2:/boot/vmlinuz-6.1.0-1", Kind.KERNEL, Cause.UNSIGNED),
            file("p2:/boot/vmlinuz-6.1.0-2", Kind.KERNEL, Cause.UNKNOWN_SIGNER),
            file("p2:/usr/lib/modules/6/kernel/loop.ko.xz", Kind.MODULE, Cause.SIGNED),
            file("p2:/usr/lib/modules/6/updates/nvidia.ko", Kind.MODULE, Cause.UNSIGNED),
            file("p2:/usr/lib/modules/6/updates/wireguard.ko", Kind.MODULE, Cause.UNSIGNED));

    private record Case(String said, String meaning, String path) {}

    @TestFactory
    @DisplayName("each message points at the file that explains it")
    Stream<DynamicTest> messages() {
        return Stream.of(
                        new Case(
                                "BdsDxe: failed to load Boot0001 \"debian\" from HD(1,GPT,5161)/\\EFI\\debian\\shimx64.efi: Access Denied",
                                "the firmware refused",
                                "p1:/EFI/debian/shimx64.efi"),
                        new Case(
                                "BdsDxe: failed to start Boot0002 \"disk\" from PciRoot(0x0): Security Violation",
                                "the firmware refused",
                                "p1:/EFI/BOOT/grubx64.efi"),
                        new Case(
                                "Verification failed: (0x1A) Security Violation",
                                "shim refused",
                                "p1:/EFI/BOOT/grubx64.efi"),
                        new Case(
                                "SBAT self-check failed: Security Policy Violation",
                                "SBAT level",
                                "p1:/EFI/BOOT/grubx64.efi"),
                        new Case(
                                "Loading Linux /boot/vmlinuz-6.1.0-2 ...\r\n\u001b[31merror: bad shim signature.\u001b[0m\r\nerror: you need to load the kernel first.",
                                "GRUB asked shim about the kernel",
                                "p2:/boot/vmlinuz-6.1.0-2"),
                        new Case("error: bad shim signature.", "GRUB asked shim", "p2:/boot/vmlinuz-6.1.0-1"),
                        new Case(
                                "[    3.1] Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7",
                                "the kernel refused a module",
                                "p2:/usr/lib/modules/6/updates/nvidia.ko"),
                        new Case(
                                "insmod: ERROR: could not insert module wireguard.ko: Key was rejected by service",
                                "the kernel refused a module",
                                "p2:/usr/lib/modules/6/updates/wireguard.ko"),
                        new Case(
                                "[ 1.0] Loading of unsigned module is rejected",
                                "refused a module",
                                "p2:/usr/lib/modules/6/updates/nvidia.ko"),
                        new Case(
                                "device-mapper: verity: 254:0: data block 3 is corrupted",
                                "dm-verity refused the root file system",
                                ""))
                .map(each -> dynamicTest(each.said(), () -> {
                    ProbableCause cause = ConsoleText.cause("booting\n" + each.said() + "\nbye", FILES)
                            .orElseThrow();
                    assertThat(cause.sentence()).contains(each.meaning());
                    assertThat(cause.path()).isEqualTo(each.path());
                    assertThat(cause.said()).doesNotContain("\u001b", "\r");
                }));
    }

    @Test
    @DisplayName("a quiet console says nothing; one that fits no file on disk asks whether they belong together")
    void none() {
        assertThat(ConsoleText.cause("Debian GNU/Linux 13 login:", FILES)).isEmpty();
        Optional<ProbableCause> cause = ConsoleText.cause("error: bad shim signature", FILES.subList(0, 1));
        assertThat(cause.orElseThrow().sentence()).contains("of the same boot");
    }

    @Test
    @DisplayName("a denied access that is not the firmware's says nothing about a boot loader")
    void othersDenied() {
        assertThat(ConsoleText.cause("sudo: access denied by policy for alice", FILES))
                .isEmpty();
        assertThat(ConsoleText.cause("Failed to start nginx.service: Access denied", FILES))
                .isEmpty();
    }

    private static final String DENIED = """
            BdsDxe: loading Boot0001 "d" from HD(1)/\\EFI\\%1$s
            BdsDxe: failed to load Boot0001 "d" from HD(1)/\\EFI\\%1$s: Access Denied
            """;

    private static String path(String console) {
        return ConsoleText.cause(console, FILES).map(ProbableCause::path).orElse("none");
    }

    @Test
    @DisplayName("the last boot counts: an earlier one's message only where no later boot has one")
    void lastBoot() {
        String shim = DENIED.formatted("debian\\shimx64.efi");
        String grub = DENIED.formatted("BOOT\\grubx64.efi");
        assertThat(path(shim + grub)).isEqualTo("p1:/EFI/BOOT/grubx64.efi");
        assertThat(path(grub + shim)).isEqualTo("p1:/EFI/debian/shimx64.efi");
        String kernels = """
                Loading Linux /boot/vmlinuz-6.1.0-1
                error: bad shim signature.
                Loading Linux /boot/vmlinuz-6.1.0-2
                error: bad shim signature.
                """;
        String module = """
                [ 0.0] Linux version 6.1
                [ 1.0] nvidia: Loading of unsigned module is rejected
                """;
        assertThat(path("Welcome to GRUB!\n" + kernels + "Welcome to GRUB!\n" + module))
                .isEqualTo("p2:/usr/lib/modules/6/updates/nvidia.ko");
        assertThat(path(shim + "BdsDxe: loading Boot0001 \"d\" from HD(1)\n")).isEqualTo("p1:/EFI/debian/shimx64.efi");
    }

    @Test
    @DisplayName("whatever a guest writes, the time is short")
    void hostile() {
        String long1 = "verity".repeat(300_000);
        String long2 = "\u001b[".repeat(500_000);
        org.junit.jupiter.api.Assertions.assertTimeout(Duration.ofSeconds(20), () -> {
            ConsoleText.cause(long1, FILES);
            ConsoleText.cause(long2, FILES);
        });
        ForAll.seeds(200, random -> {
            byte[] noise = new byte[3000];
            random.nextBytes(noise);
            ConsoleText.cause(new String(noise, java.nio.charset.StandardCharsets.ISO_8859_1), FILES);
        });
    }
}
