package dev.sigillo.reference;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.ImageTrust;
import dev.sigillo.attest.Judgement;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.attest.TrustDatabase;
import dev.sigillo.attest.TrustEntry;
import dev.sigillo.attest.TrustStore;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * PCR 7 of a boot: the variables that make up the policy, a separator, then whoever vouched for each image that ran
 * (EV_EFI_VARIABLE_AUTHORITY). Images are told in the order in which they start; {@link ImageTrust} says by which entry.
 *
 * <p>EDK2 tries an image's signatures in their order, and for each the entries of db in theirs. So a shim that two keys
 * signed is let in by its first signature wherever db knows both. Firmware and shim each log an entry once, and neither
 * looks at what the other has logged: one that lets both shim and GRUB run stands there twice.
 */
final class SecureBootPolicy {

    private final VarStore varstore;
    private final TrustStore trust;
    private final boolean on;
    private final List<ExpectedEvent> events = new ArrayList<>();
    private final Set<SignatureEntry> byFirmware = new HashSet<>();
    private final Set<SignatureEntry> byShim = new HashSet<>();

    SecureBootPolicy(VarStore varstore) throws MalformedException {
        this.varstore = varstore;
        this.trust = TrustStore.of(varstore);
        this.on = varstore.secureBoot();
        events.add(Expected.variable(
                Guid.GLOBAL_VARIABLE,
                "SecureBoot",
                new ByteWriter().u8(on ? 1 : 0).toBytes(),
                Components.SECURE_BOOT_VARIABLE));
        for (String name : List.of("PK", "KEK")) {
            stored(Guid.GLOBAL_VARIABLE, name);
        }
        for (String name : List.of("db", "dbx")) {
            stored(Guid.IMAGE_SECURITY_DATABASE, name);
        }
        events.add(Expected.separator());
    }

    private void stored(Guid vendor, String name) {
        Bytes data = varstore.find(vendor, name).map(found -> found.data()).orElse(Bytes.empty());
        events.add(Expected.variable(vendor, name, data, name));
    }

    List<ExpectedEvent> events() {
        return List.copyOf(events);
    }

    /**
     * The firmware runs an image.
     *
     * @param what the image, for the component: "authority of shim (db)"
     */
    void firmwareStarts(Bytes image, String what) throws UnpredictableException {
        if (!on) {
            return;
        }
        TrustEntry by = allowing(ImageTrust.decide(image, trust).firmware(), what, "the varstore's db");
        SignatureEntry entry = entry(trust.db(), by);
        if (byFirmware.add(entry)) {
            events.add(Expected.authority(
                    Guid.IMAGE_SECURITY_DATABASE, "db", entry.encode(), "authority of " + what + " (db)"));
        }
    }

    /** shim writes its SBAT level before it verifies anything. */
    void shimStarts(ShimLists lists) {
        events.add(Expected.authority(Guid.SHIM_LOCK, "SbatLevel", lists.sbatLevel(), Components.SBAT_LEVEL));
    }

    /** shim runs an image, or lets GRUB run it. What it allows by itself and by MokList is one list to it, MokListRT. */
    void shimVerifies(ShimFile shim, Bytes image, String what) throws MalformedException, UnpredictableException {
        if (!on) {
            return;
        }
        TrustStore all = trust.withShim(shim);
        TrustEntry by = allowing(ImageTrust.decide(image, all).shim(), what, "db, shim's vendor key and MokList");
        boolean db = by.database() == TrustDatabase.DB;
        boolean vendor = by.database() == TrustDatabase.VENDOR;
        SignatureEntry entry = entry(db ? all.db() : vendor ? all.vendorDb() : all.mok(), by);
        if (byShim.add(entry)) {
            events.add(
                    db
                            ? Expected.authority(
                                    Guid.IMAGE_SECURITY_DATABASE,
                                    "db",
                                    entry.encode(),
                                    "authority of " + what + " (db, by shim)")
                            : Expected.authority(
                                    Guid.SHIM_LOCK,
                                    "MokListRT",
                                    entry.encode(),
                                    vendor ? Components.VENDOR_AUTHORITY : "authority of " + what + " (MOK)"));
        }
    }

    private static TrustEntry allowing(Judgement judgement, String what, String lists) throws UnpredictableException {
        if (!judgement.allowed() || judgement.by().isEmpty()) {
            throw new UnpredictableException(
                    "with " + lists + " " + what + " would not boot: " + judgement.reason() + "; take " + what
                            + " and keys of the same generation",
                    true);
        }
        return judgement.by().get();
    }

    private static SignatureEntry entry(List<SignatureList> lists, TrustEntry by) {
        return lists.stream()
                .flatMap(list -> list.entries().stream())
                .skip(by.index())
                .findFirst()
                .orElseThrow();
    }
}
