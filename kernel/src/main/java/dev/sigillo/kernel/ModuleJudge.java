package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.kernel.ModuleVerdict.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Linux's module_sig_check() with enforcement on: one good signature by a trusted key that is not revoked is enough;
 * validity dates are not looked at.
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
        List<ModuleVerdict> verdicts = new ArrayList<>();
        for (ModuleSignature signature : ModuleSignature.read(message)) {
            verdicts.add(decide(content, signature, keys));
        }
        Optional<ModuleVerdict> revoked = verdicts.stream()
                .filter(each -> each.reason() == Reason.REVOKED_SIGNER)
                .findFirst();
        // The kernel looks through the revocation list before it looks for a key that it trusts.
        return revoked.orElseGet(() -> verdicts.stream()
                .min(Comparator.comparingInt(each -> each.outcome() == ModuleVerdict.Outcome.ALLOWED
                        ? 0
                        : each.outcome() == ModuleVerdict.Outcome.UNKNOWN ? 1 : 2))
                .orElseThrow());
    }

    private static ModuleVerdict decide(Bytes content, ModuleSignature signature, ModuleKeys keys) {
        List<ModuleKey> named = keys.named(signature.key());
        boolean bad = false;
        Optional<ModuleKey> good = Optional.empty();
        for (ModuleKey key : named) {
            Optional<Boolean> by = signature.isBy(key.certificate().getPublicKey(), content);
            if (by.isEmpty()) {
                return new ModuleVerdict(
                        Reason.UNKNOWN_ALGORITHM,
                        key.subject(),
                        "",
                        "digest %s, signature %s".formatted(signature.digest(), signature.algorithm()));
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
        return new ModuleVerdict(
                keys.missing().isEmpty() ? Reason.UNKNOWN_SIGNER : Reason.KEYS_NOT_READ,
                signature.key().shown(),
                "",
                keys.missing());
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
