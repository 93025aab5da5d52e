package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.VariableData;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Golden values of one good boot")
class LearnedBootTest {

    private static final Digest ZERO = Digest.zero(HashAlgorithm.SHA256);

    private static LearnedBoot learn(PolicyMachine machine) throws MalformedException {
        return LearnedBoot.of(machine.evidence(), machine.question());
    }

    private static LearnedBoot honest() throws Exception {
        return learn(new PolicyMachine());
    }

    private static List<String> words(List<NamedDigest> digests) {
        return digests.stream().map(NamedDigest::what).toList();
    }

    private static GoldenPcr.Allowed allowed(LearnedBoot boot, int pcr) {
        return (GoldenPcr.Allowed) Objects.requireNonNull(boot.golden().get(pcr));
    }

    private static List<NamedDigest> events(LearnedBoot boot, int pcr) {
        return ((GoldenPcr.Events) Objects.requireNonNull(boot.golden().get(pcr))).events();
    }

    @Test
    @DisplayName(
            "Exact events where order is the boot's own, sets where honest boots differ, values where no log tells")
    void forms() throws Exception {
        PolicyMachine machine = new PolicyMachine();
        machine.forger.agent.add(Forger.DRIVE);
        LearnedBoot boot = learn(machine);

        assertThat(boot.bank()).isEqualTo(HashAlgorithm.SHA256);
        assertThat(boot.quoted()).isTrue();
        assertThat(boot.debug()).isFalse();
        assertThat(boot.dma()).isTrue();
        assertThat(boot.facts().secureBoot()).contains(true);
        assertThat(boot.pcrs()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15);
        assertThat(boot.unexplained()).isEmpty();
        assertThat(boot.golden().entrySet().stream()
                        .map(entry -> entry.getKey() + " "
                                + entry.getValue().getClass().getSimpleName())
                        .collect(Collectors.joining(", ")))
                .isEqualTo(
                        "0 Events, 1 Allowed, 2 Events, 3 Events, 4 Events, 5 Allowed, 6 Events, 7 Allowed, 8 Events,"
                                + " 9 Events, 11 Values, 12 Values, 13 Values, 14 Events, 15 Values");
        assertThat(boot.golden().get(15))
                .isEqualTo(
                        new GoldenPcr.Values(List.of(machine.forger.registers().get(15))));
        assertThat(boot.golden().get(11)).isEqualTo(new GoldenPcr.Values(List.of(ZERO)));
    }

    @Test
    @DisplayName("Each event by what a person calls it")
    void words() throws Exception {
        LearnedBoot boot = honest();
        GoldenPcr.Allowed configuration = allowed(boot, 1);
        assertThat(words(configuration.needed())).containsExactly("separator");
        assertThat(words(configuration.possible())).containsExactly("variable BootOrder", "variable Boot0000");
        GoldenPcr.Allowed loader = allowed(boot, 5);
        assertThat(words(loader.possible())).containsExactly("partition table");
        assertThat(words(loader.needed()))
                .containsExactly(
                        "separator", "Exit Boot Services Invocation", "Exit Boot Services Returned with Success");
        GoldenPcr.Allowed keys = allowed(boot, 7);
        assertThat(keys.possible()).isEmpty();
        assertThat(words(keys.needed()))
                .containsExactly(
                        "variable SecureBoot",
                        "variable PK",
                        "variable KEK",
                        "variable db",
                        "variable dbx",
                        "separator",
                        "authority db",
                        "authority SbatLevel",
                        "authority MokListRT");
        assertThat(words(events(boot, 0)))
                .containsExactly(
                        "firmware version",
                        "EV_EFI_PLATFORM_FIRMWARE_BLOB",
                        "EV_EFI_PLATFORM_FIRMWARE_BLOB",
                        "separator");
        assertThat(words(events(boot, 4)))
                .containsExactly("Calling EFI Application from Boot Option", "separator", "image", "image", "image");
        assertThat(words(events(boot, 8)))
                .contains("GRUB command: boot", "GRUB command: set timeout=0")
                .anyMatch(word -> word.startsWith("kernel command line: /vmlinuz root="));
        assertThat(words(events(boot, 9))).contains("file /vmlinuz", "file /initrd.img", "EV_EVENT_TAG");
        assertThat(words(events(boot, 14))).containsExactly("MokList", "MokListX", "MokListTrusted");
    }

    @Test
    @DisplayName("An event that is there twice is asked for once; what is needed is not merely possible")
    void twice() throws Exception {
        PolicyMachine machine = new PolicyMachine();
        Bytes order = new VariableData(Guid.GLOBAL_VARIABLE, "BootOrder", Bytes.fromHex("0000")).encode();
        Logged needed = Logged.of(1, EventType.EV_EFI_ACTION, Bytes.fromHex("0000"), order, "other type");
        machine.add("variable BootOrder", needed);
        machine.add("variable BootOrder", needed);
        GoldenPcr.Allowed golden = allowed(learn(machine), 1);

        assertThat(golden.needed()).hasSize(2);
        assertThat(words(golden.possible())).containsExactly("variable Boot0000");
    }

    @Test
    @DisplayName("What the boot was: firmware in debug mode, without DMA protection")
    void firmware() throws Exception {
        PolicyMachine debug = new PolicyMachine();
        debug.add("PK", HonestBoot.action(7, "UEFI Debug Mode"));
        PolicyMachine open = new PolicyMachine();
        open.add("PK", HonestBoot.action(7, "DMA Protection Disabled"));

        assertThat(learn(debug).debug()).isTrue();
        assertThat(learn(debug).dma()).isTrue();
        assertThat(learn(open).debug()).isFalse();
        assertThat(learn(open).dma()).isFalse();
    }

