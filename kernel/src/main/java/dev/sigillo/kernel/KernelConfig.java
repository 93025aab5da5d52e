package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.compression.Compression;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a kernel was built to do about module signatures: {@code /boot/config-RELEASE}, or CONFIG_IKCONFIG.
 *
 * @param options without CONFIG_, those that are set
 */
public record KernelConfig(Map<String, String> options) {
    /** The largest configuration that is read. */
    public static final int MAX_SIZE = 4 << 20;

    private static final byte[] MARK = {'I', 'K', 'C', 'F', 'G', '_', 'S', 'T', 0x1F, (byte) 0x8B};

    public KernelConfig {
        options = Map.copyOf(options);
    }

    public static KernelConfig parse(Bytes text) {
        Map<String, String> options = new HashMap<>();
        text.utf8().lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (line.startsWith("CONFIG_") && equals > 0) {
                options.put(line.substring("CONFIG_".length(), equals), line.substring(equals + 1));
            }
        });
        return new KernelConfig(options);
    }

    /** The one inside a kernel: "IKCFG_ST", then gzip. */
    static Optional<KernelConfig> embedded(Bytes vmlinux) {
        for (int at = 0; at + MARK.length < vmlinux.size(); at++) {
            if (vmlinux.at(at) == MARK[0] && vmlinux.slice(at, at + MARK.length).equals(Bytes.of(MARK))) {
                int end = (int) Math.min(vmlinux.size(), at + 8L + MAX_SIZE);
                try {
                    return Optional.of(parse(Compression.GZIP.unpack(vmlinux.slice(at + 8, end), MAX_SIZE)));
                } catch (MalformedException none) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    public boolean has(String option) {
        return "y".equals(options.get(option));
    }

    /** Whether modules' signatures are looked at; without that every module loads. */
    public boolean checksModules() {
        return has("MODULE_SIG");
    }

    /**
     * Whether, with Secure Boot on, a module without a good signature is refused: always enforced, locked down always or
     * by Secure Boot (a patch of most distributions), or by IMA's policy for Secure Boot.
     */
    public boolean enforcesModules() {
        return checksModules()
                && (has("MODULE_SIG_FORCE")
                        || options.keySet().stream().anyMatch(this::locksDownBySecureBoot)
                        || has("LOCK_DOWN_KERNEL_FORCE_INTEGRITY")
                        || has("LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY")
                        || has("IMA_ARCH_POLICY"));
    }

    /** EFI_SECURE_BOOT_LOCK_DOWN, LOCK_DOWN_IN_EFI_SECURE_BOOT, LOCK_DOWN_IN_SECURE_BOOT: each distribution's patch its own. */
    private boolean locksDownBySecureBoot(String option) {
        return option.contains("LOCK_DOWN") && option.contains("SECURE_BOOT") && has(option);
    }

    /** Whether keys of MokList are trusted for modules: the machine keyring, linked to the secondary one. */
    public boolean trustsMok() {
        return has("INTEGRITY_MACHINE_KEYRING") && has("SECONDARY_TRUSTED_KEYRING");
    }

    /** Whether of those keys only CA certificates are. */
    public boolean trustsMokAuthoritiesOnly() {
        return has("INTEGRITY_CA_MACHINE_KEYRING");
    }

    /** Whether keys of db and MokList are loaded at all; Debian, Ubuntu, Fedora and others trust them for modules. */
    public boolean hasPlatformKeyring() {
        return has("INTEGRITY_PLATFORM_KEYRING");
    }
}
