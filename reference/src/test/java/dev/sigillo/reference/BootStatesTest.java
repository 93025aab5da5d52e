package dev.sigillo.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.attest.ReferenceStates.State;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.reference.BootPlan.Part;
import dev.sigillo.uefi.SignatureList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The states of a machine between two updates")
class BootStatesTest {

    private static final String LEVEL = "sbat,1,2025021800\nshim,4\ngrub,5\n";
    private static final ForgedSigner CA_2011 = ForgedSigner.root("CN=UEFI CA 2011");
    private static final ForgedSigner CA_2023 = ForgedSigner.root("CN=UEFI CA 2023");
    private static final ForgedSigner VENDOR = ForgedSigner.root("CN=vendor");
    private static final String OWNER = "77fa9abd-0359-4d32-bd60-28f4e78f784b";

    private static Bytes grub(String release, String text) throws MalformedException {
        String vendor = release.equals("2.06") ? "grub.debian12" : "grub.debian13";
        String sbat = "sbat,1,SBAT Version,sbat,1,x\ngrub,5,FSF,grub," + release + ",https://y\n" + vendor
                + ",1,Debian,grub2," + release + ",z\n";
        return ForgedPe.checked(new ForgedPe()
                .section(".text", Bytes.utf8(text))
                .section(".sbat", Bytes.utf8(sbat))
                .signed(VENDOR));
    }

    private static Bytes shim(String text, ForgedSigner... signers) throws MalformedException {
        ForgedPe shim = ForgedPe.shim(VENDOR.der(), Bytes.empty(), LEVEL).section(".data", Bytes.utf8(text));
        for (ForgedSigner signer : signers) {
            shim.signed(signer);
        }
        return ForgedPe.checked(shim);
    }

    private static byte[] db(ForgedSigner... trusted) {
        byte[] all = new byte[0];
        for (ForgedSigner one : trusted) {
            all = Measured.join(
                    all, Measured.list(Measured.X509, OWNER, one.der().toByteArray()));
        }
        return all;
    }

    private static Bytes varstore(byte[] dbx, ForgedSigner... trusted) {
        byte[] keys = db(CA_2011);
        return ForgedVarStore.file(SecureBootPolicyTest.store(keys, keys, db(trusted), dbx, 1));
    }

    private static Map<Part, Bytes> files() throws MalformedException {
        Map<Part, Bytes> files = new HashMap<>();
        files.put(Part.VARSTORE, varstore(new byte[0], CA_2011, CA_2023));
        files.put(Part.SHIM, shim("16.1", CA_2011, CA_2023));
        files.put(Part.GRUB, grub("2.12", "new GRUB"));
        files.put(Part.KERNEL, grub("kernel", "new kernel"));
        files.put(Part.INITRD, Bytes.utf8("new initrd"));
        files.put(Part.GRUB_CONFIGURATION, Bytes.utf8("linux /vmlinuz-2 ro\ninitrd /initrd.img-2\nboot\n"));
        return files;
    }

    private static ReferenceStates states(Map<Part, Bytes> old) throws Exception {
        return BootStates.of(plan(files(), old, List.of()));
    }

    private static BootPlan plan(Map<Part, Bytes> files, Map<Part, Bytes> old, List<PcrReference> taken) {
        return new BootPlan(
                "debian", files, old, GrubBoot.FOLDER, Optional.empty(), List.of(), Optional.empty(), taken);
    }

    private static ReferenceManifest manifest(ReferenceStates states, String name) {
        return states.states().stream()
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow()
                .manifest();
    }

    private static String value(ReferenceManifest manifest, int pcr) {
        return manifest.pcr(pcr).orElseThrow().value().hex();
    }

    @Test
    @DisplayName("are one where nothing is old, under the manifest's own name")
    void one() throws Exception {
        assertThat(states(Map.of()).states()).extracting(State::name).containsExactly("debian");
        assertThat(states(Map.of(Part.INITRD, Bytes.utf8("new initrd"))).states())
                .as("an old file that is the new one")
                .hasSize(1);
    }

