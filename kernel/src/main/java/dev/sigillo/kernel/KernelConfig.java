package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.compression.Compression;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a kernel was built to do about module signatures: {@code /boot/config-RELEASE}, or CONFIG_IKCONFIG.
 *
 * @param options without CONFIG_, those of the options asked for here that are on
 * @param locksDownBySecureBoot EFI_SECURE_BOOT_LOCK_DOWN, LOCK_DOWN_IN_EFI_SECURE_BOOT, LOCK_DOWN_IN_SECURE_BOOT: each
 *     distribution's patch its own
 */
public record KernelConfig(Set<String> options, boolean locksDownBySecureBoot) {

    /** The largest configuration that is read. */
    public static final int MAX_SIZE = 4 << 20;

    private static final byte[] MARK = {'I', 'K', 'C', 'F', 'G', '_', 'S', 'T', 0x1F, (byte) 0x8B};

    private static final Bytes PREFIX = Bytes.utf8("CONFIG_");
    private static final Bytes YES = Bytes.utf8("=y");
    private static final Bytes LOCK_DOWN = Bytes.utf8("LOCK_DOWN");
    private static final Bytes SECURE_BOOT = Bytes.utf8("SECURE_BOOT");

    /** All options that are asked for; a configuration has thousands. */
    private static final List<Bytes> ASKED = Stream.of(
                    "MODULE_SIG",
                    "MODULE_SIG_FORCE",
                    "LOCK_DOWN_KERNEL_FORCE_INTEGRITY",
                    "LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY",
                    "IMA_ARCH_POLICY",
                    "INTEGRITY_MACHINE_KEYRING",
                    "SECONDARY_TRUSTED_KEYRING",
                    "INTEGRITY_CA_MACHINE_KEYRING",
                    "INTEGRITY_PLATFORM_KEYRING")
            .map(name -> Bytes.utf8(name + "="))
            .toList();

    public KernelConfig {
        options = Set.copyOf(options);
    }

    /** Of an option that stands there several times the last counts. */
    public static KernelConfig parse(Bytes text) {
        Set<String> options = new HashSet<>();
        boolean locks = false;
        for (int start = 0; start < text.size(); ) {
            int end = start;
            while (end < text.size() && text.at(end) != '\n' && text.at(end) != '\r') {
                end++;
            }
            if (text.holds(start, PREFIX)) {
                int name = start + PREFIX.size();
                boolean yes = end - YES.size() >= name && text.holds(end - YES.size(), YES);
                for (Bytes asked : ASKED) {
                    if (text.holds(name, asked)) {
                        if (yes && end - YES.size() == name + asked.size() - 1) {
                            options.add(name(asked));
                        } else {
                            options.remove(name(asked));
                        }
                    }
                }
                locks |= yes
                        && contains(text, name, end - YES.size(), LOCK_DOWN)
                        && contains(text, name, end - YES.size(), SECURE_BOOT);
            }
            start = end + 1;
        }
        return new KernelConfig(options, locks);
    }

    private static String name(Bytes asked) {
        return asked.slice(0, asked.size() - 1).utf8();
    }

    private static boolean contains(Bytes text, int from, int to, Bytes part) {
        for (int at = from; at + part.size() <= to; at++) {
            if (text.holds(at, part)) {
                return true;
            }
        }
        return false;
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

    private boolean has(String option) {
        return options.contains(option);
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
                        || locksDownBySecureBoot
                        || has("LOCK_DOWN_KERNEL_FORCE_INTEGRITY")
                        || has("LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY")
                        || has("IMA_ARCH_POLICY"));
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
