package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of a signature database, its place kept.
 *
 * @param certificate of type X.509 if it can be read; firmware and shim pass over one that cannot
 */
record Listed(
        TrustDatabase database, int index, Guid type, Guid owner, Bytes data, Optional<X509Certificate> certificate) {

    private static final int TIME = 16;

    private static final Map<Guid, HashAlgorithm> DIGESTS = Map.of(
            SignatureList.SHA1, HashAlgorithm.SHA1,
            SignatureList.SHA256, HashAlgorithm.SHA256,
            SignatureList.SHA384, HashAlgorithm.SHA384,
            SignatureList.SHA512, HashAlgorithm.SHA512);

    private static final Map<Guid, HashAlgorithm> CERTIFICATE_DIGESTS = Map.of(
            SignatureList.X509_SHA256, HashAlgorithm.SHA256,
            SignatureList.X509_SHA384, HashAlgorithm.SHA384,
            SignatureList.X509_SHA512, HashAlgorithm.SHA512);

    static List<Listed> of(TrustDatabase database, List<SignatureList> lists) {
        List<Listed> all = new ArrayList<>();
        for (SignatureList list : lists) {
            for (SignatureEntry entry : list.entries()) {
                Optional<X509Certificate> certificate =
                        list.type().equals(SignatureList.X509) ? Certificates.read(entry.data()) : Optional.empty();
                all.add(new Listed(database, all.size(), list.type(), entry.owner(), entry.data(), certificate));
            }
        }
        return all;
    }

    /** All that shim looks at before anything is allowed, in its order. */
    static List<Listed> forbidden(TrustStore store) {
        List<Listed> all = new ArrayList<>(of(TrustDatabase.VENDOR_DBX, store.vendorDbx()));
        all.addAll(of(TrustDatabase.DBX, store.dbx()));
        all.addAll(of(TrustDatabase.MOK_LIST_X, store.mokx()));
        return all;
    }

    /** Whether this is the hash of the image. */
    boolean isDigest(Digest digest) {
        return digest.algorithm().equals(DIGESTS.get(type)) && data.equals(digest.value());
    }

    /** Whether this is the hash of that certificate's TBSCertificate. */
    boolean isHashOf(X509Certificate other) {
        HashAlgorithm algorithm = CERTIFICATE_DIGESTS.get(type);
        return algorithm != null
                && Certificates.tbs(other)
                        .map(tbs -> algorithm.hash(tbs).equals(hash()))
                        .orElse(false);
    }

    /** The data without the revocation time that a certificate's hash carries. */
    Bytes hash() {
        return CERTIFICATE_DIGESTS.containsKey(type) ? data.slice(0, data.size() - TIME) : data;
    }

    /** The EFI_TIME from when on a certificate's hash is revoked; empty for always, and for other types. */
    Optional<String> revokedFrom() {
        if (!CERTIFICATE_DIGESTS.containsKey(type)) {
            return Optional.empty();
        }
        Bytes time = data.slice(data.size() - TIME, data.size());
        return time.allAre(0)
                ? Optional.empty()
                : Optional.of("%04d-%02d-%02dT%02d:%02d:%02dZ"
                        .formatted(
                                time.at(0) | time.at(1) << 8,
                                time.at(2),
                                time.at(3),
                                time.at(4),
                                time.at(5),
                                time.at(6)));
    }

    /** Whether entries of that type are digests of images, and say nothing of certificates. */
    static boolean isDigestType(Guid type) {
        return DIGESTS.containsKey(type);
    }

    static String typeName(Guid type) {
        if (type.equals(SignatureList.X509)) {
            return "x509";
        }
        HashAlgorithm digest = DIGESTS.get(type);
        if (digest != null) {
            return digest.text();
        }
        HashAlgorithm certificate = CERTIFICATE_DIGESTS.get(type);
        return certificate == null ? type.toString() : "x509_" + certificate.text();
    }
}
