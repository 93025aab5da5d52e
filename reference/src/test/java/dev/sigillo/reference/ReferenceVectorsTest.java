package dev.sigillo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Predictions from certificates and shim, held against what others predicted of Fedora CoreOS and what a Debian 12
 * machine measured. Those that need Debian's own shim take it from a node image in the cache.
 */
class ReferenceVectorsTest {

    private static final String MICROSOFT = "77fa9abd-0359-4d32-bd60-28f4e78f784b";

    /** Owner of what Debian's OVMF adds: its own KEK, and one revocation, the hash of the empty file. */
    private static final String OVMF = "a0baa8a3-041d-48a8-bc87-c36d121b5e3d";

    private record Golden(String value, List<String> events) {}

    private static Path vector(String name) {
        Path file = Vectors.folder().resolve(name);
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        return file;
    }

    private static Golden golden(String name) throws IOException {
        JsonNode root = JsonMapper.builder().build().readTree(Files.readAllBytes(vector("golden/" + name + ".json")));
        List<String> events = new ArrayList<>();
        root.required("events")
                .forEach(event -> events.add(event.required("hash").asString()));
        return new Golden(root.required("value").asString(), events);
    }

    private static byte[] certificate(String name) throws IOException {
        return Files.readAllBytes(vector("secureboot/" + name));
    }

    private static Bytes debianShim() throws IOException {
        return cached("shimx64.efi");
    }

    /** A boot file of a node image that was built here. */
    static Bytes cached(String name) throws IOException {
        String cache = Optional.ofNullable(System.getenv("SIGILLO_CACHE"))
                .orElse(System.getProperty("user.home") + "/.cache/sigillo");
        Path images = Path.of(cache).resolve("images");
        Assumptions.assumeTrue(
                Files.isDirectory(images), () -> "skipped: no node image in " + images + "; ./run builds one");
        try (Stream<Path> folders = Files.list(images)) {
            Optional<Path> file = folders.map(folder -> folder.resolve(name))
                    .filter(Files::isRegularFile)
                    .findFirst();
            Assumptions.assumeTrue(
                    file.isPresent(), () -> "skipped: no node image in " + images + "; ./run builds one");
            return Bytes.of(Files.readAllBytes(file.get()));
        }
    }

    private static List<Event> debian12() throws IOException, MalformedException {
        Path file = vector("eventlogs/own--debian12-ovmf-swtpm.bin");
        return EventLog.parse(Bytes.of(Files.readAllBytes(file))).events();
    }

    private static List<String> measured(List<Event> events, int pcr) {
        return events.stream()
                .filter(event -> event.pcr() == pcr)
                .map(event -> event.digest(HashAlgorithm.SHA256).orElseThrow().hex())
                .toList();
    }

    private static List<String> hex(List<ExpectedEvent> events) {
        return events.stream().map(event -> event.digest().hex()).toList();
    }

    private static List<String> predicted(List<PcrReference> manifest, int pcr) {
        return hex(manifest.stream()
                .filter(one -> one.pcr() == pcr)
                .findFirst()
                .orElseThrow()
                .events());
    }

    private static String replay(List<String> events) {
        Digest register = Digest.zero(HashAlgorithm.SHA256);
        for (String event : events) {
            register = register.extend(Digest.fromHex(HashAlgorithm.SHA256, event));
        }
        return register.hex();
    }

    /** Debian 12's OVMF_VARS_4M.ms.fd; its own certificate is not published apart, so it comes from the log's PK. */
    private static VarStore debian12Store() throws IOException, MalformedException {
        byte[] pk = debian12().get(4).payload().toByteArray();
        byte[] own = Arrays.copyOfRange(pk, 36 + 44, pk.length);
        byte[] kek = Measured.list(Measured.X509, MICROSOFT, certificate("MicCorKEKCA2011_2011-06-24.crt"));
        byte[] windows = Measured.list(Measured.X509, MICROSOFT, certificate("MicWinProPCA2011_2011-10-19.crt"));
        byte[] others = Measured.list(Measured.X509, MICROSOFT, certificate("MicCorUEFCA2011_2011-06-27.crt"));
        byte[] empty = HashAlgorithm.SHA256.hash(Bytes.empty()).toByteArray();
        return SecureBootPolicyTest.store(
                Measured.list(Measured.X509, Measured.GLOBAL, own),
                Measured.join(Measured.list(Measured.X509, OVMF, own), kek),
                Measured.join(windows, others),
                Measured.list(Measured.SHA256, OVMF, empty),
                1);
    }

    @Test
    @DisplayName("PCR 7 with Secure Boot off: all seven events, and the value, that others predict of Fedora")
    void secureBootOff() throws Exception {
        Golden golden = golden("pcr7-sb-disabled");
        VarStore empty = SecureBootPolicyTest.store(new byte[0], new byte[0], new byte[0], new byte[0], 0);
        Bytes shim = GrubBootTest.files().shim();
        List<String> predicted = hex(
                SecureBootPolicyTest.events(empty, shim, GrubBootTest.files().grub()));

        assertThat(predicted).isEqualTo(golden.events());
        assertThat(replay(predicted)).isEqualTo(golden.value());
    }