    @Test
    @DisplayName("are every combination of packages: a kernel with its initrd and configuration, GRUB by itself")
    void combinations() throws Exception {
        Map<Part, Bytes> old = Map.of(
                Part.KERNEL, grub("kernel", "old kernel"),
                Part.INITRD, Bytes.utf8("old initrd"),
                Part.GRUB_CONFIGURATION, Bytes.utf8("linux /vmlinuz-1 ro\ninitrd /initrd.img-1\nboot\n"),
                Part.GRUB, grub("2.06", "old GRUB"));
        ReferenceStates states = states(old);

        assertThat(states.states())
                .extracting(State::name)
                .containsExactly(
                        "new kernel, new GRUB", "old kernel, new GRUB", "new kernel, old GRUB", "old kernel, old GRUB");
        ReferenceManifest mixed = manifest(states, "new kernel, old GRUB");
        assertThat(mixed.image()).isEqualTo("debian (new kernel, old GRUB)");
        assertThat(mixed.commandLine()).isEqualTo("/vmlinuz-2 ro");
        assertThat(mixed.pcr(4).orElseThrow().events())
                .as("the old GRUB has the new kernel verified twice")
                .hasSize(6);
        assertThat(mixed.pcr(9).orElseThrow().events())
                .as("and its EFI stub measures nothing under it")
                .hasSize(3);
        ReferenceManifest other = manifest(states, "old kernel, new GRUB");
        assertThat(other.commandLine()).isEqualTo("/vmlinuz-1 ro");
        assertThat(other.pcr(9).orElseThrow().events()).hasSize(6);
        assertThat(states.states())
                .extracting(state -> value(state.manifest(), 4))
                .doesNotHaveDuplicates();
        assertThat(states.states())
                .extracting(state -> value(state.manifest(), 7))
                .containsOnly(value(mixed, 7));
    }

    @Test
    @DisplayName("differ in PCR 7 alone where only keys are old: of a shim that two keys signed the first known counts")
    void keys() throws Exception {
        ReferenceStates states = states(Map.of(Part.VARSTORE, varstore(new byte[0], CA_2011)));
        ReferenceStates only2023 = states(Map.of(Part.VARSTORE, varstore(new byte[0], CA_2023)));
        String authority2011 = manifest(states, "old varstore")
                .pcr(7)
                .orElseThrow()
                .events()
                .get(6)
                .digest()
                .hex();

        assertThat(states.states()).extracting(State::name).containsExactly("new varstore", "old varstore");
        assertThat(manifest(states, "new varstore")
                        .pcr(7)
                        .orElseThrow()
                        .events()
                        .get(6)
                        .digest()
                        .hex())
                .isEqualTo(authority2011);
        assertThat(manifest(only2023, "old varstore")
                        .pcr(7)
                        .orElseThrow()
                        .events()
                        .get(6)
                        .digest()
                        .hex())
                .isNotEqualTo(authority2011);
        assertThat(value(manifest(states, "old varstore"), 4)).isEqualTo(value(manifest(states, "new varstore"), 4));
        assertThat(value(manifest(states, "old varstore"), 7)).isNotEqualTo(value(manifest(states, "new varstore"), 7));
    }

    @Test
    @DisplayName("leave out what would not boot: an old shim that the new dbx revokes")
    void revoked() throws Exception {
        Bytes oldShim = shim("15.8", CA_2011);
        byte[] dbx = SignatureList.hashes(
                        dev.sigillo.uefi.Guid.of(OWNER),
                        List.of(dev.sigillo.pe.PeImage.parse(oldShim)
                                .authenticode(dev.sigillo.bytes.HashAlgorithm.SHA256)
                                .value()))
                .encode()
                .toByteArray();
        Map<Part, Bytes> files = files();
        files.put(Part.VARSTORE, varstore(dbx, CA_2011, CA_2023));
        Map<Part, Bytes> old = Map.of(Part.SHIM, oldShim, Part.VARSTORE, varstore(new byte[0], CA_2011));

        assertThat(BootStates.of(plan(files, old, List.of())).states())
                .extracting(State::name)
                .containsExactly("new shim, new varstore", "new shim, old varstore", "old shim, old varstore");
        files.put(Part.SHIM, oldShim);
        assertThatThrownBy(() -> BootStates.of(plan(files, Map.of(), List.of())))
                .isInstanceOf(UnpredictableException.class)
                .hasMessageContaining("shim would not boot");
    }

