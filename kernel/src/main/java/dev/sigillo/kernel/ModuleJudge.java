package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.kernel.ModuleVerdict.Reason;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Linux's module_sig_check() with enforcement on, pkcs7_verify() and pkcs7_validate_trust(): one good signature that leads
 * to a trusted key is enough, unless a signature is revoked, or a known key says that it did not make it. Certificates that
 * came along lead to a trusted key that issued them. Validity dates are not looked at.
 */
public final class ModuleJudge {
    private ModuleJudge() {}

    /** A module as it lies on disk, compressed or not. */
    public static ModuleVerdict decide(Bytes file, ModuleKeys keys) {
        try {
            ModuleFile module = ModuleFile.read(file);
            return module.message().isEmpty()
                    ? new ModuleVerdict(Reason.UNSIGNED, "", "", "")
                    : decide(module.content(), module.message().get(), keys);
        } catch (MalformedException malformed) {
            return new ModuleVerdict(Reason.MALFORMED, "", "", malformed.field() + ": " + malformed.detail());
        }
    }

    private static ModuleVerdict decide(Bytes content, Bytes message, ModuleKeys keys) throws MalformedException {
        ModuleMessage read = ModuleMessage.read(message);
        List<ModuleVerdict> verdicts = new ArrayList<>();
        for (ModuleSignature signature : read.signatures()) {
            verdicts.add(decide(content, signature, read, keys));
        }
        return verdicts.stream()
                .min(Comparator.comparingInt(ModuleJudge::order))
                .orElseThrow();
    }

    /** The kernel looks for revoked keys first; a wrong signature by a key that it has ends its search. */
    private static int order(ModuleVerdict verdict) {
        return switch (verdict.reason()) {
            case REVOKED_SIGNER -> 0;
            case BAD_DIGEST -> 1;
            case SIGNED -> 2;
            case KEYS_NOT_READ, UNKNOWN_ALGORITHM -> 3;
            case UNKNOWN_SIGNER, UNSIGNED, MALFORMED -> 4;
        };
    }

    private static ModuleVerdict decide(
            Bytes content, ModuleSignature signature, ModuleMessage message, ModuleKeys keys) {
        List<ModuleKey> named = keys.named(signature.key());
        boolean bad = false;
        Optional<ModuleKey> good = Optional.empty();
        for (ModuleKey key : named) {
            Optional<Boolean> by = signature.isBy(key.certificate().getPublicKey(), content);
            if (by.isEmpty()) {
                return unknownAlgorithm(signature, key.subject());
            }
            bad |= !by.get();
            if (by.get() && good.filter(best -> rank(best) <= rank(key)).isEmpty()) {
                good = Optional.of(key);
            }
        }
        if (good.isPresent()) {
            return known(good.get(), keys);
        }
        if (bad) {
            ModuleKey key = named.getFirst();
            return new ModuleVerdict(Reason.BAD_DIGEST, key.subject(), source(key), "");
        }
        Optional<X509Certificate> own = message.named(signature.key());
        return own.isPresent()
                ? along(content, signature, own.get(), message, keys)
                : unknown(signature.key().shown(), keys);
    }

    /** From the certificate that came along for the signature upwards, until the kernel has a key. */
    private static ModuleVerdict along(
            Bytes content, ModuleSignature signature, X509Certificate own, ModuleMessage message, ModuleKeys keys) {
        String signer = own.getSubjectX500Principal().getName();
        Optional<Boolean> by = signature.isBy(own.getPublicKey(), content);
        if (by.isEmpty()) {
            return unknownAlgorithm(signature, signer);
        }
        if (!by.get()) {
            return new ModuleVerdict(Reason.BAD_DIGEST, signer, "a certificate in the module: " + signer, "");
        }
        Optional<X509Certificate> at = Optional.of(own);
        for (int steps = message.certificates().size(); at.isPresent() && steps > 0; steps--) {
            Optional<ModuleKey> key = keys.above(at.get());
            if (key.isPresent()) {
                return known(key.get(), keys);
            }
            at = message.issuer(at.get());
        }
        return unknown(signer, keys);
    }

    private static ModuleVerdict unknown(String signer, ModuleKeys keys) {
        return new ModuleVerdict(
                keys.missing().isEmpty() ? Reason.UNKNOWN_SIGNER : Reason.KEYS_NOT_READ, signer, "", keys.missing());
    }

    private static ModuleVerdict unknownAlgorithm(ModuleSignature signature, String signer) {
        return new ModuleVerdict(
                Reason.UNKNOWN_ALGORITHM,
                signer,
                "",
                "digest %s, signature %s".formatted(signature.digest(), signature.algorithm()));
    }

    private static int rank(ModuleKey key) {
        return switch (key.standing()) {
            case REVOKED -> 0;
            case TRUSTED -> 1;
            case UNCERTAIN -> 2;
            case NOT_TRUSTED -> 3;
        };
    }

    private static ModuleVerdict known(ModuleKey key, ModuleKeys keys) {
        return switch (key.standing()) {
            case REVOKED -> new ModuleVerdict(Reason.REVOKED_SIGNER, key.subject(), source(key), "");
            case TRUSTED -> new ModuleVerdict(Reason.SIGNED, key.subject(), source(key), "");
            case UNCERTAIN ->
                new ModuleVerdict(
                        Reason.KEYS_NOT_READ,
                        key.subject(),
                        source(key),
                        "it is in " + key.source() + ", which not every kernel takes keys for modules from");
            case NOT_TRUSTED ->
                keys.missing().isEmpty()
                        ? new ModuleVerdict(
                                Reason.UNKNOWN_SIGNER, key.subject(), "", "its certificate is " + key.source())
                        : new ModuleVerdict(Reason.KEYS_NOT_READ, key.subject(), "", keys.missing());
        };
    }

    private static String source(ModuleKey key) {
        return key.source() + ": " + key.subject();
    }
}
