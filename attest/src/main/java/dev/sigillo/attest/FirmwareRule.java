package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pe.CertificateTable;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether UEFI firmware runs an image: UEFI 32.5.3.3 as EDK2's DxeImageVerificationLib has it. One hash or signature must
 * be in db, and neither the image's digest nor any of its signatures may be in dbx: one revoked signature outweighs a
 * good one. Stricter than EDK2 where that can be deceived: SHA-1 and RSA below 2048 bits vouch for nothing, and keys whose
 * private half is published are refused by name.
 */
final class FirmwareRule {

    private final SignedImage reading;
    private final List<Listed> db;
    private final List<Listed> dbx;

    FirmwareRule(SignedImage reading, TrustStore store) {
        this.reading = reading;
        this.db = Listed.of(TrustDatabase.DB, store.db());
        this.dbx = Listed.of(TrustDatabase.DBX, store.dbx());
    }

    Judgement judge() {
        Optional<Listed> revoked = Revoked.digest(reading.digests(), dbx);
        if (revoked.isPresent()) {
            return Revoked.byDigest(revoked.get());
        }
        for (ImageSigner signer : reading.signers()) {
            Optional<Listed> forbidden = reading.valid(signer).flatMap(path -> Revoked.certificate(path, dbx));
            if (forbidden.isPresent()) {
                Judgement refused = Revoked.bySignature(signer, forbidden.get());
                return reading.signers().size() == 1
                        ? refused
                        : new Judgement(
                                refused.ground(),
                                refused.reason() + "; one revoked signature outweighs every good one (UEFI 32.5.3.3)",
                                refused.by());
            }
        }
        CertificateTable table = reading.image().certificateTable();
        if (table.flaw().isPresent()) {
            return Judgement.notTrusted("the certificate table is damaged: "
                    + Printable.text(table.flaw().get()));
        }
        if (!table.padded()) {
            return Judgement.notTrusted(
                    "the certificate table is shorter than its entries with their padding to 8 bytes");
        }
        List<String> reasons = new ArrayList<>();
        for (ImageSigner signer : reading.signers()) {
            Judgement one = bySignature(signer);
            if (one.allowed() || one.by().isPresent()) {
                return one;
            }
            reasons.add(one.reason());
        }
        return byDigest(reasons);
    }

    private Judgement bySignature(ImageSigner signer) {
        if (signer.flaw().isPresent()) {
            return Judgement.notTrusted(
                    signer.shown() + " does not count: " + signer.flaw().get());
        }
        Trusted found = Trusted.find(reading.path(signer).orElseThrow(), db, _ -> true);
        if (found.entry().isEmpty()) {
            return Judgement.notTrusted("%s leads to no entry of db%s".formatted(signer.shown(), found.why()));
        }
        Listed entry = found.entry().get();
        X509Certificate anchor = found.path().getLast();
        Optional<Listed> forbidden = Revoked.anchor(anchor, dbx);
        return forbidden
                .map(revoked -> Revoked.bySignature(signer, revoked))
                .or(() -> Trusted.published(signer, found.path()))
                .orElseGet(() -> Trusted.allowed(signer, entry));
    }

    private Judgement byDigest(List<String> reasons) {
        for (Listed entry : db) {
            for (Digest digest : reading.digests()) {
                if (digest.algorithm() != HashAlgorithm.SHA1 && entry.isDigest(digest)) {
                    TrustEntry by = TrustEntry.of(entry, OptionalInt.empty());
                    return Judgement.allowed("the image's digest is " + by.shown(), by);
                }
            }
        }
        return Judgement.notTrusted(
                reasons.isEmpty()
                        ? "it is not signed, and its digest is not in db"
                        : String.join("; ", reasons) + "; its digest is not in db");
    }
}