    @Test
    @DisplayName("PCR 4 and 14: what does not depend on the distribution is what others predict of Fedora")
    void common() throws Exception {
        List<PcrReference> manifest = new GrubBoot(GrubBootTest.files(), GrubBootTest.store(true)).pcrs();

        // The attempt and the separator; a vendor's empty revocations as one entry of zeros, and trust in MOK.
        assertThat(predicted(manifest, 4).subList(0, 2))
                .isEqualTo(golden("pcr4").events().subList(0, 2));
        assertThat(predicted(manifest, 4)).hasSameSizeAs(golden("pcr4").events());
        assertThat(predicted(manifest, 14).subList(1, 3))
                .isEqualTo(golden("pcr14").events().subList(1, 3));
    }

    @Test
    @DisplayName("PCR 7 of a Debian 12 machine, event by event, from certificates and Debian's shim")
    void debianPolicy() throws Exception {
        Bytes shim = debianShim();
        List<String> predicted = hex(SecureBootPolicyTest.events(debian12Store(), shim, cached("grubx64.efi")));

        assertThat(predicted).isEqualTo(measured(debian12(), 7));
        assertThat(golden("pcr7-sb-enabled").events())
                .contains(predicted.getFirst(), predicted.get(5), predicted.get(6));
    }

    @Test
    @DisplayName("PCR 7 with Secure Boot on: the level that Fedora's shim sets is the one that others predict")
    void fedoraLevel() throws Exception {
        Bytes shim = debianShim();
        ShimFile debian = ShimFile.parse(shim);
        String level = "sbat,1,2023012900\nshim,2\ngrub,3\ngrub.debian,4\n";
        SecureBootPolicy policy = new SecureBootPolicy(debian12Store());
        policy.firmwareStarts(shim, "shim");
        policy.shimStarts(ShimLists.of(
                new ShimFile(debian.vendorCertificate(), debian.vendorRevocations(), Bytes.utf8(level)),
                debian12Store()));

        assertThat(hex(policy.events()).get(7))
                .isEqualTo(golden("pcr7-sb-enabled").events().get(7));
    }

    @Test
    @DisplayName("PCR 14 of a Debian 12 machine: its MokList is the certificate in Debian's shim")
    void debianMok() throws Exception {
        GrubFiles debian = new GrubFiles(
                debianShim(),
                cached("grubx64.efi"),
                cached("vmlinuz"),
                cached("initrd.img"),
                Bytes.utf8("linux /vmlinuz root=/dev/vda2 ro console=ttyS0 quiet\ninitrd /initrd.img\nboot\n"));
        List<String> predicted = predicted(new GrubBoot(debian, debian12Store()).pcrs(), 14);
        List<String> measured = measured(debian12(), 14);

        assertThat(predicted).hasSize(3);
        assertThat(predicted.getFirst()).isEqualTo(measured.getFirst());
        assertThat(predicted.getLast()).isEqualTo(measured.getLast());
    }

    @Test
    @DisplayName("PCR 8 and 14 of a Debian 12 machine: GRUB 2.06 looks for its configuration, then runs it")
    void debianGrub() throws Exception {
        String sbat = "sbat,1,SBAT Version,sbat,1,x\ngrub,5,FSF,grub,2.06,y\ngrub.debian12,1,Debian,grub2,2.06-13,z\n";
        ForgedSigner vendor = ForgedSigner.root("CN=vendor");
        ForgedSigner root = ForgedSigner.root("CN=UEFI CA");
        String level = "sbat,1,2025021800\nshim,4\ngrub,5\n";
        GrubFiles files = new GrubFiles(
                ForgedPe.checked(
                        ForgedPe.shim(vendor.der(), Bytes.empty(), level).signed(root)),
                ForgedPe.checked(
                        new ForgedPe().section(".sbat", Bytes.utf8(sbat)).signed(vendor)),
                ForgedPe.checked(
                        new ForgedPe().section(".text", Bytes.utf8("k")).signed(vendor)),
                Bytes.utf8("initrd"),
                Bytes.utf8("linux /vmlinuz root=/dev/vda2 ro console=ttyS0 quiet\ninitrd /initrd.img\nboot\n"));
        GrubBoot boot = new GrubBoot(files, GrubBootTest.store(false));
        List<String> measured = measured(debian12(), 8);

        // Its grub.cfg names the disk in its own way; steps, command line, initrd and boot are the same.
        assertThat(predicted(boot.pcrs(), 8))
                .containsSubsequence(measured.subList(0, 4))
                .contains(measured.getLast());
        assertThat(predicted(boot.pcrs(), 9)).hasSize(3);
    }
}
