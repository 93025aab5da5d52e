package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a unified kernel image measures")
class UkiTest {

    private static final String STUB = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub";
    private static final String MEASURE = "/usr/lib/systemd/systemd-measure";

    @TempDir
    private Path folder = Path.of("");

    private static ForgedImage uki(String... names) {
        ForgedImage image = ForgedImage.of("stub");
        for (String name : names) {
            image.section(name, Bytes.utf8("content of " + name));
        }
        return image;
    }

    private static Uki parse(ForgedImage image) throws MalformedException {
        return Uki.parse(image.bytes());
    }

    private static String replay(String... texts) {
        Digest register = Digest.zero(HashAlgorithm.SHA256);
        for (String text : texts) {
            register = register.extend(Digest.of(HashAlgorithm.SHA256, Bytes.utf8(text)));
        }
        return register.hex();
    }

    private static String pcr11(Uki uki, int profile, String... phases) throws MalformedException {
        return uki.pcr11(HashAlgorithm.SHA256, profile, List.of(phases)).hex();
    }

    @Test
    @DisplayName("systemd-stub: name with zero, then data, in canonical order whatever the file's order; never .pcrsig")
    void order() throws Exception {
        assertThat(pcr11(parse(uki(".pcrpkey", ".initrd", ".pcrsig", ".sbat", ".osrel", ".linux")), 0))
                .isEqualTo(replay(
                        ".linux\0",
                        "content of .linux",
                        ".osrel\0",
                        "content of .osrel",
                        ".initrd\0",
                        "content of .initrd",
                        ".sbat\0",
                        "content of .sbat",
                        ".pcrpkey\0",
                        "content of .pcrpkey"));
    }

    @Test
    @DisplayName("systemd-pcrphase extends the words of a phase path, without a zero")
    void phases() throws Exception {
        assertThat(pcr11(parse(uki(".linux")), 0, "enter-initrd", "leave-initrd"))
                .isEqualTo(replay(".linux\0", "content of .linux", "enter-initrd", "leave-initrd"));
    }

    @Test
    @DisplayName("VirtualSize counts: padding of the file does not, zeros in memory do")
    void sizes() throws Exception {
        ForgedImage image = ForgedImage.of("stub").section(".linux", Bytes.utf8("kernel"), 515);
        assertThat(pcr11(parse(image), 0)).isEqualTo(replay(".linux\0", "kernel" + "\0".repeat(509)));
        ForgedImage huge = ForgedImage.of("stub").section(".linux", Bytes.utf8("kernel"), 1 << 30);
        assertThatThrownBy(() -> parse(huge).sections(0)).isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("Multi-profile images: a profile's sections stand in for those before the first .profile")
    void profiles() throws Exception {
        ForgedImage image = ForgedImage.of("stub")
                .section(".linux", Bytes.utf8("kernel"))
                .section(".cmdline", Bytes.utf8("quiet"))
                .section(".profile", Bytes.utf8("ID=main"))
                .section(".profile", Bytes.utf8("ID=debug"))
                .section(".cmdline", Bytes.utf8("debug"));
        Uki uki = parse(image);

        assertThat(uki.profiles()).isEqualTo(2);
        assertThat(pcr11(uki, 0))
                .isEqualTo(replay(".linux\0", "kernel", ".cmdline\0", "quiet", ".profile\0", "ID=main"));
        assertThat(pcr11(uki, 1))
                .isEqualTo(replay(".linux\0", "kernel", ".cmdline\0", "debug", ".profile\0", "ID=debug"));
        assertThatThrownBy(() -> uki.sections(2)).hasMessageContaining("no profile 2, there are 2");
    }

    @Test
    @DisplayName("A stub measures the sections whose names it has: one of version 252 leaves out .sbat and .uname")
    void versions() throws Exception {
        ForgedImage image = new ForgedImage()
                .section(
                        ".text",
                        Bytes.utf8("xx\0.linux\0.osrel\0.cmdline\0.initrd\0.splash\0.dtb\0.pcrsig\0.pcrpkey\0"))
                .section(".sbat", Bytes.utf8("sbat,1\n"))
                .section(".sdmagic", Bytes.utf8("#### LoaderInfo: systemd-stub 252.39 ####\0"))
                .section(".linux", Bytes.utf8("kernel"))
                .section(".uname", Bytes.utf8("6.1"));
        Uki uki = parse(image);

        assertThat(uki.stub()).contains("systemd-stub 252.39");
        assertThat(pcr11(uki, 0)).isEqualTo(replay(".linux\0", "kernel"));
    }

    @Test
    @DisplayName("What versions disagree about, or the hardware decides, is not guessed")
    void notGuessed() throws Exception {
        assertThatThrownBy(() -> parse(uki(".linux", ".cmdline", ".cmdline"))).hasMessageContaining("there twice");
        assertThatThrownBy(() -> parse(uki(".initrd"))).hasMessageContaining("no section .linux");
        assertThat(parse(uki(".linux", ".dtbauto", ".dtbauto")).sections(0))
                .filteredOn(section -> section.name().equals(".dtbauto"))
                .noneMatch(UkiSection::measured);
    }

    @Tag("broad")
    @Test
    @DisplayName("systemd-measure calculates the same PCR 11 of an image that objcopy made with Debian's stub")
    void systemdMeasure() throws Exception {
        Tool.need("objcopy", STUB, MEASURE);
        String[] names = {"linux", "osrel", "cmdline", "initrd", "splash", "pcrpkey"};
        List<String> copy = new ArrayList<>(List.of("objcopy"));
        List<String> measure = new ArrayList<>(List.of(MEASURE, "calculate", "--bank=sha256", "--bank=sha1"));
        for (int i = 0; i < names.length; i++) {
            Files.writeString(folder.resolve(names[i]), ("content of " + names[i]).repeat(100 * i + 1));
            copy.add("--add-section=." + names[i] + "=" + names[i]);
            copy.add("--change-section-vma=." + names[i] + "=0x" + (20 + 10 * i) + "000");
            measure.add("--" + names[i] + "=" + names[i]);
        }
        copy.addAll(List.of(STUB, "uki.efi"));
        measure.addAll(List.of("--phase=", "--phase=enter-initrd:leave-initrd:sysinit:ready"));
        Tool.must(folder, copy.toArray(String[]::new));
        String right = Tool.must(folder, measure.toArray(String[]::new));
        Uki uki = Uki.parse(Tool.read(folder.resolve("uki.efi")));

        for (List<String> phases :
                List.of(List.<String>of(), List.of("enter-initrd", "leave-initrd", "sysinit", "ready"))) {
            for (HashAlgorithm bank : List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256)) {
                assertThat(right).contains(uki.pcr11(bank, 0, phases).hex());
            }
        }
        assertThat(uki.stub().orElseThrow()).startsWith("systemd-stub 25");
    }
}
