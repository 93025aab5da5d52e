package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.evidence.ManifestSetJson;
import dev.sigillo.reference.ForgedPe;
import dev.sigillo.reference.ForgedSigner;
import dev.sigillo.reference.ForgedVarStore;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.StoredVariable;
import dev.sigillo.uefi.VarStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("sigillo reference make")
class ReferenceCommandTest {
    private static final ForgedSigner CA = ForgedSigner.root("CN=UEFI CA");
    private static final ForgedSigner VENDOR = ForgedSigner.root("CN=vendor");
    private static final Guid OWNER = Guid.of("77fa9abd-0359-4d32-bd60-28f4e78f784b");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws Exception {
        Bytes keys = SignatureList.certificate(OWNER, CA.der()).encode();
        write(
                "vars.fd",
                ForgedVarStore.file(new VarStore(List.of(
                        new StoredVariable(Guid.GLOBAL_VARIABLE, "PK", 0x27, keys),
                        new StoredVariable(Guid.GLOBAL_VARIABLE, "KEK", 0x27, keys),
                        new StoredVariable(Guid.IMAGE_SECURITY_DATABASE, "db", 0x27, keys)))));
        String level = "sbat,1,2025021800\nshim,4\ngrub,5\n";
        write(
                "EFI/BOOT/BOOTX64.EFI",
                ForgedPe.checked(
                        ForgedPe.shim(VENDOR.der(), Bytes.empty(), level).signed(CA)));
        write("EFI/BOOT/grubx64.efi", image("2.12", "GRUB"));
        write("EFI/debian/grub.cfg", Bytes.utf8("linux /vmlinuz ro\ninitrd /initrd.img\nboot\n"));
        write("vmlinuz", image("-", "kernel"));
        write("initrd.img", Bytes.utf8("an initrd"));
        write("old/grubx64.efi", image("2.06", "old GRUB"));
        write("old/vmlinuz", image("-", "old kernel"));
        write(
                "linux.efi",
                ForgedPe.checked(new ForgedPe()
                        .section(".sdmagic", Bytes.utf8("#### LoaderInfo: systemd-stub 257.1 ####"))
                        .section(".cmdline", Bytes.utf8("quiet"))
                        .section(
                                ".linux",
                                new ForgedPe().section(".text", Bytes.utf8("k")).toBytes())
                        .signed(CA)));
        write("good.bin", new Forger(true).log());
    }

    private static Bytes image(String release, String text) throws Exception {
        String vendor = release.equals("2.06") ? "grub.debian12" : "grub.debian13";
        String sbat = "sbat,1,SBAT Version,sbat,1,x\ngrub,5,FSF,grub," + release + ",https://y\n" + vendor
                + ",1,Debian,grub2," + release + ",z\n";
        return ForgedPe.checked(new ForgedPe()
                .section(".text", Bytes.utf8(text))
                .section(".sbat", Bytes.utf8(sbat))
                .signed(VENDOR));
    }