    @Test
    @DisplayName("are those of a UKI too, and of the systemd-boot that starts it")
    void unified() throws Exception {
        Map<Part, Bytes> files = new HashMap<>();
        files.put(Part.VARSTORE, varstore(new byte[0], CA_2011));
        files.put(Part.UKI, ForgedUki.signed(ForgedUki.uki("257.1", "new kernel"), CA_2011));
        files.put(Part.SYSTEMD_BOOT, ForgedUki.signed(ForgedUki.systemdBoot("257.1"), CA_2011));
        Map<Part, Bytes> old = Map.of(
                Part.UKI, ForgedUki.signed(ForgedUki.uki("252.1", "old kernel"), CA_2011),
                Part.SYSTEMD_BOOT, ForgedUki.signed(ForgedUki.systemdBoot("252.1"), CA_2011));
        ReferenceStates states = BootStates.of(plan(files, old, List.of()));

        assertThat(states.states())
                .extracting(State::name)
                .containsExactly(
                        "new UKI, new systemd-boot",
                        "old UKI, new systemd-boot",
                        "new UKI, old systemd-boot",
                        "old UKI, old systemd-boot");
        assertThat(manifest(states, "new UKI, old systemd-boot").pcr(12)).isPresent();
        assertThat(manifest(states, "old UKI, new systemd-boot").pcr(12)).isEmpty();
    }

    @Test
    @DisplayName("are refused with the reason: a file without its other half, a mixture, a PCR that is one state's")
    void refused() throws Exception {
        Map<Part, Bytes> noKernel = files();
        noKernel.remove(Part.KERNEL);
        Map<Part, Bytes> both = files();
        Bytes uki = ForgedUki.signed(ForgedUki.uki("257.1", "kernel"), CA_2011);
        both.put(Part.UKI, uki);
        PcrReference taken = new PcrReference(8, List.of());

        assertThatThrownBy(() -> BootStates.of(plan(noKernel, Map.of(), List.of())))
                .hasMessageContaining("there is no kernel");
        assertThatThrownBy(() -> states(Map.of(Part.UKI, uki))).hasMessageContaining("no new one");
        assertThatThrownBy(() -> BootStates.of(plan(both, Map.of(), List.of()))).hasMessageContaining("a UKI and a");
        assertThatThrownBy(() -> BootStates.of(plan(files(), Map.of(Part.INITRD, Bytes.utf8("old")), List.of(taken))))
                .hasMessageContaining("one state");
    }

    @Test
    @DisplayName(
            "ask for the initrd of an old kernel, be it the same: no package leaves a kernel with another's modules")
    void kernelWithoutInitrd() throws Exception {
        Map<Part, Bytes> files = files();
        Bytes kernel = grub("kernel", "old kernel");
        Map<Part, Bytes> withInitrd = Map.of(Part.KERNEL, kernel, Part.INITRD, files.get(Part.INITRD));
        Map<Part, Bytes> same = Map.of(Part.KERNEL, files.get(Part.KERNEL));

        assertThatThrownBy(() -> BootStates.of(plan(files, Map.of(Part.KERNEL, kernel), List.of())))
                .isInstanceOf(UnpredictableException.class)
                .hasMessageContaining("old kernel and no old initrd");
        assertThat(BootStates.of(plan(files, withInitrd, List.of())).states())
                .extracting(State::name)
                .containsExactly("new kernel", "old kernel");
        assertThat(BootStates.of(plan(files, same, List.of())).states())
                .as("an old kernel that is the new one")
                .hasSize(1);
    }

    @Test
    @DisplayName("take a GRUB that is not known, and its grub.cfg, from a log: PCR 4, 8 and 9, and none of them alone")
    void logged() throws Exception {
        Map<Part, Bytes> files = files();
        files.put(Part.GRUB, grub("2.14", "unknown"));
        files.remove(Part.GRUB_CONFIGURATION);
        List<PcrReference> taken =
                List.of(new PcrReference(4, List.of()), new PcrReference(8, List.of()), new PcrReference(9, List.of()));
        BootPlan all = plan(files, Map.of(), taken);
        String line = "/vmlinuz \"dyndbg=file drivers/*\"";
        BootPlan logged = new BootPlan(
                all.name(), files, Map.of(), all.grubFolder(), Optional.of(line), List.of(), Optional.empty(), taken);

        assertThat(BootStates.of(logged).states().getFirst().manifest().commandLine())
                .isEqualTo(line);
        assertThatThrownBy(() -> BootStates.of(plan(files(), Map.of(), taken.subList(1, 2))))
                .isInstanceOf(UnpredictableException.class)
                .hasMessageContaining("take PCR 9 too");
    }
}
