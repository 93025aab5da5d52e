package dev.sigillo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.reference.BootPlan.Part;
import dev.sigillo.uefi.VarStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("boots")
@Tag("long")
@DisplayName(
        "What OVMF, shim, GRUB, systemd-boot, systemd-stub and the kernel log is what was computed from their files")
class BootedMachineTest {

    private static final String LINE = "console=ttyS0 quiet no_timer_check lockdown=integrity";
    private static final Path SYSTEMD = Path.of("/usr/lib/systemd/boot/efi");

    @TempDir
    private Path folder;

    @BeforeEach
    void tools() {
        BootedMachine.assumeTools();
    }

    /** Every event of every PCR that files decide: digest and type, in order, and none in the others. */
    private static void compare(ParsedLog log, List<PcrReference> references) {
        for (int pcr : List.of(4, 5, 7, 8, 9, 11, 12, 13, 14)) {
            List<String> logged = log.events().stream()
                    .filter(event -> event.pcr() == pcr && !event.isNoAction())
                    .map(event -> event.typeName() + " "
                            + event.digest(HashAlgorithm.SHA256).orElseThrow().hex())
                    .toList();
            List<String> computed = references.stream()
                    .filter(reference -> reference.pcr() == pcr)
                    .flatMap(reference -> reference.events().stream())
                    .map(event -> event.type() + " " + event.digest().hex())
                    .toList();
            assertThat(computed).as("PCR " + pcr).isEqualTo(logged);
        }
    }

    private static ReferenceStates states(Map<Part, Bytes> files, Map<Part, Bytes> old, BootDisk disk)
            throws Exception {
        return BootStates.of(new BootPlan(
                "booted", files, old, GrubBoot.FOLDER, Optional.empty(), List.of(), Optional.of(disk), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ms-uefi-2011 ms-uefi-2023", "ms-uefi-2023 ms-uefi-2011", "ms-uefi-2023"})
    @DisplayName("shim and GRUB, by each state of db on the way from 2011 to 2023: the log names the state")
    void shim(String db) throws Exception {
        BootedMachine machine = new BootedMachine(folder);
        Bytes shim = ReferenceVectorsTest.cached("shimx64.efi");
        Bytes grub = ReferenceVectorsTest.cached("grubx64.efi");
        Bytes kernel = ReferenceVectorsTest.cached("vmlinuz");
        Path initrd = machine.initrd();
        Bytes configuration = Bytes.utf8("linux /vmlinuz ro " + LINE + "\ninitrd /initrd.img\nboot\n");
        List<Path> certificates = new ArrayList<>();
        for (String name : db.split(" ")) {
            certificates.add(machine.microsoft(name));
        }
        Path varstore = machine.varstore("db.fd", certificates);
        Map<String, Path> disk = new LinkedHashMap<>();
        disk.put("EFI/BOOT/BOOTX64.EFI", machine.write("shim", shim));
        disk.put("EFI/BOOT/grubx64.efi", machine.write("grub", grub));
        disk.put("EFI/debian/grub.cfg", machine.write("grub.cfg", configuration));
        disk.put("vmlinuz", machine.write("vmlinuz", kernel));
        disk.put("initrd.img", initrd);
        ParsedLog log = machine.boot(varstore, disk);

        Map<Part, Bytes> old = Map.of(
                Part.VARSTORE,
                        BootedMachine.read(machine.varstore("other.fd", List.of(machine.microsoft("ms-uefi-2011")))),
                Part.INITRD, Bytes.utf8("an initrd before"));
        Map<Part, Bytes> files = Map.of(
                Part.SHIM, shim,
                Part.GRUB, grub,
                Part.KERNEL, kernel,
                Part.INITRD, BootedMachine.read(initrd),
                Part.GRUB_CONFIGURATION, configuration,
                Part.VARSTORE, BootedMachine.read(varstore));
        ReferenceStates states = states(files, old, BootDisk.of(machine.diskStart()));
        ReferenceStates.State nearest = states.nearest(log.replay(HashAlgorithm.SHA256), Optional.of(log));
        assertThat(nearest.name()).isEqualTo("new initrd, new varstore");
        compare(log, nearest.manifest().pcrs());
    }

    @Test
    @DisplayName("a unified kernel image under an own key, started by the firmware")
    void uki() throws Exception {
        BootedMachine machine = new BootedMachine(folder);
        Path certificate = machine.certificate();
        Path varstore = machine.varstore("own.fd", List.of(certificate));
        Path uki = machine.signed(unified(machine));
        ParsedLog log = machine.boot(varstore, Map.of("EFI/BOOT/BOOTX64.EFI", uki));

        Map<Part, Bytes> files = Map.of(Part.VARSTORE, BootedMachine.read(varstore), Part.UKI, BootedMachine.read(uki));
        ReferenceStates states = states(files, Map.of(), BootDisk.of(machine.diskStart()));
        compare(log, states.states().getFirst().manifest().pcrs());
    }

    @Test
    @DisplayName("the same, started by systemd-boot, with Secure Boot off: the kernel within is measured too")
    void systemdBoot() throws Exception {
        BootedMachine machine = new BootedMachine(folder);
        machine.certificate();
        Path varstore = Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd");
        Path uki = machine.signed(unified(machine));
        Path loader = SYSTEMD.resolve("systemd-bootx64.efi");
        Bytes conf = Bytes.utf8("timeout 0\n");
        Map<String, Path> disk = new LinkedHashMap<>();
        disk.put("EFI/BOOT/BOOTX64.EFI", loader);
        disk.put("EFI/Linux/linux.efi", uki);
        disk.put("loader/loader.conf", machine.write("loader.conf", conf));
        ParsedLog log = machine.boot(varstore, disk);

        VarStore parsed = VarStore.parse(BootedMachine.read(varstore));
        UkiBoot boot = UkiBoot.of(BootedMachine.read(uki), parsed).by(BootedMachine.read(loader), Optional.of(conf));
        List<PcrReference> pcrs = new ArrayList<>(boot.pcrs());
        pcrs.add(BootDisk.of(machine.diskStart()).of(boot).pcr());
        compare(log, pcrs);
    }

    /** With space around the line, which releases treat differently, and parts that the stub packs anew. */
    private static Path unified(BootedMachine machine) throws Exception {
        Map<String, Path> sections = new LinkedHashMap<>();
        sections.put(".osrel", machine.write("osrel", Bytes.utf8("NAME=Test\nID=test\nVERSION_ID=1\n")));
        sections.put(".cmdline", machine.write("cmdline", Bytes.utf8(LINE.replaceFirst(" ", "\t") + " \n")));
        sections.put(".uname", machine.write("uname", Bytes.utf8("6.12")));
        sections.put(".pcrsig", machine.write("pcrsig", Bytes.utf8("{}")));
        sections.put(".pcrpkey", machine.write("pcrpkey", Bytes.utf8("-----BEGIN PUBLIC KEY-----\n")));
        sections.put(".initrd", machine.initrd());
        sections.put(".linux", machine.write("vmlinuz", ReferenceVectorsTest.cached("vmlinuz")));
        return machine.uki(SYSTEMD.resolve("linuxx64.efi.stub"), sections);
    }
}
