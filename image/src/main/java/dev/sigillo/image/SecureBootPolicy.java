package dev.sigillo.image;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Signature;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import dev.sigillo.uefi.VariableData;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * PCR 7 of a boot: the variables that make up the policy, a separator, then whoever vouched for each image that ran
 * (EV_EFI_VARIABLE_AUTHORITY, each authority once).
 */
record SecureBootPolicy(VarStore varstore, ShimFile shim, Bytes shimImage) {

    static final Guid SHIM_LOCK = Guid.SHIM_LOCK;

    /** What shim sets when Secure Boot is off: it resets the level so that older loaders can boot. */
    private static final Bytes SBAT_ORIGINAL = Bytes.utf8("sbat,1,2021030218\n");

    List<ExpectedEvent> events() throws MalformedException {
        boolean on = varstore.secureBoot();
        List<ExpectedEvent> events = new ArrayList<>();
        events.add(variable(
                Guid.GLOBAL_VARIABLE,
                "SecureBoot",
                new ByteWriter().u8(on ? 1 : 0).toBytes(),
                Components.SECURE_BOOT_VARIABLE));
        events.add(stored(Guid.GLOBAL_VARIABLE, "PK"));
        events.add(stored(Guid.GLOBAL_VARIABLE, "KEK"));
        events.add(stored(Guid.IMAGE_SECURITY_DATABASE, "db"));
        events.add(stored(Guid.IMAGE_SECURITY_DATABASE, "dbx"));
        events.add(MeasuredBoot.separator());
        if (on) {
            events.add(authority(
                    Guid.IMAGE_SECURITY_DATABASE, "db", shimAuthority().encode(), Components.SHIM_AUTHORITY));
        }
        events.add(authority(SHIM_LOCK, "SbatLevel", on ? shim.sbatLevel() : SBAT_ORIGINAL, Components.SBAT_LEVEL));
        if (on) {
            Bytes vendor = new SignatureEntry(SHIM_LOCK, shim.vendorCertificate()).encode();
            events.add(authority(SHIM_LOCK, "MokListRT", vendor, Components.VENDOR_AUTHORITY));
        }
        return events;
    }

    private ExpectedEvent stored(Guid vendor, String name) {
        Bytes data = varstore.find(vendor, name).map(found -> found.data()).orElse(Bytes.empty());
        return variable(vendor, name, data, name);
    }

    private static ExpectedEvent variable(Guid vendor, String name, Bytes data, String component) {
        return MeasuredBoot.file(
                "EV_EFI_VARIABLE_DRIVER_CONFIG", new VariableData(vendor, name, data).encode(), component);
    }

    private static ExpectedEvent authority(Guid vendor, String name, Bytes data, String component) {
        return MeasuredBoot.file("EV_EFI_VARIABLE_AUTHORITY", new VariableData(vendor, name, data).encode(), component);
    }

    /**
     * The entry of db that lets shim run. EDK2 (DxeImageVerificationLib) takes shim's signatures in their order, and for
     * each the entries of db in theirs; expiry does not count.
     */
    private SignatureEntry shimAuthority() throws MalformedException {
        List<SignatureEntry> entries = new ArrayList<>();
        Bytes db = varstore.find(Guid.IMAGE_SECURITY_DATABASE, "db")
                .map(found -> found.data())
                .orElse(Bytes.empty());
        for (SignatureList list : SignatureList.parseAll(db)) {
            if (list.type().equals(SignatureList.X509)) {
                entries.addAll(list.entries());
            }
        }
        PeImage image = PeImage.parse(shimImage);
        for (Signature signature : image.signatures()) {
            for (SignatureEntry entry : entries) {
                if (signature.isIntact(image) && vouches(entry, signature)) {
                    return entry;
                }
            }
        }
        throw new ImageException("no certificate in the varstore's db vouches for shim: it would not boot; "
                + "take the shim and the varstore of the same generation");
    }

    private static boolean vouches(SignatureEntry entry, Signature signature) {
        try {
            X509Certificate trusted = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(entry.data().toByteArray()));
            return chainsTo(signature.signer(), trusted, signature.certificates(), 0);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean chainsTo(
            X509Certificate certificate, X509Certificate trusted, List<X509Certificate> others, int depth) {
        if (certificate.equals(trusted) || issued(trusted, certificate)) {
            return true;
        }
        return depth < others.size()
                && others.stream()
                        .anyMatch(other -> !other.equals(certificate)
                                && issued(other, certificate)
                                && chainsTo(other, trusted, others, depth + 1));
    }

    private static boolean issued(X509Certificate issuer, X509Certificate subject) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
            return false;
        }
        try {
            subject.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
