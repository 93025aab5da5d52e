package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.kernel.KernelConfig;
import dev.sigillo.kernel.ModuleJudge;
import dev.sigillo.kernel.ModuleKeys;
import dev.sigillo.kernel.ModuleVerdict;
import java.util.Optional;

/**
 * The modules of one kernel.
 *
 * @param config what the kernel itself says of its options
 * @param keySource how far the kernel is to be believed
 */
record ModuleCheck(String release, ModuleKeys keys, Optional<KernelConfig> config, KeySource keySource) {

    CheckedFile check(BootFile file, Bytes module) {
        ModuleVerdict verdict = ModuleJudge.decide(module, keys);
        Cause cause = cause(verdict);
        boolean tolerated = config.filter(options -> !options.enforcesModules()).isPresent()
                && switch (verdict.reason()) {
                    case UNSIGNED, UNKNOWN_SIGNER, UNKNOWN_ALGORITHM, KEYS_NOT_READ -> true;
                    case SIGNED -> false;
                    case REVOKED_SIGNER, BAD_DIGEST, MALFORMED -> !config.get().checksModules();
                };
        String reason = reason(verdict, cause);
        if (tolerated) {
            reason = "not enforced: kernel " + release + " was not built to refuse it with Secure Boot on (" + reason
                    + ")";
            cause = Cause.NOT_ENFORCED;
        }
        CheckedFile checked = new CheckedFile(
                file.shown(),
                Kind.MODULE,
                cause,
                reason,
                verdict.signer(),
                verdict.by(),
                "kernel " + release,
                remedy(file, verdict, cause),
                "");
        return checked.doubted(keySource);
    }

    private static Cause cause(ModuleVerdict verdict) {
        return switch (verdict.reason()) {
            case SIGNED -> Cause.SIGNED;
            case UNSIGNED -> Cause.UNSIGNED;
            case UNKNOWN_SIGNER -> Cause.UNKNOWN_SIGNER;
            case REVOKED_SIGNER ->
                verdict.by().startsWith("dbx")
                        ? Cause.REVOKED_BY_DBX
                        : verdict.by().startsWith("MokListX")
                                ? Cause.REVOKED_BY_MOKX
                                : verdict.by().startsWith("kernel ") ? Cause.REVOKED_BY_KERNEL : Cause.REVOKED_BY_SHIM;
            case BAD_DIGEST -> Cause.BAD_DIGEST;
            case MALFORMED -> Cause.MALFORMED;
            case UNKNOWN_ALGORITHM, KEYS_NOT_READ -> Cause.NOT_KNOWN;
        };
    }

    private static String reason(ModuleVerdict verdict, Cause cause) {
        return switch (verdict.reason()) {
            case SIGNED ->
                "signed: by " + verdict.signer() + ", whose certificate is from: "
                        + verdict.by().substring(0, Math.max(0, verdict.by().indexOf(": ")));
            case UNSIGNED -> "unsigned";
            case UNKNOWN_SIGNER ->
                "unknown signer: " + verdict.signer()
                        + (verdict.detail().isEmpty() ? "" : " (" + verdict.detail() + ")");
            case REVOKED_SIGNER -> cause.shown() + ": the signer " + verdict.signer();
            case BAD_DIGEST -> "bad digest: it was changed after " + verdict.signer() + " signed it";
            case MALFORMED -> "malformed: " + verdict.detail();
            case UNKNOWN_ALGORITHM ->
                "cannot be known: signed by " + verdict.signer() + " in a way that is not read here ("
                        + verdict.detail() + ")";
            case KEYS_NOT_READ ->
                "cannot be known: signed by " + verdict.signer() + "; whether this kernel trusts it cannot be known: "
                        + verdict.detail();
        };
    }

    /** A certificate that lies about and signed it is the one to enrol. */
    private static String remedy(BootFile file, ModuleVerdict verdict, Cause cause) {
        String detail = verdict.detail();
        int at = detail.indexOf("at /");
        int end = detail.indexOf(", and not enrolled");
        return cause == Cause.UNKNOWN_SIGNER && at >= 0 && end > at
                ? "enrol the certificate that signed it: mokutil --import " + detail.substring(at + 3, end)
                        + ", then restart"
                : Remedy.of(file, cause);
    }
}
