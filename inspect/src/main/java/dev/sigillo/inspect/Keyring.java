package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.kernel.KernelConfig;
import dev.sigillo.kernel.KernelImage;
import dev.sigillo.kernel.ModuleKey;
import dev.sigillo.kernel.ModuleKey.Standing;
import dev.sigillo.kernel.ModuleKeys;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of one kernel, put together as it does at boot: what is built in, then MokList (with the certificate of shim's
 * vendor, which shim adds) and db as far as it takes keys for modules from them, and the revocations.
 */
final class Keyring {
    private static final Map<Guid, HashAlgorithm> HASHED = Map.of(
            SignatureList.X509_SHA256, HashAlgorithm.SHA256,
            SignatureList.X509_SHA384, HashAlgorithm.SHA384,
            SignatureList.X509_SHA512, HashAlgorithm.SHA512);

    private final MachineTrust trust;
    private final List<Shim> shims;
    private final boolean platform;

    /** @param platform whether the distribution's kernels trust db and MokList for modules by a patch of their own */
    Keyring(MachineTrust trust, List<Shim> shims, boolean platform) {
        this.trust = trust;
        this.shims = shims;
        this.platform = platform;
    }

    /**
     * @param image the kernel, if one of this release was found
     * @param missing why there is none, or why its keys could not be read
     * @param others certificates that lie about, with the place of each
     */
    ModuleKeys keys(
            String release,
            Optional<KernelImage> image,
            Optional<KernelConfig> config,
            String missing,
            Map<X509Certificate, String> others) {
        List<ModuleKey> keys = new ArrayList<>();
        image.ifPresent(kernel -> {
            kernel.keys()
                    .trusted()
                    .forEach(key -> keys.add(new ModuleKey(key, Standing.TRUSTED, "built into kernel " + release)));
            kernel.keys()
                    .revoked()
                    .forEach(key ->
                            keys.add(new ModuleKey(key, Standing.REVOKED, "kernel " + release + "'s revocation list")));
        });
        trust.moduleKeys().forEach(key -> keys.add(new ModuleKey(key, Standing.TRUSTED, "given module key")));
        for (X509Certificate key : MachineTrust.certificates(trust.store().mok())) {
            keys.add(new ModuleKey(key, mok(key, config), "MOK"));
        }
        for (Shim shim : shims) {
            for (X509Certificate key : MachineTrust.certificates(shim.vendorDb())) {
                boolean source = shim.keySource().decides();
                keys.add(new ModuleKey(
                        key,
                        source ? mok(key, config) : Standing.UNCERTAIN,
                        source
                                ? "vendor certificate of " + shim.file().shown()
                                : "the vendor certificate of a shim where "
                                        + shim.keySource().doubt()));
            }
        }
        for (X509Certificate key : MachineTrust.certificates(trust.store().db())) {
            boolean taken =
                    platform && config.map(KernelConfig::hasPlatformKeyring).orElse(true);
            keys.add(new ModuleKey(key, taken ? Standing.TRUSTED : Standing.UNCERTAIN, "db"));
        }
        others.forEach((key, place) ->
                keys.add(new ModuleKey(key, Standing.NOT_TRUSTED, "at " + place + ", and not enrolled")));
        keys.addAll(revoked(keys));
        boolean complete = missing.isEmpty() || !trust.moduleKeys().isEmpty();
        return complete ? ModuleKeys.complete(keys) : ModuleKeys.incomplete(keys, missing);
    }

    private Standing mok(X509Certificate key, Optional<KernelConfig> config) {
        if (config.isEmpty()) {
            return Standing.TRUSTED; // every distribution's kernel has done so for years, by one keyring or the other
        }
        KernelConfig options = config.get();
        boolean machine =
                options.trustsMok() && (!options.trustsMokAuthoritiesOnly() || key.getBasicConstraints() >= 0);
        if (machine || platform && options.hasPlatformKeyring()) {
            return Standing.TRUSTED;
        }
        return options.hasPlatformKeyring() ? Standing.UNCERTAIN : Standing.NOT_TRUSTED;
    }

    private List<ModuleKey> revoked(List<ModuleKey> keys) {
        List<ModuleKey> revoked = new ArrayList<>();
        List<List<SignatureList>> databases =
                new ArrayList<>(List.of(trust.store().dbx(), trust.store().mokx()));
        shims.forEach(shim -> databases.add(shim.store().vendorDbx()));
        for (int i = 0; i < databases.size(); i++) {
            String name = i == 0 ? "dbx" : i == 1 ? "MokListX" : "shim's vendor dbx";
            MachineTrust.certificates(databases.get(i))
                    .forEach(key -> revoked.add(new ModuleKey(key, Standing.REVOKED, name)));
            for (SignatureList list : databases.get(i)) {
                for (ModuleKey key : keys) {
                    if (HASHED.containsKey(list.type()) && isNamed(list, HASHED.get(list.type()), key.certificate())) {
                        revoked.add(new ModuleKey(key.certificate(), Standing.REVOKED, name));
                    }
                }
            }
        }
        return revoked;
    }

    private static boolean isNamed(SignatureList list, HashAlgorithm algorithm, X509Certificate certificate) {
        try {
            Bytes hash = Digest.of(algorithm, Bytes.of(certificate.getTBSCertificate()))
                    .value();
            for (SignatureEntry entry : list.entries()) {
                if (entry.data().startsWith(hash)) {
                    return true;
                }
            }
            return false;
        } catch (CertificateEncodingException impossible) {
            return false;
        }
    }
}