    @Test
    @DisplayName("PCR 10 is left unexplained only where it holds what no IMA list tells of")
    void ima() throws Exception {
        PolicyMachine machine = new PolicyMachine();
        machine.forger.sentIma = Optional.of(Bytes.empty());
        assertThat(learn(machine).unexplained()).containsExactly(10);
        machine.forger.really.put(10, ZERO);
        assertThat(learn(machine).unexplained()).isEmpty();
        PolicyMachine lied = new PolicyMachine();
        lied.forger.really.put(10, Attack.EVIL);
        assertThat(learn(lied).unexplained()).containsExactly(10);
    }

    @Test
    @DisplayName("A log alone teaches what it says, and that no quote vouches for it")
    void unquoted() throws Exception {
        PolicyMachine machine = new PolicyMachine();
        machine.withoutQuote = true;
        LearnedBoot boot = learn(machine);

        assertThat(boot.quoted()).isFalse();
        assertThat(boot.golden().keySet()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14);
        assertThat(boot.golden().get(9)).isEqualTo(honest().golden().get(9));
        assertThat(boot.unexplained()).isEmpty();
    }

    @Test
    @DisplayName("A register of firmware's that its log does not tell of is no example; one of the OS is a value")
    void untold() throws Exception {
        PolicyMachine machine = new PolicyMachine();
        machine.forger.events.removeIf(event -> event.pcr() == 6);
        assertThat(learn(machine).golden().get(6)).isEqualTo(new GoldenPcr.Events(List.of()));
        machine.forger.really.put(6, new Digest(HashAlgorithm.SHA256, Forger.filled(6, 32)));
        assertThatThrownBy(() -> learn(machine)).hasMessageContaining("PCR 6");
        PolicyMachine system = new PolicyMachine();
        system.forger.events.removeIf(event -> event.pcr() == 8);
        Digest other = new Digest(HashAlgorithm.SHA256, Forger.filled(8, 32));
        system.forger.really.put(8, other);
        assertThat(learn(system).golden().get(8)).isEqualTo(new GoldenPcr.Values(List.of(other)));
    }

    @Test
    @DisplayName("Nothing is learned from a quote that does not hold, a log that does not lead to it, or SHA-1 alone")
    void noExample() throws Exception {
        PolicyMachine stranger = new PolicyMachine();
        stranger.forger.signedByOther = true;
        PolicyMachine lied = new PolicyMachine();
        lied.forger.really.put(4, ZERO);
        lied.forger.really.put(8, ZERO);
        PolicyMachine silent = new PolicyMachine();
        silent.forger.sentLog = Optional.of(Bytes.empty());
        PolicyMachine old = new PolicyMachine();
        old.forger.log.banks = List.of(HashAlgorithm.SHA1);

        assertThatThrownBy(() -> learn(stranger))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("it does not hold, so that it is no example: ")
                .hasMessageContaining("this AK did not make")
                .hasMessageNotContaining("as expected");
        assertThatThrownBy(() -> learn(lied)).hasMessageContaining("PCR 4, PCR 8, so that it is no example");
        assertThatThrownBy(() -> learn(silent)).hasMessageContaining("nothing to learn from");
        assertThatThrownBy(() -> learn(old)).hasMessageContaining("SHA-256 or stronger expected");
    }

    @Test
    @DisplayName("What nobody asked is told, and what would have asked")
    void notAsked() throws Exception {
        PolicyMachine machine = new PolicyMachine();
        assertThat(NotAsked.of(machine.policy(), machine.question())).isEmpty();
        machine.nonceRequired = false;
        assertThat(NotAsked.of(machine.policy(), machine.question())).isEmpty();
        machine.asked = Optional.empty();
        machine.certificate = false;
        assertThat(NotAsked.of(machine.policy(), machine.question())).containsExactly("freshness: no nonce was given");
        machine.pinned = List.of();
        machine.attributes = Policy.Attributes.SHOWN;
        machine.kernels = Optional.empty();
        assertThat(NotAsked.of(machine.policy(), machine.question())).hasSize(3);
        machine.images = Optional.empty();
        assertThat(NotAsked.of(machine.policy(), machine.question()))
                .containsExactly(
                        "freshness: no nonce was given",
                        "whose TPM it is: no AK certificate, pinned key or --ak",
                        "whether a TPM made the quote: ak.attributes is not required",
                        "which kernel ran: no kernels, allowed images, golden PCR 4 or --reference");
        machine.logRequired = false;
        assertThat(NotAsked.of(machine.policy(), machine.question()))
                .contains("what booted: no event log is required")
                .noneMatch(line -> line.startsWith("which kernel"));
        machine.logRequired = true;
        machine.known = Optional.of(EvidenceKey.of(machine.forger.ak(), List.of()));
        assertThat(NotAsked.of(machine.policy(), machine.question())).noneMatch(line -> line.startsWith("whose TPM"));
        for (int way = 0; way < 3; way++) {
            PolicyMachine other = new PolicyMachine();
            other.kernels = Optional.empty();
            other.images = Optional.empty();
            assertThat(NotAsked.of(other.policy(), other.question())).hasSize(1);
            switch (way) {
                case 0 -> other.golden.put(4, other.events(4));
                case 1 -> other.referenceRequired = true;
                default -> other.reference = Optional.of(Forger.manifest(true));
            }
            assertThat(NotAsked.of(other.policy(), other.question())).isEmpty();
        }
    }
}
