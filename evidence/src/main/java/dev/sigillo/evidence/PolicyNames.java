package dev.sigillo.evidence;

import dev.sigillo.attest.AllowedKey;
import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.ImaKey;
import dev.sigillo.attest.KeyEntry;
import dev.sigillo.attest.KnownCertificate;
import dev.sigillo.attest.NamedDigest;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.attest.RevokedImage;
import dev.sigillo.attest.RevokedImages;
import dev.sigillo.attest.TrustDatabase;
import dev.sigillo.attest.TrustFiles;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a policy's words stand for: {@code sha256:HEX}, {@code CN=…}, the name of a known certificate, {@code file:NAME},
 * {@code manifest:NAME}, {@code bundled}. A word that stands for nothing throws {@link IllegalArgumentException}.
 */
final class PolicyNames {

    private static final String FILE = "file:";
    private static final String MANIFEST = "manifest:";

    private final PolicyFile.Files files;
    private final List<Bytes> read = new ArrayList<>();
    private final List<X509Certificate> anchors = new ArrayList<>();

    PolicyNames(PolicyFile.Files files) {
        this.files = files;
    }

    /** Every file that was read, in the order of the words. */
    List<Bytes> read() {
        return read;
    }

    /** The certificates of the files named as roots. */
    List<X509Certificate> anchors() {
        return anchors;
    }

    List<AllowedKey> keys(String text) {
        if (text.startsWith(FILE)) {
            List<AllowedKey> keys = new ArrayList<>();
            entries(text, TrustDatabase.DB).forEach(entry -> keys.add(AllowedKey.of(text, entry.fingerprint())));
            return keys;
        }
        return List.of(key(text));
    }

    private static AllowedKey key(String text) {
        if (text.startsWith("sha256:")) {
            return AllowedKey.of(text, YamlSection.digest(text, HashAlgorithm.SHA256));
        }
        if (text.contains("=")) {
            return AllowedKey.bySubject(text);
        }
        return KnownCertificate.byId(text)
                .map(known -> AllowedKey.of(text, known.fingerprint()))
                .orElseThrow(() -> new IllegalArgumentException("\"" + JsonObject.shown(text)
                        + "\"; sha256: and the fingerprint, a subject such as CN=…, file:NAME, or one of " + known()
                        + " expected"));
    }

    private static String known() {
        List<String> ids = new ArrayList<>();
        for (KnownCertificate known : KnownCertificate.values()) {
            ids.add(known.id());
        }
        return String.join(", ", ids);
    }

    List<AllowedKey> roots(String text) {
        if (!text.startsWith(FILE)) {
            AllowedKey key = key(text);
            if (key.fingerprint().isEmpty()) {
                throw new IllegalArgumentException("a subject, which anybody can give a certificate; sha256: and the"
                        + " fingerprint, file:NAME or a known name expected");
            }
            return List.of(key);
        }
        List<AllowedKey> none = List.of();
        for (KeyEntry entry : entries(text, TrustDatabase.DB)) {
            anchors.add(entry.certificate()
                    .orElseThrow(() -> new IllegalArgumentException(text + " holds other things than certificates")));
        }
        return none;
    }

    List<NamedDigest> revoked(String text) {
        List<NamedDigest> all = new ArrayList<>();
        if (text.equals("bundled")) {
            for (RevokedImage image : RevokedImages.known().all()) {
                if (image.inUpdate()) {
                    all.add(new NamedDigest(image.shown(), Digest.fromHex(HashAlgorithm.SHA256, image.sha256())));
                }
            }
        } else if (text.startsWith(FILE)) {
            for (KeyEntry entry : entries(text, TrustDatabase.DBX)) {
                Digest digest = entry.fingerprint();
                String what = RevokedImages.known()
                        .find(digest)
                        .map(RevokedImage::shown)
                        .orElseGet(entry::text);
                all.add(new NamedDigest(what, digest));
            }
        } else if (text.startsWith("sha256:")) {
            all.add(new NamedDigest(text, YamlSection.digest(text, HashAlgorithm.SHA256)));
        } else {
            throw new IllegalArgumentException(
                    "\"" + JsonObject.shown(text) + "\"; bundled, file:NAME or sha256: and a digest expected");
        }
        return all;
    }

    List<AllowedKey> images(String text, HashAlgorithm bank) {
        String prefix = bank.text() + ":";
        if (text.startsWith(prefix)) {
            return List.of(AllowedKey.of(text, YamlSection.digest(text, bank)));
        }
        if (text.startsWith(MANIFEST)) {
            List<AllowedKey> keys = new ArrayList<>();
            events(text, 4).forEach(event -> keys.add(AllowedKey.of(event.component(), event.digest())));
            return keys;
        }
        return keys(text);
    }

    List<NamedDigest> kernels(String text, HashAlgorithm bank) {
        if (text.startsWith(MANIFEST)) {
            return events(text, 4).stream()
                    .filter(event -> event.component().startsWith(Components.KERNEL))
                    .map(event -> new NamedDigest(event.component(), event.digest()))
                    .toList();
        }
        return List.of(new NamedDigest("kernel", YamlSection.digest(text, bank)));
    }

    private List<ExpectedEvent> events(String text, int pcr) {
        try {
            ReferenceManifest manifest = ManifestJson.read(file(text.substring(MANIFEST.length())));
            Optional<PcrReference> reference = manifest.pcr(pcr);
            return reference.map(PcrReference::events).orElse(List.of());
        } catch (MalformedException wrong) {
            throw new IllegalArgumentException(text + ": " + wrong.getMessage(), wrong);
        }
    }

    private List<KeyEntry> entries(String text, TrustDatabase database) {
        try {
            return KeyEntry.of(TrustFiles.parse(file(text.substring(FILE.length())), database));
        } catch (MalformedException wrong) {
            throw new IllegalArgumentException(text + ": " + wrong.getMessage(), wrong);
        }
    }

    /** Keys that sign files for IMA: of a file beside the policy, or written into it. */
    List<ImaKey> imaKeys(String text) {
        boolean inline = text.stripLeading().startsWith("-----BEGIN ");
        if (!inline && !text.startsWith(FILE)) {
            throw new IllegalArgumentException("\"" + JsonObject.shown(text)
                    + "\"; file:NAME of certificates or public keys, or a PEM block expected");
        }
        try {
            return ImaKey.read(inline ? Bytes.utf8(text) : file(text.substring(FILE.length())));
        } catch (MalformedException wrong) {
            throw new IllegalArgumentException((inline ? "the PEM block" : text) + ": " + wrong.getMessage(), wrong);
        }
    }

    private Bytes file(String name) throws MalformedException {
        Bytes bytes = files.read(name);
        read.add(bytes);
        return bytes;
    }

    /** {@code name:} and a TPM Name: the algorithm's number and a digest of it over TPMT_PUBLIC. */
    static Bytes tpmName(String text) {
        String hex = text.substring("name:".length());
        for (HashAlgorithm hash : List.of(HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512)) {
            boolean right = hex.length() == 2 * (2 + hash.size()) && hex.matches("[0-9a-fA-F]+");
            if (right && Integer.parseInt(hex.substring(0, 4), 16) == hash.tpmId()) {
                return Bytes.fromHex(hex);
            }
        }
        throw new IllegalArgumentException("\"" + JsonObject.shown(text)
                + "\"; name: and a TPM Name in hexadecimal expected, such as 000b and 64 digits");
    }
}
