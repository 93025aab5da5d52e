package dev.sigillo.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.uefi.VarStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UkiBootTest {

    private static final String OWNER = "77fa9abd-0359-4d32-bd60-28f4e78f784b";
    private static final ForgedSigner OWN = ForgedSigner.root("CN=own key");
    private static final String IPL = "EV_IPL ";

    static VarStore store(boolean secureBoot) {
        byte[] own = Measured.list(Measured.X509, OWNER, OWN.der().toByteArray());
        return SecureBootPolicyTest.store(own, own, own, new byte[0], secureBoot ? 1 : 0);
    }

    private static Bytes uki(String release) throws Exception {
        return ForgedUki.signed(ForgedUki.uki(release, "kernel"), OWN);
    }

    static List<String> events(UkiBoot boot, int pcr) throws Exception {
        return boot.pcrs().stream()
                .filter(one -> one.pcr() == pcr)
                .flatMap(one -> one.events().stream())
                .map(event -> event.component() + " " + event.digest().hex())
                .toList();
    }

    private static String utf16(String text) {
        return Measured.sha256(text.getBytes(StandardCharsets.UTF_16LE));
    }

    @Test
    @DisplayName("PCR 11: each section's name with a zero, then its content, in systemd's order and not the file's")
    void sections() throws Exception {
        UkiBoot boot = UkiBoot.of(uki("257.13-1~deb13u1"), store(true));

        assertThat(events(boot, 11))
                .extracting(event -> event.substring(event.length() - 64))
                .containsExactly(
                        Measured.sha256(".linux\0"),
                        Measured.sha256(ForgedUki.linux("kernel").toByteArray()),
                        Measured.sha256(".osrel\0"),
                        Measured.sha256("ID=test\n"),
                        Measured.sha256(".cmdline\0"),
                        Measured.sha256(ForgedUki.COMMAND_LINE),
                        Measured.sha256(".initrd\0"),
                        Measured.sha256("an initrd"),
                        Measured.sha256(".uname\0"),
                        Measured.sha256("6.12"),
                        Measured.sha256(".sbat\0"),
                        Measured.sha256("sbat,1,SBAT Version,sbat,1,x\nsystemd-stub,1,y,y,257,z\n"));
        assertThat(events(UkiBoot.of(uki("252.39-1~deb12u2"), store(true)), 11))
                .as("systemd 252 does not know .uname and .sbat")
                .hasSize(8);
        assertThat(boot.pcrs()).extracting(PcrReference::pcr).containsExactly(4, 7, 9, 11);
        assertThat(boot.pcrs().getLast().events())
                .extracting(ExpectedEvent::type)
                .containsOnly(IPL.strip());
    }

    @Test
    @DisplayName("PCR 4: the UKI; the kernel within only with Secure Boot off, where the firmware loads it")
    void images() throws Exception {
        assertThat(events(UkiBoot.of(uki("257.1"), store(true)), 4))
                .extracting(event -> event.substring(0, event.length() - 65))
                .containsExactly("Calling EFI Application from Boot Option", "separator", "UKI");
        assertThat(events(UkiBoot.of(uki("257.1"), store(false)), 4))
                .extracting(event -> event.substring(0, event.length() - 65))
                .containsExactly("Calling EFI Application from Boot Option", "separator", "UKI", "kernel (.linux)");
    }

    @Test
    @DisplayName("PCR 7: the own key once, though it lets systemd-boot and the UKI run")
    void authority() throws Exception {
        UkiBoot boot = UkiBoot.of(uki("257.1"), store(true))
                .by(ForgedUki.signed(ForgedUki.systemdBoot("257.1"), OWN), Optional.empty());
        byte[] entry = Measured.entry(OWNER, OWN.der().toByteArray());

        assertThat(events(boot, 7))
                .hasSize(7)
                .last()
                .isEqualTo("authority of systemd-boot (db) "
                        + Measured.sha256(Measured.variable(Measured.DATABASE, "db", entry)));
        assertThat(events(boot, 4)).hasSize(4);
        Bytes foreign = ForgedUki.signed(ForgedUki.uki("257.1", "kernel"), ForgedSigner.root("CN=other"));
        assertThatThrownBy(() -> UkiBoot.of(foreign, store(true)).pcrs())
                .isInstanceOf(UnpredictableException.class)
                .hasMessageContaining("UKI would not boot");
    }

    @Test
    @DisplayName("PCR 9: the command line in UTF-16 with its zero, the initrds one after the other, each at four bytes")
    void handed() throws Exception {
        List<String> events = events(UkiBoot.of(uki("257.1"), store(true)), 9);
        String archive = "070701" + "00000001" + "0000416d" + "00000000".repeat(2) + "00000001" + "00000000".repeat(6)
                + "00000007" + "00000000" + ".extra\0" + "\0".repeat(3)
                + "070701" + "00000002" + "00008124" + "00000000".repeat(2) + "00000001" + "00000000" + "00000008"
                + "00000000".repeat(4) + "00000012" + "00000000" + ".extra/os-release\0" + "ID=test\n"
                + "070701" + "00000000".repeat(4) + "00000001" + "00000000".repeat(6) + "0000000B" + "00000000"
                + "TRAILER!!!\0" + "\0".repeat(3);

        assertThat(events)
                .containsExactly(
                        "kernel load options " + utf16(ForgedUki.COMMAND_LINE + "\0"),
                        "initrd " + Measured.sha256("an initrd\0\0\0" + archive));
        assertThat(events(UkiBoot.of(uki("252.1"), store(true)), 9))
                .last()
                .isEqualTo("initrd " + Measured.sha256("an initrd"));
    }

    @Test
    @DisplayName("PCR 12: a line that is passed in counts only where Secure Boot does not seal the one within")
    void passed() throws Exception {
        Bytes image = uki("257.1");
        String line = " init=/bin/sh\t";

        assertThat(events(UkiBoot.of(image, store(true)).passing(line), 12)).isEmpty();
        assertThat(UkiBoot.of(image, store(true)).passing(line).commandLine()).isEqualTo(ForgedUki.COMMAND_LINE);
        UkiBoot open = UkiBoot.of(image, store(false)).passing(line);
        assertThat(open.commandLine()).isEqualTo("init=/bin/sh");
        assertThat(events(open, 12)).containsExactly("command line passed in " + utf16("init=/bin/sh\0"));
        assertThat(events(open, 9)).contains("kernel load options " + utf16("init=/bin/sh\0"));
    }

    @Test
    @DisplayName(
            "A blank line within seals too: nothing that is passed in counts with Secure Boot on, and no line is guessed")
    void blank() throws Exception {
        for (String release : List.of("252.1", "257.1")) {
            for (String within : List.of("\n \n", "\0", " ")) {
                ForgedPe blank = ForgedUki.stub(release)
                        .section(".cmdline", Bytes.utf8(within))
                        .section(".linux", ForgedUki.linux("kernel"));
                Bytes image = ForgedUki.signed(blank, OWN);

                assertThatThrownBy(() ->
                                UkiBoot.of(image, store(true)).passing("evil=1").commandLine())
                        .isInstanceOf(UnpredictableException.class)
                        .hasMessageContaining(".cmdline is blank");
                assertThatThrownBy(() ->
                                UkiBoot.of(image, store(true)).passing("evil=1").pcrs())
                        .isInstanceOf(UnpredictableException.class);
                assertThat(UkiBoot.of(image, store(false)).passing("own=1").commandLine())
                        .isEqualTo("own=1");
            }
        }
    }

    @Test
    @DisplayName("systemd-boot 252 measures the line that it reads out of the UKI; 257 measures loader.conf instead")
    void loaders() throws Exception {
        Bytes old = ForgedUki.signed(ForgedUki.systemdBoot("252.1"), OWN);
        Bytes conf = Bytes.utf8("timeout 0\n");
        UkiBoot by252 = UkiBoot.of(uki("252.1"), store(true)).by(old, Optional.of(conf));
        UkiBoot by257 = UkiBoot.of(uki("257.1"), store(true))
                .by(ForgedUki.signed(ForgedUki.systemdBoot("257.1"), OWN), Optional.of(conf));

        assertThat(events(by252, 12)).containsExactly("command line passed in " + utf16(ForgedUki.COMMAND_LINE + "\0"));
        assertThat(events(UkiBoot.of(uki("252.1"), store(false)).by(old, Optional.empty()), 12))
                .as("with Secure Boot off the stub takes it, and measures it too")
                .hasSize(2);
        assertThat(by252.measuredLoaderConf()).isEmpty();
        assertThat(events(by257, 12)).isEmpty();
        assertThat(by257.measuredLoaderConf()).contains(conf);
    }

    @Test
    @DisplayName("Phases of systemd-pcrphase follow in PCR 11")
    void phases() throws Exception {
        UkiBoot boot = UkiBoot.of(uki("257.1"), store(true)).after(UkiBoot.READY);

        assertThat(events(boot, 11))
                .hasSize(16)
                .endsWith(
                        "systemd phase sysinit " + Measured.sha256("sysinit"),
                        "systemd phase ready " + Measured.sha256("ready"));
    }

    @Test
    @DisplayName("Another release, several profiles, no kernel, no command line: said, not guessed")
    void unpredictable() throws Exception {
        VarStore store = store(true);
        Bytes other = ForgedUki.signed(ForgedUki.uki("259.1", "kernel"), OWN);
        Bytes profiles =
                ForgedUki.signed(ForgedUki.uki("257.1", "kernel").section(".profile", Bytes.utf8("ID=a")), OWN);
        Bytes stub = ForgedUki.signed(ForgedUki.stub("257.1"), OWN);
        Bytes noLine = ForgedUki.signed(ForgedUki.stub("257.1").section(".linux", ForgedUki.linux("kernel")), OWN);

        assertThatThrownBy(() -> UkiBoot.of(other, store)).hasMessageContaining("systemd-stub 259");
        assertThatThrownBy(() -> UkiBoot.of(profiles, store)).hasMessageContaining(".profile");
        assertThatThrownBy(() -> UkiBoot.of(stub, store)).hasMessageContaining(".linux");
        assertThatThrownBy(() -> UkiBoot.of(ForgedUki.linux("kernel"), store)).hasMessageContaining("no systemd-stub");
        assertThatThrownBy(() -> UkiBoot.of(noLine, store).pcrs()).hasMessageContaining(".cmdline");
        assertThat(UkiBoot.of(noLine, store).passing("quiet").commandLine()).isEqualTo("quiet");
        assertThatThrownBy(() -> UkiBoot.of(uki("257.1"), store).by(stub, Optional.empty()))
                .hasMessageContaining("no systemd-boot");
    }
}
