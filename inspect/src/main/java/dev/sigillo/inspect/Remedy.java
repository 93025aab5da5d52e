package dev.sigillo.inspect;

/** What a person does about a file that Secure Boot refuses. */
final class Remedy {
    private static final String PUBLISHED_KEY =
            "sign it with a key that nobody else has, and take the published one out of this machine's lists (db, MokList): "
                    + "whoever can write the disk can sign with it";

    private Remedy() {}

    static String of(BootFile file, Cause cause) {
        return switch (file.kind()) {
            case BOOTLOADER -> loader(cause);
            case KERNEL -> kernel(cause);
            case MODULE -> module(file, cause);
        };
    }

    private static String loader(Cause cause) {
        return switch (cause) {
            case SIGNED, NOT_ENFORCED -> "";
            case UNSIGNED, UNKNOWN_SIGNER ->
                "install the distribution's signed loader (Debian, Ubuntu: shim-signed and grub-efi-amd64-signed, then "
                        + "grub-install); or delete it if nothing starts it";
            case PUBLISHED_KEY -> PUBLISHED_KEY;
            case REVOKED_BY_DBX, REVOKED_BY_MOKX, REVOKED_BY_SHIM, REVOKED_BY_KERNEL, REVOKED_BY_SBAT ->
                "update shim and GRUB to a version after the revocation, then run grub-install; never lower the level";
            case BAD_DIGEST, MALFORMED ->
                "it was changed after it was signed: find out by whom, and reinstall the package that brings it";
            case NOT_KNOWN -> "give this machine's lists: --varstore FILE, or --db with its certificates";
        };
    }

    private static String kernel(Cause cause) {
        return switch (cause) {
            case SIGNED, NOT_ENFORCED -> "";
            case UNSIGNED ->
                "boot a kernel that the distribution signed; or sign this one (sbsign --key KEY --cert CERT) and enrol the "
                        + "certificate (mokutil --import CERT.der, then restart)";
            case UNKNOWN_SIGNER ->
                "enrol the signer's certificate (mokutil --import CERT.der, then restart); or boot the distribution's kernel";
            case PUBLISHED_KEY -> PUBLISHED_KEY;
            case REVOKED_BY_DBX, REVOKED_BY_MOKX, REVOKED_BY_SHIM, REVOKED_BY_KERNEL, REVOKED_BY_SBAT ->
                "install a newer kernel and make it the default";
            case BAD_DIGEST, MALFORMED ->
                "it was changed after it was signed: find out by whom, and reinstall its package";
            case NOT_KNOWN -> "give this machine's lists: --varstore FILE, or --db with its certificates";
        };
    }

    private static String module(BootFile file, Cause cause) {
        String release = BootFiles.release(file).orElse("RELEASE");
        return switch (cause) {
            case SIGNED, NOT_ENFORCED -> "";
            case UNSIGNED ->
                "sign it (/usr/src/linux-headers-%s/scripts/sign-file sha256 KEY CERT FILE; DKMS does so by itself) and enrol the certificate (mokutil --import CERT.der, then restart)"
                        .formatted(release);
            case UNKNOWN_SIGNER ->
                "if it belongs to kernel %s, reinstall that kernel's package; if you built it, enrol its certificate (mokutil --import CERT.der, then restart)"
                        .formatted(release);
            case PUBLISHED_KEY -> PUBLISHED_KEY;
            case REVOKED_BY_DBX, REVOKED_BY_MOKX, REVOKED_BY_SHIM, REVOKED_BY_KERNEL, REVOKED_BY_SBAT ->
                "install a newer version that another key signed";
            case BAD_DIGEST, MALFORMED ->
                "it was changed after it was signed (stripped, for one): find out by whom, and reinstall its package";
            case NOT_KNOWN ->
                "give the kernel's keys: --module-keys DIR with the certificates, or the kernel itself as boot/vmlinuz-"
                        + release;
        };
    }
}
