package dev.sigillo.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.StoredVariable;
import dev.sigillo.uefi.VarStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SecureBootPolicyTest {

    private static final String OWNER = "77fa9abd-0359-4d32-bd60-28f4e78f784b";
    private static final String LEVEL = "sbat,1,2025021800\nshim,4\ngrub,5\n";
    private static final String SBAT = "sbat,1,SBAT Version,sbat,1,x\ngrub,5,FSF,grub,2.12,https://y\n";
    private static final ForgedSigner ROOT = ForgedSigner.root("CN=UEFI CA");
    private static final ForgedSigner OTHER = ForgedSigner.root("CN=another CA");
    private static final ForgedSigner VENDOR = ForgedSigner.root("CN=vendor");
    private static final byte[] PK = Measured.list(Measured.X509, OWNER, "PK".getBytes(StandardCharsets.US_ASCII));
    private static final byte[] KEK = Measured.list(Measured.X509, OWNER, "KEK".getBytes(StandardCharsets.US_ASCII));
    private static final byte[] DBX = Measured.list(Measured.SHA256, OWNER, new byte[32]);

    static VarStore store(byte[] pk, byte[] kek, byte[] db, byte[] dbx, int enabled) {
        List<StoredVariable> variables = new ArrayList<>();
        variables.add(new StoredVariable(Guid.GLOBAL_VARIABLE, "PK", 0x27, Bytes.of(pk)));
        variables.add(new StoredVariable(Guid.GLOBAL_VARIABLE, "KEK", 0x27, Bytes.of(kek)));
        variables.add(new StoredVariable(Guid.IMAGE_SECURITY_DATABASE, "db", 0x27, Bytes.of(db)));
        variables.add(new StoredVariable(Guid.IMAGE_SECURITY_DATABASE, "dbx", 0x27, Bytes.of(dbx)));
        variables.add(new StoredVariable(Guid.SECURE_BOOT_ENABLE, "SecureBootEnable", 3, Bytes.of((byte) enabled)));
        return new VarStore(variables);
    }

    private static byte[] db(ForgedSigner... trusted) {
        byte[] all = new byte[0];
        for (ForgedSigner one : trusted) {
            all = Measured.join(
                    all, Measured.list(Measured.X509, OWNER, one.der().toByteArray()));
        }
        return all;
    }

    static List<ExpectedEvent> events(VarStore store, Bytes shimImage, Bytes grub)
            throws MalformedException, UnpredictableException {
        SecureBootPolicy policy = new SecureBootPolicy(store);
        ShimFile shim = ShimFile.parse(shimImage);
        policy.firmwareStarts(shimImage, "shim");
        policy.shimStarts(ShimLists.of(shim, store));
        policy.shimVerifies(shim, grub, "GRUB");
        return policy.events();
    }

    private static Bytes grub() throws MalformedException {
        return ForgedPe.checked(new ForgedPe()
                .section(".text", Bytes.utf8("GRUB"))
                .section(".sbat", Bytes.utf8(SBAT))
                .signed(VENDOR));
    }

    private static List<ExpectedEvent> events(VarStore store, ForgedSigner... signers)
            throws MalformedException, UnpredictableException {
        ForgedPe shim = ForgedPe.shim(VENDOR.der(), Bytes.empty(), LEVEL);
        for (ForgedSigner signer : signers) {
            shim.signed(signer);
        }
        Bytes image = ForgedPe.checked(shim);
        return events(store, image, grub());
    }

    private static String authority(ForgedSigner signer) {
        return Measured.sha256(Measured.variable(
                Measured.DATABASE, "db", Measured.entry(OWNER, signer.der().toByteArray())));
    }

    @Test
    @DisplayName("Secure Boot on: five variables, a separator, shim's authority, the level, shim's own key")
    void on() throws Exception {
        List<ExpectedEvent> events = events(store(PK, KEK, db(OTHER, ROOT), DBX, 1), ROOT.issue("CN=signer"));
        String variable = "EV_EFI_VARIABLE_DRIVER_CONFIG ";
        byte[] vendor = Measured.entry(Measured.SHIM, VENDOR.der().toByteArray());

        assertThat(events)
                .extracting(event -> event.type() + " " + event.component() + " "
                        + event.digest().hex())
                .containsExactly(
                        variable + "Secure Boot variable "
                                + Measured.sha256(Measured.variable(Measured.GLOBAL, "SecureBoot", new byte[] {1})),
                        variable + "PK " + Measured.sha256(Measured.variable(Measured.GLOBAL, "PK", PK)),
                        variable + "KEK " + Measured.sha256(Measured.variable(Measured.GLOBAL, "KEK", KEK)),
                        variable + "db " + Measured.sha256(Measured.variable(Measured.DATABASE, "db", db(OTHER, ROOT))),
                        variable + "dbx " + Measured.sha256(Measured.variable(Measured.DATABASE, "dbx", DBX)),
                        "EV_SEPARATOR separator " + Measured.sha256(new byte[4]),
                        "EV_EFI_VARIABLE_AUTHORITY " + Components.SHIM_AUTHORITY + " " + authority(ROOT),
                        "EV_EFI_VARIABLE_AUTHORITY " + Components.SBAT_LEVEL + " "
                                + Measured.sha256(Measured.variable(
                                        Measured.SHIM, "SbatLevel", LEVEL.getBytes(StandardCharsets.US_ASCII))),
                        "EV_EFI_VARIABLE_AUTHORITY " + Components.VENDOR_AUTHORITY + " "
                                + Measured.sha256(Measured.variable(Measured.SHIM, "MokListRT", vendor)));
        assertThat(events)
                .filteredOn(event -> event.origin() == Origin.RULE)
                .extracting(ExpectedEvent::component)
                .containsExactly(Components.SEPARATOR);
    }

    @Test
    @DisplayName("Secure Boot off: nobody vouches for anything, and shim sets the level back to the first")
    void off() throws Exception {
        List<ExpectedEvent> events = events(store(PK, KEK, db(ROOT), DBX, 0));

        assertThat(events)
                .extracting(event -> event.digest().hex())
                .contains(
                        Measured.sha256(Measured.variable(Measured.GLOBAL, "SecureBoot", new byte[] {0})),
                        Measured.sha256(Measured.variable(
                                Measured.SHIM,
                                "SbatLevel",
                                "sbat,1,2021030218\n".getBytes(StandardCharsets.US_ASCII))));
        assertThat(events)
                .extracting(ExpectedEvent::component)
                .containsExactly("Secure Boot variable", "PK", "KEK", "db", "dbx", "separator", "SBAT level");
    }

    @Test
    @DisplayName("Of two signatures the first that an entry vouches for counts, not the first entry of db")
    void twoSignatures() throws Exception {
        assertThat(authorityOf(db(OTHER, ROOT), ROOT, OTHER)).isEqualTo(authority(ROOT));
        assertThat(authorityOf(db(OTHER, ROOT), OTHER, ROOT)).isEqualTo(authority(OTHER));
        assertThat(authorityOf(db(OTHER), ROOT, OTHER)).isEqualTo(authority(OTHER));
    }

    @Test
    @DisplayName("A chain counts up to the entry of db, over intermediates that come with the signature")
    void chain() throws Exception {
        ForgedSigner signer = ROOT.issue("CN=intermediate").issue("CN=signer");

        assertThat(authorityOf(db(OTHER, ROOT), signer)).isEqualTo(authority(ROOT));
        assertThat(authorityOf(db(OTHER, ROOT), signer.withoutRoot())).isEqualTo(authority(ROOT));
        assertThat(authorityOf(db(signer), signer)).isEqualTo(authority(signer));
    }

    @Test
    @DisplayName("A certificate of the same name under another key vouches for nothing")
    void sameName() throws Exception {
        ForgedSigner impostor = ForgedSigner.root("CN=UEFI CA");

        assertThatThrownBy(() -> authorityOf(db(impostor), ROOT.issue("CN=signer")))
                .isInstanceOf(UnpredictableException.class)
                .hasMessageContaining("with the varstore's db shim would not boot");
    }

    @Test
    @DisplayName("A shim that nobody signed, or whose signature is for another image, would not boot")
    void unsigned() {
        assertThatThrownBy(() -> authorityOf(db(ROOT))).isInstanceOf(UnpredictableException.class);
        assertThatThrownBy(() -> {
                    Bytes image = ForgedPe.checked(
                            ForgedPe.shim(VENDOR.der(), Bytes.empty(), LEVEL).signed(ROOT));
                    byte[] changed = image.toByteArray();
                    changed[1024] ^= 1;
                    events(store(PK, KEK, db(ROOT), DBX, 1), Bytes.of(changed), grub());
                })
                .isInstanceOf(UnpredictableException.class);
    }

    private static String authorityOf(byte[] db, ForgedSigner... signers)
            throws MalformedException, UnpredictableException {
        return events(store(PK, KEK, db, DBX, 1), signers).get(6).digest().hex();
    }
}
