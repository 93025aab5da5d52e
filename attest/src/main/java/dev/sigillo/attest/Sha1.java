package dev.sigillo.attest;

/** Rule 15's exception: SHA-1 counts where a policy says so, and a finding that refuses it says how. */
final class Sha1 {

    private static final String KEY = "; SHA-1 counts only in a policy with quote.allowSha1: true";

    private Sha1() {}

    /** The finding; one that breaks for want of a stronger hash names the policy's key. */
    static Finding told(Finding finding, Policy policy) {
        return finding instanceof Finding.Broken broken
                        && !policy.quote().sha1Allowed()
                        && (broken.was().contains("SHA1") || broken.was().contains("SHA-1"))
                ? new Finding.Broken(
                        broken.check(), broken.component(), broken.expected() + KEY, broken.was(), broken.where())
                : finding;
    }
}
