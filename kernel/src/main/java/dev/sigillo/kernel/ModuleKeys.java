package dev.sigillo.kernel;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys that one kernel has for its modules, found as the kernel finds them: by the name that a signature gives. */
public final class ModuleKeys {
    private final Map<KeyName, List<ModuleKey>> byName = new HashMap<>();
    private final List<ModuleKey> keys;
    private final String missing;

    private ModuleKeys(List<ModuleKey> keys, String missing) {
        this.keys = List.copyOf(keys);
        this.missing = missing;
        for (ModuleKey key : keys) {
            byName.computeIfAbsent(KeyName.ofIssuer(key.certificate()), _ -> new ArrayList<>())
                    .add(key);
            KeyName.ofKeyIdentifier(key.certificate())
                    .ifPresent(name ->
                            byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(key));
        }
    }

    /** All that the kernel trusts is among these. */
    public static ModuleKeys complete(List<ModuleKey> keys) {
        return new ModuleKeys(keys, "");
    }

    /**
     * The kernel may trust others too.
     *
     * @param why what could not be read, as the end of "whether this kernel trusts it cannot be known: "
     */
    public static ModuleKeys incomplete(List<ModuleKey> keys, String why) {
        return new ModuleKeys(keys, why);
    }

    public List<ModuleKey> all() {
        return keys;
    }

    /** Why others may be trusted too; empty when all are known. */
    public String missing() {
        return missing;
    }

    /** The key of that certificate, or of one that issued it. */
    Optional<ModuleKey> above(X509Certificate certificate) {
        return keys.stream()
                .filter(key -> key.certificate().equals(certificate))
                .findFirst()
                .or(() -> keys.stream()
                        .filter(key -> issued(key.certificate(), certificate))
                        .findFirst());
    }

    /** By name and signature; the kernel asks of an issuer neither a CA's rights nor dates. */
    static boolean issued(X509Certificate issuer, X509Certificate subject) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
            return false;
        }
        try {
            subject.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException another) {
            return false;
        }
    }

    List<ModuleKey> named(KeyName name) {
        return byName.getOrDefault(name, List.of());
    }
}
