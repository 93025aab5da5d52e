package dev.sigillo.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.StoredVariable;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrubBootTest {

    private static final String OWNER = "77fa9abd-0359-4d32-bd60-28f4e78f784b";
    private static final String LEVEL = "sbat,1,2025021800\nshim,4\ngrub,5\n";
    private static final String SBAT = """
            sbat,1,SBAT Version,sbat,1,x
            grub,5,FSF,grub,2.12,https://y
            grub.debian,5,Debian,grub2,2.12-9,z
            grub.debian13,1,Debian,grub2,2.12-9,z
            """;
    private static final ForgedSigner ROOT = ForgedSigner.root("CN=UEFI CA");
    private static final ForgedSigner VENDOR = ForgedSigner.root("CN=vendor");
    private static final Bytes REVOCATIONS = Bytes.of(Measured.list(Measured.SHA256, Measured.SHIM, new byte[32]));
    private static final Bytes INITRD = Bytes.utf8("an initrd");

    static VarStore store(boolean secureBoot) {
        byte[] trusted =
                secureBoot ? Measured.list(Measured.X509, OWNER, ROOT.der().toByteArray()) : new byte[0];
        return SecureBootPolicyTest.store(trusted, trusted, trusted, new byte[0], secureBoot ? 1 : 0);
    }

    private static Bytes resource(String name) throws IOException {
        try (InputStream in = GrubBootTest.class.getResourceAsStream("/boot/node-202611/" + name)) {
            return Bytes.of(in.readAllBytes());
        }
    }

    static GrubFiles files() throws IOException, MalformedException {
        return new GrubFiles(
                ForgedPe.checked(ForgedPe.shim(VENDOR.der(), REVOCATIONS, LEVEL).signed(ROOT)),
                ForgedPe.checked(new ForgedPe()
                        .section(".text", Bytes.utf8("GRUB"))
                        .section(".sbat", Bytes.utf8(SBAT))
                        .signed(VENDOR)),
                ForgedPe.checked(new ForgedPe()
                        .section(".text", Bytes.utf8("kernel"))
                        .section(".sbat", Bytes.utf8(SBAT))
                        .signed(VENDOR)),
                INITRD,
                resource("grub.cfg"));
    }

    private static ReferenceManifest manifest(boolean secureBoot) throws Exception {
        return manifest(files(), secureBoot);
    }

    private static ReferenceManifest manifest(GrubFiles files, boolean secureBoot) throws Exception {
        GrubBoot boot = new GrubBoot(files, store(secureBoot));
        List<PcrReference> pcrs = new ArrayList<>(boot.pcrs());
        pcrs.add(BootDisk.of(resource("disk-start.bin")).pcr());
        return new ReferenceManifest("v1", secureBoot, true, pcrs, List.of(), boot.commandLine());
    }

    private static List<String> events(ReferenceManifest manifest, int pcr) {
        return manifest.pcr(pcr).orElseThrow().events().stream()
                .map(event -> event.type() + " " + event.component() + " "
                        + event.digest().hex())
                .toList();
    }

    private static String image(Bytes signed) {
        // The certificates are the end of the file; what is before them was hashed when it was signed.
        int certificates = (int) Integer.toUnsignedLong(Integer.reverseBytes(new java.math.BigInteger(
                        signed.slice(0x40 + 24 + 112 + 32, 0x40 + 24 + 112 + 36).toByteArray())
                .intValue()));
        return ForgedPe.digest(signed.slice(0, certificates)).hex();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("The manifest covers what the image decides, and nothing that the firmware's shape decides")
    void covered(boolean secureBoot) throws Exception {
        ReferenceManifest manifest = manifest(secureBoot);

        assertThat(manifest.pcrs()).extracting(PcrReference::pcr).containsExactly(4, 5, 7, 8, 9, 14);
        assertThat(manifest.secureBoot()).isEqualTo(secureBoot);
        assertThat(manifest.vtpm()).isTrue();
        assertThat(manifest.image()).isEqualTo("v1");
        assertThat(manifest.extensions()).isEmpty();
        assertThat(manifest.commandLine())
                .startsWith("/vmlinuz ro console=ttyS0 ")
                .hasSize(285 - "linux ".length());
    }

    @Test
    @DisplayName("PCR 4: the attempt, the separator, shim, GRUB, and the kernel once where Secure Boot is on")
    void bootLoaders() throws Exception {
        GrubFiles files = files();
        String application = "EV_EFI_BOOT_SERVICES_APPLICATION ";
        List<String> expected = List.of(
                "EV_EFI_ACTION Calling EFI Application from Boot Option "
                        + Measured.sha256("Calling EFI Application from Boot Option"),
                "EV_SEPARATOR separator " + Measured.sha256(new byte[4]),
                application + "shim " + image(files.shim()),
                application + "GRUB " + image(files.grub()),
                application + "kernel /vmlinuz " + image(files.kernel()));

        assertThat(events(manifest(files, true), 4)).isEqualTo(expected);
        assertThat(events(manifest(files, false), 4)).isEqualTo(expected.subList(0, 4));
    }

    @Test
    @DisplayName(
            "PCR 5: the partition table as a node's firmware measured it, between separator and boot services' end")
    void bootLoaderConfiguration() throws Exception {
        assertThat(events(manifest(true), 5))
                .containsExactly(
                        "EV_SEPARATOR separator " + Measured.sha256(new byte[4]),
                        "EV_EFI_GPT_EVENT partition table"
                                + " c084d632d601892d446f682900dc260e2cfe3c28a83a317457831bcb529f93fd",
                        "EV_EFI_ACTION Exit Boot Services Invocation "
                                + Measured.sha256("Exit Boot Services Invocation"),
                        "EV_EFI_ACTION Exit Boot Services Returned with Success "
                                + Measured.sha256("Exit Boot Services Returned with Success"));
    }

    @Test
    @DisplayName("PCR 8: each command, and the kernel's command line, as a node's GRUB measured them")
    void grubCommands() throws Exception {
        ReferenceManifest manifest = manifest(true);

        assertThat(events(manifest, 8))
                .containsExactly(
                        "EV_IPL GRUB command: linux " + manifest.commandLine()
                                + " 19169a8e903bce994c9f808c8381e31f55cc4cdef37e08476d1a7dd43dea71bf",
                        "EV_IPL kernel command line 6ce24680f5d2b9f2327f27f2b1d47668b2a8d45d0ef2d67c855bb1ac52b41948",
                        "EV_IPL GRUB command: initrd /initrd.img"
                                + " ccc2b8fbe822e7db77e5ab74eec18711378bd02b40c05cefd0d7dbf705587bc2",
                        "EV_IPL GRUB command: boot"
                                + " 4509beb0ab401d71fa4a5cd94a55c9a74f13332776ae4019c5bfc4c2005157ff");
    }

    @Test
    @DisplayName("PCR 9: grub.cfg twice and the stub's load options as a node measured them, kernel and initrd between")
    void grubFiles() throws Exception {
        GrubFiles files = files();
        String configuration =
                "EV_IPL GRUB configuration 4160e16985380e60761e7323d8ea5203927a4e85f3468c04473572283ea14240";
        assertThat(events(manifest(files, true), 9))
                .containsExactly(
                        configuration,
                        configuration,
                        "EV_IPL kernel /vmlinuz "
                                + Measured.sha256(files.kernel().toByteArray()),
                        "EV_IPL initrd " + Measured.sha256("an initrd"),
                        "EV_EVENT_TAG kernel load options"
                                + " 23c849aea73f3a74fcda7e05223876bf8e9c78f65264c67844717c7e4b47f472",
                        "EV_EVENT_TAG initrd " + Measured.sha256("an initrd"));
    }

    @Test
    @DisplayName("PCR 14: shim's own key as the MokList where nobody enrolled one, its revocations, and trust")
    void mok() throws Exception {
        byte[] vendor = Measured.list(Measured.X509, Measured.SHIM, VENDOR.der().toByteArray());
        assertThat(events(manifest(true), 14))
                .containsExactly(
                        "EV_IPL MokList " + Measured.sha256(vendor),
                        "EV_IPL MokListX " + Measured.sha256(REVOCATIONS.toByteArray()),
                        "EV_IPL MokListTrusted " + Measured.sha256(new byte[] {1}));
    }

    @Test
    @DisplayName("Every event but what a rule fixes comes from a file, under the name that findings look for")
    void origins() throws Exception {
        List<ExpectedEvent> all = manifest(true).pcrs().stream()
                .flatMap(pcr -> pcr.events().stream())
                .toList();

        assertThat(all)
                .filteredOn(event -> event.origin() == Origin.RULE)
                .allMatch(event ->
                        event.type().equals("EV_SEPARATOR") || event.type().equals("EV_EFI_ACTION"));
        assertThat(all)
                .filteredOn(event -> event.type().equals("EV_SEPARATOR"))
                .allMatch(event -> event.component().equals(Components.SEPARATOR));
        assertThat(all)
                .extracting(ExpectedEvent::component)
                .contains(
                        Components.KERNEL_COMMAND_LINE,
                        Components.INITRD,
                        Components.GRUB_CONFIGURATION,
                        Components.LOAD_OPTIONS,
                        Components.SHIM,
                        Components.GRUB,
                        Components.SECURE_BOOT_VARIABLE,
                        Components.PARTITION_TABLE);
    }

    @Test
    @DisplayName("A boot loader that is no PE image, a disk without a partition table: refused, not guessed")
    void broken() throws Exception {
        GrubFiles files = files();
        GrubFiles noGrub = new GrubFiles(files.shim(), Bytes.utf8("MZ"), files.kernel(), INITRD, files.grubConfig());

        assertThatThrownBy(() -> new GrubBoot(noGrub, store(true))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> BootDisk.of(Bytes.zeros(17408))).hasMessageContaining("EFI PART");
        assertThat("EFI PART".getBytes(StandardCharsets.US_ASCII)).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SbatPolicy",
                "MokSBState",
                "MokDBState",
                "MokListTrusted",
                "MokPolicy",
                "MokNew",
                "MokAuth",
                "a variable of a later shim"
            })
    @DisplayName(
            "A variable of shim's other than its lists and its level is refused by name: shim may do otherwise by it")
    void shimVariable(String name) throws Exception {
        GrubFiles files = files();

        assertThatThrownBy(() -> new GrubBoot(files, storeWith(Guid.SHIM_LOCK, name)))
                .isInstanceOf(UnpredictableException.class)
                .hasMessageContaining("the varstore has " + name);
        assertThat(new GrubBoot(files, storeWith(Guid.SECURE_BOOT_ENABLE, name)).pcrs())
                .as("of another vendor")
                .isEqualTo(new GrubBoot(files, store(true)).pcrs());
    }

    private static VarStore storeWith(Guid vendor, String name) {
        List<StoredVariable> variables = new ArrayList<>(store(true).variables());
        variables.add(new StoredVariable(vendor, name, 3, Bytes.of((byte) 1)));
        return new VarStore(variables);
    }

    @Test
    @DisplayName("shim's lists and its level in the varstore are no obstacle")
    void shimLists() throws Exception {
        for (String name : List.of("MokList", "MokListX", "SbatLevel")) {
            List<StoredVariable> variables = new ArrayList<>(store(true).variables());
            variables.add(new StoredVariable(
                    Guid.SHIM_LOCK, name, 3, name.equals("SbatLevel") ? Bytes.utf8(LEVEL) : REVOCATIONS));

            assertThat(new GrubBoot(files(), new VarStore(variables)).pcrs()).hasSize(5);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grub,5,FSF,grub,2.12,y",
                "grub,5,FSF,grub,2.12,y;grub.ubuntu,2,Ubuntu,grub2,2.12,z",
                "grub,5,FSF,grub,2.12,y;grub.debian13,1,Debian,grub2,2.12-9,z;grub.proxmox,2,Proxmox,grub2,2.12,z",
                "grub,5,FSF,grub,2.12,y;grub.debian12,1,Debian,grub2,2.12-9,z",
                "grub,5,FSF,grub,2.06,y",
                "grub,5,FSF,grub,2.06,y;grub.debian,5,Debian,grub2,2.06-13,z",
                "grub,5,FSF,grub,2.06,y;grub.rh,2,Red Hat,grub2,2.06,z",
                "grub,5,FSF,grub,2.14,y;grub.debian13,1,Debian,grub2,2.14,z"
            })
    @DisplayName("A GRUB whose SBAT entries are not those of a vendor's release that was compared is refused by name")
    void otherGrub(String entries) throws Exception {
        GrubFiles files = files();
        Bytes other = ForgedPe.checked(new ForgedPe()
                .section(".sbat", Bytes.utf8("sbat,1,SBAT Version,sbat,1,x\n" + entries.replace(';', '\n') + "\n"))
                .signed(VENDOR));
        GrubFiles changed = new GrubFiles(files.shim(), other, files.kernel(), INITRD, files.grubConfig());

        assertThatThrownBy(() -> new GrubBoot(changed, store(true)))
                .isInstanceOf(UnpredictableException.class)
                .hasMessageContaining(
                        "GRUB " + entries.substring("grub,5,FSF,grub,".length(), "grub,5,FSF,grub,2.12".length()))
                .hasMessageContaining("grub.debian13");
    }
}