    private void write(String name, Bytes content) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content.toByteArray());
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private int make(String... more) {
        out.reset();
        err.reset();
        List<String> words = new ArrayList<>(List.of("reference", "make", "--varstore", file("vars.fd")));
        words.addAll(List.of("--out", file("m.json")));
        words.addAll(Arrays.asList(more));
        return Main.run(Map.of(), console(), words.toArray(String[]::new));
    }

    private Console console() {
        return new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                false);
    }

    private Bytes made() throws Exception {
        return Bytes.of(Files.readAllBytes(folder.resolve("m.json")));
    }

    private JsonNode json() {
        return Json.MAPPER.readTree(out.toString(StandardCharsets.UTF_8));
    }

    private String refusal() {
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ", "Exception");
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("finds shim, GRUB, kernel and initrd below a root, and writes one manifest")
    void root() throws Exception {
        assertThat(make("--root", folder.toString(), "--name", "debian")).isZero();

        assertThat(ManifestJson.read(made()).image()).isEqualTo("debian");
        assertThat(ManifestJson.read(made()).pcrs())
                .extracting(pcr -> pcr.pcr())
                .containsExactly(4, 7, 8, 9, 14);
        JsonNode state = json().path("states").get(0);
        assertThat(state.path("state").asString()).isEqualTo("debian");
        assertThat(state.path("pcrs").path("4").asString()).hasSize(64);
        assertThat(state.path("commandLine").asString()).isEqualTo("/vmlinuz ro");
    }

    @Test
    @DisplayName("with old files writes every state between two updates")
    void states() throws Exception {
        assertThat(make(
                        "--root",
                        folder.toString(),
                        "--old-grub",
                        file("old/grubx64.efi"),
                        "--old-kernel",
                        file("old/vmlinuz"),
                        "--old-initrd",
                        "same"))
                .isZero();

        ReferenceStates states = ManifestSetJson.read(made());
        assertThat(states.states())
                .extracting(ReferenceStates.State::name)
                .containsExactly(
                        "new kernel, new GRUB", "old kernel, new GRUB", "new kernel, old GRUB", "old kernel, old GRUB");
        assertThat(ManifestSetJson.write(states)).isEqualTo(made());
        assertThat(json().path("states").size()).isEqualTo(4);
    }

    @Test
    @DisplayName("asks for the initrd of an old kernel; 'same' says that it is the new one's")
    void oldKernel() {
        assertThat(make("--root", folder.toString(), "--old-kernel", file("old/vmlinuz")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("an old kernel and no old initrd");
    }

    @Test
    @DisplayName("takes an old loader.conf for a state of its own, which differs in PCR 5 alone")
    void oldLoaderConf() throws Exception {
        write("loader.conf", Bytes.utf8("timeout 0\n"));
        write("old/loader.conf", Bytes.utf8("timeout 3\n"));
        write(
                "systemd-bootx64.efi",
                ForgedPe.checked(new ForgedPe()
                        .section(".sdmagic", Bytes.utf8("#### LoaderInfo: systemd-boot 257.1 ####"))
                        .section(".sbat", Bytes.utf8("sbat,1,SBAT Version,sbat,1,x\nsystemd-boot,1,y,y,257,z\n"))
                        .signed(CA)));
        String[] unified = {
            "--uki", file("linux.efi"),
            "--systemd-boot", file("systemd-bootx64.efi"),
            "--loader-conf", file("loader.conf"),
            "--old-loader-conf", file("old/loader.conf")
        };

        assertThat(make(unified)).isZero();
        assertThat(ManifestSetJson.read(made()).states())
                .extracting(ReferenceStates.State::name)
                .containsExactly("new loader.conf", "old loader.conf");
    }

    @Test
    @DisplayName("--phases leaves empty words out, as uki predict does: PCR 11 is the same from both")
    void phases() throws Exception {
        for (String path : List.of("enter-initrd", "enter-initrd:", ":enter-initrd::leave-initrd", "", ":")) {
            assertThat(make("--uki", file("linux.efi"), "--phases", path)).isZero();
            String made = json().path("states").get(0).path("pcrs").path("11").asString();
            out.reset();
            assertThat(Main.run(Map.of(), console(), "uki", "predict", file("linux.efi"), "--phase", path))
                    .isZero();

            assertThat(json().path("pcr11").path("sha256").asString())
                    .as("\"" + path + "\"")
                    .isEqualTo(made);
        }
    }

    private static Bytes shim(String text) throws Exception {
        String level = "sbat,1,2025021800\nshim,4\ngrub,5\n";
        return ForgedPe.checked(ForgedPe.shim(VENDOR.der(), Bytes.empty(), level)
                .section(".data", Bytes.utf8(text))
                .signed(CA));
    }

    @Test
    @DisplayName("refuses a root with two shims or two GRUBs that differ, and takes copies of one")
    void severalLoaders() throws Exception {
        Bytes shim = Bytes.of(Files.readAllBytes(folder.resolve("EFI/BOOT/BOOTX64.EFI")));
        write("EFI/debian/shimx64.efi", shim);
        write("EFI/debian/grubx64.efi", Bytes.of(Files.readAllBytes(folder.resolve("EFI/BOOT/grubx64.efi"))));
        assertThat(make("--root", folder.toString())).isZero();

        write("EFI/debian/shimx64.efi", shim("another shim"));
        assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("that differ", "BOOTX64.EFI", "shimx64.efi", "--shim");

        write("EFI/debian/shimx64.efi", shim);
        write("EFI/debian/grubx64.efi", image("2.06", "another GRUB"));
        assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("GRUBs that differ", "--grub");
        assertThat(make("--root", folder.toString(), "--grub", file("EFI/BOOT/grubx64.efi")))
                .isZero();
    }

    @Test
    @DisplayName(
            "takes shim and GRUB from one folder: another shim beside is refused, and so is a GRUB apart from its shim")
    void oneFolder() throws Exception {
        Files.createDirectories(folder.resolve("EFI/debian"));
        Files.move(folder.resolve("EFI/BOOT/grubx64.efi"), folder.resolve("EFI/debian/grubx64.efi"));
        assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("a GRUB of its own folder");

        Bytes other = shim("another shim");
        write("EFI/debian/shimx64.efi", other);
        assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("that differ");

        write("EFI/BOOT/BOOTX64.EFI", other);
        assertThat(make("--root", folder.toString())).isZero();
    }

    @Test
    @DisplayName("refuses a link that leads out of the root, at any step, and follows one within")
    void links(@TempDir Path host) throws Exception {
        Files.write(host.resolve("vmlinuz"), image("-", "the host's kernel").toByteArray());
        Path boot = Files.createDirectories(folder.resolve("boot"));
        Path kernel = boot.resolve("vmlinuz-6.12");
        Files.move(folder.resolve("vmlinuz"), kernel);
        Files.createSymbolicLink(folder.resolve("vmlinuz"), Path.of("boot/vmlinuz-6.12"));
        assertThat(make("--root", folder.toString())).isZero();

        Files.move(kernel, boot.resolve("kept"));
        for (Path target : List.of(
                host.resolve("vmlinuz"), boot.relativize(host.resolve("vmlinuz")), Path.of("/boot/there-is-none"))) {
            Files.createSymbolicLink(kernel, target);
            assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
            assertThat(refusal()).contains("is a link that cannot be followed within " + folder);
            Files.delete(kernel);
        }
        Files.move(boot.resolve("kept"), kernel);
        Files.move(folder.resolve("EFI"), host.resolve("EFI"));
        Files.createSymbolicLink(folder.resolve("EFI"), host.resolve("EFI"));
        assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("EFI is a link that cannot be followed");
    }

    @Test
    @DisplayName("refuses a root with two kernels or with a UKI beside a GRUB: which boots is not to be guessed")
    void severalBoots() throws Exception {
        write("boot/vmlinuz-6.12", image("-", "another kernel"));
        assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("kernels that differ", "--kernel", "--old-kernel");

        Files.move(
                folder.resolve("linux.efi"),
                Files.createDirectories(folder.resolve("EFI/Linux")).resolve("linux.efi"));
        assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("name what boots, with --uki or --kernel");
        assertThat(make("--root", folder.toString(), "--kernel", file("vmlinuz")))
                .isZero();
    }

    @Test
    @DisplayName("takes a UKI in their place, and PCRs of a log where no file tells of them")
    void unified() throws Exception {
        assertThat(make("--uki", file("linux.efi"), "--firmware-log", file("good.bin"), "--phases", "ready"))
                .isZero();

        assertThat(ManifestJson.read(made()).pcrs())
                .extracting(pcr -> pcr.pcr())
                .containsExactly(0, 1, 2, 3, 4, 6, 7, 9, 11);
        assertThat(ManifestJson.read(made()).commandLine()).isEqualTo("quiet");
    }

    @Test
    @DisplayName("takes what cannot be computed, such as GRUB's commands, from a log when told to")
    void taken() throws Exception {
        write("EFI/debian/grub.cfg", Bytes.utf8("if [ -e $prefix/x ]; then\n linux /vmlinuz\nfi\n"));

        assertThat(make("--root", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("What this boot measures cannot be told", "grub.cfg");
        assertThat(make("--root", folder.toString(), "--firmware-log", file("good.bin"), "--take", "8", "--take", "9"))
                .isZero();
        assertThat(ManifestJson.read(made()).commandLine()).startsWith("/vmlinuz root=/dev/mapper/root");
    }

    @Test
    @DisplayName("says what is missing, what does not fit and what would be right, and leaves with 2")
    void refusals() throws Exception {
        assertThat(make("--shim", file("EFI/BOOT/BOOTX64.EFI"))).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("there is no GRUB", "name the file");
        assertThat(make("--uki", file("vmlinuz"))).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("no systemd-stub");
        assertThat(make("--uki", file("absent.efi"))).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("There is no file");
        assertThat(make("--uki", file("linux.efi"), "--take", "8")).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("--firmware-log");
        assertThat(make("--root", folder.toString(), "--command-line", "/vmlinuz rw"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("/vmlinuz ro", "/vmlinuz rw");
        write("vars.fd", Bytes.zeros(100));
        assertThat(make("--uki", file("linux.efi"))).isEqualTo(ExitCode.USAGE);
        assertThat(refusal()).contains("EFI_SYSTEM_NV_DATA_FV");
    }
}
