package dev.sigillo.attest;

import static dev.sigillo.attest.Rehearsed.Outcome.CANNOT_BE_KNOWN;
import static dev.sigillo.attest.Rehearsed.Outcome.STAYS_TRUSTED;
import static dev.sigillo.attest.Rehearsed.Outcome.WOULD_GO_UNTRUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A rehearsal")
class RehearsalTest {

    private static final String HEAD = "sbat,1,SBAT Version,sbat,1,u";
    private static final ForgedKey RELEASE = PolicyMachine.VENDOR.issue("CN=Release key of the vendor");
    private static final Digest FIRMWARE = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("OVMF_CODE.fd"));

    private static final ForgedImage SHIM =
            ForgedImage.of("shim", HEAD, "shim,4,UEFI shim,shim,16.1,u").signed(PolicyMachine.SIGNER);
    private static final ForgedImage GRUB = ForgedImage.of(
                    "grub", HEAD, "grub,5,Free Software Foundation,grub,2.12,u", "grub.debian,5,Debian,grub2,2.12-9,u")
            .signed(RELEASE);
    private static final ForgedImage KERNEL = ForgedImage.of("kernel").signed(RELEASE);

    private final PolicyMachine machine = new PolicyMachine();
    private final List<BootFile> files = new ArrayList<>();

    @BeforeEach
    void boot() throws MalformedException {
        boots(machine.forger, Components.SHIM, SHIM);
        boots(machine.forger, Components.GRUB, GRUB);
        boots(machine.forger, "kernel /vmlinuz", KERNEL);
        files.add(BootFile.read("/shimx64.efi", SHIM.bytes()));
        files.add(BootFile.read("/grubx64.efi", GRUB.bytes()));
        files.add(BootFile.read("/vmlinuz", KERNEL.bytes()));
        machine.forger.agent.add(Forger.DRIVE);
    }

    private static void boots(Forger forger, String component, ForgedImage image) {
        forger.events.replaceAll(event ->
                event.component().equals(component) && event.pcr() == 4 ? event.withDigest(digest(image)) : event);
    }

    private static Digest digest(ForgedImage image) {
        return new Digest(HashAlgorithm.SHA256, image.digest(HashAlgorithm.SHA256));
    }

    private static ReferenceManifest manifest(Forger forger) {
        return Forger.manifest(forger.secureBoot, forger.events, HonestBoot.COMMAND_LINE, ImaForge.DRIVERS);
    }

    private RehearsedNode node() {
        return node(machine.forger);
    }

    private RehearsedNode node(Forger forger) {
        return new RehearsedNode(
                forger.evidence(), EvidenceKey.of(forger.ak(), List.of()), manifest(forger), FIRMWARE, files);
    }

    private static Rehearsed rehearse(Premise premise, RehearsedNode node) {
        return new Rehearsal(premise, Forger.NOW).judge(node);
    }

    private static Premise hashes(Digest... digests) {
        return new Premise.Dbx(
                "dbxupdate.bin",
                List.of(SignatureList.hashes(
                        HonestBoot.OWNER,
                        List.of(digests).stream().map(Digest::value).toList())));
    }

    private static Premise certificate(ForgedKey key) {
        return new Premise.Dbx("dbxupdate.bin", List.of(PolicyMachine.list(key)));
    }

    private static Premise sbat(String level) throws MalformedException {
        return new Premise.SbatLevel(SbatLevels.read(level));
    }

    private static List<String> components(Rehearsed rehearsed) {
        return rehearsed.findings().stream().map(Finding::component).toList();
    }

    @Test
    @DisplayName("of a dbx update with the very hash of GRUB names GRUB, and neither shim nor kernel")
    void hashOfGrub() {
        Rehearsed rehearsed = rehearse(hashes(digest(GRUB)), node());
        assertThat(rehearsed.outcome()).isEqualTo(WOULD_GO_UNTRUSTED);
        assertThat(components(rehearsed)).containsExactly("GRUB 2.12-9 (Debian, grub,5)");
        Finding.Broken broken = (Finding.Broken) rehearsed.findings().getFirst();
        assertThat(broken.check()).isEqualTo(Check.REVOKED_IMAGES);
        assertThat(broken.expected()).contains("dbxupdate.bin");
        assertThat(broken.was()).contains(digest(GRUB).hex());
        assertThat(broken.where()).contains("PCR 4");
    }

    @Test
    @DisplayName("of a hash needs no file: the measured digest decides, and the manifest has the name")
    void hashWithoutFiles() {
        files.clear();
        Rehearsed rehearsed = rehearse(hashes(digest(GRUB)), node());
        assertThat(rehearsed.outcome()).isEqualTo(WOULD_GO_UNTRUSTED);
        assertThat(components(rehearsed)).containsExactly(Components.GRUB);
    }

    @Test
    @DisplayName("of a dbx update that names none of the boot images leaves the node trusted, with files and without")
    void otherHash() {
        Digest other = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("another GRUB"));
        assertThat(rehearse(hashes(other), node()).outcome()).isEqualTo(STAYS_TRUSTED);
        files.clear();
        assertThat(rehearse(hashes(other), node()).outcome()).isEqualTo(STAYS_TRUSTED);
    }

    @Test
    @DisplayName("of a half update names each image that it hits: the kernel alone, or shim alone")
    void halfUpdated() {
        assertThat(components(rehearse(hashes(digest(KERNEL)), node()))).containsExactly("kernel /vmlinuz");
        assertThat(components(rehearse(hashes(digest(SHIM)), node()))).containsExactly("shim 16.1 (shim,4)");
        assertThat(components(rehearse(hashes(digest(KERNEL), digest(SHIM)), node())))
                .containsExactly("shim 16.1 (shim,4)", "kernel /vmlinuz");
    }

    @Test
    @DisplayName("of a revoked release key names what it signed; the log alone cannot know whose signatures lead there")
    void revokedReleaseKey() {
        Rehearsed rehearsed = rehearse(certificate(RELEASE), node());
        assertThat(rehearsed.outcome()).isEqualTo(WOULD_GO_UNTRUSTED);
        assertThat(components(rehearsed)).containsExactly("GRUB 2.12-9 (Debian, grub,5)", "kernel /vmlinuz");
        files.clear();
        Rehearsed unknown = rehearse(certificate(RELEASE), node());
        assertThat(unknown.outcome()).isEqualTo(CANNOT_BE_KNOWN);
        assertThat(unknown.findings().getLast().sentence()).contains("kernel /vmlinuz", "no longer on this host");
    }

    @Test
    @DisplayName("of a revoked certificate of db names shim, also by PCR 7 alone")
    void revokedAuthority() {
        assertThat(components(rehearse(certificate(PolicyMachine.SIGNER), node())))
                .containsExactly("shim 16.1 (shim,4)");
        files.clear();
        Rehearsed rehearsed = rehearse(certificate(PolicyMachine.SIGNER), node());
        assertThat(rehearsed.outcome()).isEqualTo(WOULD_GO_UNTRUSTED);
        assertThat(rehearsed.findings().getFirst().component()).isEqualTo(Components.SHIM);
    }

    @Test
    @DisplayName("of a stranger's revoked certificate leaves the node trusted where its files are at hand")
    void revokedStranger() {
        assertThat(rehearse(certificate(PolicyMachine.STRANGER), node()).outcome())
                .isEqualTo(STAYS_TRUSTED);
        files.removeLast();
        Rehearsed rehearsed = rehearse(certificate(PolicyMachine.STRANGER), node());
        assertThat(rehearsed.outcome()).isEqualTo(CANNOT_BE_KNOWN);
        assertThat(components(rehearsed)).containsExactly("kernel /vmlinuz");
    }

    @Test
    @DisplayName("of an SBAT level above GRUB's generation names GRUB, and not the kernel, which has none")
    void sbatAboveGrub() throws MalformedException {
        Rehearsed rehearsed = rehearse(sbat("sbat,1,2099010100 shim,4 grub,6"), node());
        assertThat(rehearsed.outcome()).isEqualTo(WOULD_GO_UNTRUSTED);
        assertThat(components(rehearsed)).containsExactly("GRUB 2.12-9 (Debian, grub,5)");
        Finding.Broken broken = (Finding.Broken) rehearsed.findings().getFirst();
        assertThat(broken.check()).isEqualTo(Check.SBAT_LEVEL);
        assertThat(broken.expected()).startsWith("grub,6 or later").contains("2099010100: shim,4 grub,6");
        assertThat(broken.was()).contains("generation 5");
    }

    @Test
    @DisplayName("of an SBAT level above shim's own names shim; a line without a date comes on top of what is measured")
    void sbatAboveShim() throws MalformedException {
        assertThat(components(rehearse(sbat("shim,5"), node()))).containsExactly("shim 16.1 (shim,4)");
        assertThat(rehearse(sbat("grub,5"), node()).outcome()).isEqualTo(STAYS_TRUSTED);
    }

    @Test
    @DisplayName("of an SBAT level older than the measured one changes nothing, as shim keeps the newer")
    void olderSbat() throws MalformedException {
        assertThat(rehearse(sbat("sbat,1,2020010100 grub,99"), node()).outcome())
                .isEqualTo(STAYS_TRUSTED);
        assertThat(rehearse(sbat("2022111500"), node()).outcome()).isEqualTo(STAYS_TRUSTED);
    }

    @Test
    @DisplayName("of an SBAT level without the files of the boot images cannot know, and says which file it lacks")
    void sbatWithoutFiles() throws MalformedException {
        files.clear();
        Rehearsed rehearsed = rehearse(sbat("grub,6"), node());
        assertThat(rehearsed.outcome()).isEqualTo(CANNOT_BE_KNOWN);
        assertThat(components(rehearsed)).containsExactly(Components.SHIM, Components.GRUB, "kernel /vmlinuz");
    }

    @Test
    @DisplayName("of revocations leaves a node trusted that has Secure Boot off: nobody asks them")
    void secureBootOff() throws MalformedException {
        Forger off = new Forger(false);
        boots(off, Components.GRUB, GRUB);
        assertThat(rehearse(hashes(digest(GRUB)), node(off)).outcome()).isEqualTo(STAYS_TRUSTED);
        assertThat(rehearse(sbat("grub,99"), node(off)).outcome()).isEqualTo(STAYS_TRUSTED);
    }

    private Premise image(ReferenceManifest manifest, Digest firmware) {
        return new Premise.NodeImage(manifest, manifest, firmware);
    }

    @Test
    @DisplayName("of the node's own image leaves it trusted; of one with another kernel names the kernel")
    void otherImage() {
        assertThat(rehearse(image(manifest(machine.forger), FIRMWARE), node()).findings())
                .isEmpty();
        PolicyMachine other = new PolicyMachine();
        other.forger.events.clear();
        other.forger.events.addAll(machine.forger.events);
        boots(other.forger, "kernel /vmlinuz", ForgedImage.of("newer kernel"));
        Rehearsed rehearsed = rehearse(image(manifest(other.forger), FIRMWARE), node());
        assertThat(rehearsed.outcome()).isEqualTo(WOULD_GO_UNTRUSTED);
        assertThat(components(rehearsed)).containsExactly("kernel /vmlinuz");
        assertThat(((Finding.Broken) rehearsed.findings().getFirst()).was())
                .contains(digest(KERNEL).hex());
    }

    @Test
    @DisplayName("of an image with another firmware names the firmware")
    void otherFirmware() {
        Digest newer = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("newer OVMF_CODE.fd"));
        Rehearsed rehearsed = rehearse(image(manifest(machine.forger), newer), node());
        assertThat(components(rehearsed)).containsExactly("firmware");
    }

    @Test
    @DisplayName("of a policy that the node holds leaves it trusted, whatever nonce the policy wants")
    void heldPolicy() {
        machine.certificate = false;
        machine.kernels = Optional.of(List.of(new NamedDigest("kernel", digest(KERNEL))));
        assertThat(rehearse(new Premise.Asked(machine.policy()), node()).findings())
                .isEmpty();
    }

    @Test
    @DisplayName("of a policy that asks for more names the check")
    void stricterPolicy() {
        machine.certificate = false;
        machine.kernels = Optional.of(List.of(PolicyMachine.named("kernel 6.18", "a newer kernel")));
        Rehearsed rehearsed = rehearse(new Premise.Asked(machine.policy()), node());
        assertThat(rehearsed.outcome()).isEqualTo(WOULD_GO_UNTRUSTED);
        assertThat(rehearsed.findings()).extracting(Finding::check).containsExactly(Check.KERNEL_IMAGE);
    }

    @Test
    @DisplayName("of a policy that asks for what no evidence shows cannot know")
    void unansweredPolicy() {
        machine.certificate = true;
        machine.kernels = Optional.empty();
        Rehearsed rehearsed = rehearse(new Premise.Asked(machine.policy()), node());
        assertThat(rehearsed.findings()).extracting(Finding::check).containsExactly(Check.AK_CERTIFICATE);
        assertThat(rehearsed.outcome()).isEqualTo(CANNOT_BE_KNOWN);
    }

    @Test
    @DisplayName("of stored evidence that no longer holds cannot know anything")
    void evidenceThatDoesNotHold() {
        machine.forger.sentLog = Optional.of(new Forger(true).log());
        Rehearsed rehearsed = rehearse(hashes(digest(GRUB)), node());
        assertThat(rehearsed.outcome()).isEqualTo(CANNOT_BE_KNOWN);
        assertThat(rehearsed.findings().getFirst().sentence()).contains("evidence that holds");
    }

    @Test
    @DisplayName("asks of each node for itself: two that booted differently are told apart")
    void nodesApart() {
        Rehearsal rehearsal = new Rehearsal(hashes(digest(GRUB)), Forger.NOW);
        assertThat(rehearsal.judge(node()).outcome()).isEqualTo(WOULD_GO_UNTRUSTED);
        boots(machine.forger, Components.GRUB, ForgedImage.of("newer grub"));
        assertThat(rehearsal.judge(node()).outcome()).isEqualTo(STAYS_TRUSTED);
    }

    @Test
    @DisplayName(
            "of a real node's evidence: its GRUB's hash in a text of digests names GRUB, another leaves it trusted")
    void realNode() throws MalformedException {
        RealNode real = RealNode.read(true);
        files.clear();
        RehearsedNode node = new RehearsedNode(
                real.forger().evidence(),
                EvidenceKey.of(real.forger().ak(), List.of()),
                real.manifest(),
                FIRMWARE,
                files);
        Digest grub = real.manifest().pcr(4).orElseThrow().events().stream()
                .filter(event -> event.component().equals(Components.GRUB))
                .findFirst()
                .orElseThrow()
                .digest();
        assertThat(components(rehearse(dbx(grub.hex() + " GRUB\n"), node))).containsExactly(Components.GRUB);
        assertThat(rehearse(dbx("ab".repeat(32) + "\n"), node).outcome()).isEqualTo(STAYS_TRUSTED);
        assertThat(rehearse(image(real.manifest(), FIRMWARE), node).findings()).isEmpty();
    }

    private static Premise dbx(String text) throws MalformedException {
        return new Premise.Dbx("text", TrustFiles.parse(Bytes.utf8(text), TrustDatabase.DBX));
    }
}
