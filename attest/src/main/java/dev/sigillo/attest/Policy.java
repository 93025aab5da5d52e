package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.SbatEntry;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an owner asks of a machine, as data. What a policy says nothing of is not asked; of what it asks, each check has
 * exactly one finding, and what cannot be evaluated fails.
 *
 * @param name as it is called, and shown with a verdict
 * @param quote which registers must be quoted, and how fresh
 * @param ak what the attestation key must be
 * @param logRequired whether an event log must explain the quoted registers
 * @param referenceRequired whether a reference manifest must be given
 * @param secureBoot whether the SecureBoot variable must say on, or off
 * @param keys by variable (PK, KEK, db): the only entries allowed
 * @param dbxRequired what dbx must forbid at least
 * @param authorities the only certificates and hashes that may have let something run
 * @param sbat the least generation of each component that the measured SbatLevel must ask for
 * @param mok digests of MOK variables that are allowed; empty: nobody may have enrolled anything
 * @param images the only images that PCR 4 may hold, by digest, or by the entry that let them run
 * @param revokedRefused whether an image that is publicly revoked is refused, even if this machine's dbx does not know it
 * @param kernels the only images that may have been started last
 * @param grubAllowed the only forms of GRUB's commands
 * @param grubForbidden forms that no command may have
 * @param exitBootServices whether the log must reach ExitBootServices
 * @param golden values or events by PCR
 * @param ima what the files must be that the kernel measured
 * @param debugRefused whether firmware in debug mode is refused
 * @param dmaRequired whether firmware without DMA protection is refused
 */
public record Policy(
        String name,
        QuoteRule quote,
        AkRule ak,
        boolean logRequired,
        boolean referenceRequired,
        Optional<Boolean> secureBoot,
        SortedMap<String, List<AllowedKey>> keys,
        Optional<List<NamedDigest>> dbxRequired,
        Optional<List<AllowedKey>> authorities,
        Optional<List<SbatEntry>> sbat,
        Optional<List<NamedDigest>> mok,
        Optional<List<AllowedKey>> images,
        boolean revokedRefused,
        Optional<List<NamedDigest>> kernels,
        Optional<CommandLineRule> commandLine,
        Optional<List<WordPattern>> grubAllowed,
        Optional<List<WordPattern>> grubForbidden,
        boolean exitBootServices,
        SortedMap<Integer, GoldenPcr> golden,
        Optional<ImaRule> ima,
        boolean debugRefused,
        boolean dmaRequired) {

    /** PCRs that a reference manifest speaks of. */
    static final Set<Integer> REFERENCED = Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15);

    public Policy {
        keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
        golden = Collections.unmodifiableSortedMap(new TreeMap<>(golden));
    }

    /**
     * @param bank the bank that decides, SHA-256 or stronger but for {@code sha1Allowed}
     * @param pcrs at least these must be quoted
     * @param unexplained registers that may be quoted and hold what no log tells of
     * @param nonceRequired whether a verdict needs the verifier's nonce
     * @param sha1Allowed whether SHA-1 counts too, as bank, in the quote's signature and in those of files
     */
    public record QuoteRule(
            HashAlgorithm bank,
            Set<Integer> pcrs,
            Set<Integer> unexplained,
            boolean nonceRequired,
            boolean sha1Allowed) {
        public QuoteRule {
            pcrs = Collections.unmodifiableSortedSet(new TreeSet<>(pcrs));
            unexplained = Collections.unmodifiableSortedSet(new TreeSet<>(unexplained));
        }
    }

    /**
     * @param attributes what is asked of the TPM's description of the key: restricted, for signing, not to leave its TPM
     * @param roots fingerprints of CAs, one of which a certificate of the AK must lead to
     * @param anchors certificates of CAs, beside the roots
     * @param certificate whether a certificate is asked for at all
     * @param pinned SHA-256 of the SubjectPublicKeyInfo of the keys allowed
     * @param names TPM Names of the keys allowed, which bind their attributes too; both empty: any key
     */
    public record AkRule(
            Attributes attributes,
            List<AllowedKey> roots,
            List<X509Certificate> anchors,
            boolean certificate,
            List<Digest> pinned,
            List<Bytes> names) {
        public AkRule {
            roots = List.copyOf(roots);
            anchors = List.copyOf(anchors);
            pinned = List.copyOf(pinned);
            names = List.copyOf(names);
        }

        /** Whether only certain keys may speak. */
        public boolean pins() {
            return !pinned.isEmpty() || !names.isEmpty();
        }
    }

    /**
     * @param files the only files that the kernel may have measured, by digest; empty: any
     * @param keys one of which must have signed each file; none: not asked
     * @param unsigned digests of files that need no signature
     */
    public record ImaRule(Optional<List<NamedDigest>> files, List<ImaKey> keys, List<NamedDigest> unsigned) {
        public ImaRule {
            files = files.map(List::copyOf);
            keys = List.copyOf(keys);
            unsigned = List.copyOf(unsigned);
        }
    }

    /** What is asked of an AK's attributes. */
    public enum Attributes {
        /** They are right, and somebody beside the evidence vouches for them. */
        REQUIRED,
        /** Evidence that itself shows wrong ones is refused; nothing is said of the others. */
        SHOWN,
        ANY
    }

    /** What is asked of every quote: these PCRs, and 10 too if the IMA list is judged. */
    SortedSet<Integer> quoted(boolean withReference) {
        SortedSet<Integer> pcrs = new TreeSet<>(quote.pcrs());
        pcrs.addAll(golden.keySet());
        if (withReference || referenceRequired) {
            pcrs.addAll(REFERENCED);
        }
        if (ima.isPresent()) {
            pcrs.add(Pcrs.IMA);
        }
        return pcrs;
    }

    /** The checks that this policy asks, each of which has exactly one finding in a verdict. */
    public Set<Check> checks(boolean withNonce, boolean withReference) {
        EnumSet<Check> asked = EnumSet.of(
                Check.QUOTE_STRUCTURE,
                Check.QUOTE_SIGNATURE,
                Check.QUOTE_SELECTION,
                Check.QUOTE_DIGEST,
                Check.QUOTE_CLOCK,
                Check.AK_PARAMETERS);
        add(asked, quote.nonceRequired() || withNonce, Check.QUOTE_NONCE);
        add(asked, ak.attributes() == Attributes.REQUIRED, Check.AK_ATTRIBUTES);
        add(asked, ak.certificate(), Check.AK_CERTIFICATE);
        add(asked, ak.pins(), Check.AK_PINNED);
        if (logRequired) {
            asked.addAll(List.of(Check.LOG_FORM, Check.LOG_REPLAY, Check.LOG_SEPARATORS, Check.LOG_UNMEASURED));
        }
        add(asked, secureBoot.isPresent(), Check.SECURE_BOOT);
        add(asked, secureBoot.orElse(false), Check.PUBLISHED_KEYS);
        add(asked, keys.containsKey("PK"), Check.SECURE_BOOT_PK);
        add(asked, keys.containsKey("KEK"), Check.SECURE_BOOT_KEK);
        add(asked, keys.containsKey("db"), Check.SECURE_BOOT_DB);
        add(asked, dbxRequired.isPresent(), Check.SECURE_BOOT_DBX);
        add(asked, authorities.isPresent(), Check.AUTHORITIES);
        add(asked, sbat.isPresent(), Check.SBAT_LEVEL);
        add(asked, mok.isPresent(), Check.MOK_VARIABLES);
        add(asked, images.isPresent(), Check.BOOT_IMAGES);
        add(asked, revokedRefused, Check.REVOKED_IMAGES);
        add(asked, kernels.isPresent(), Check.KERNEL_IMAGE);
        add(asked, commandLine.isPresent(), Check.COMMAND_LINE);
        add(asked, grubAllowed.isPresent() || grubForbidden.isPresent(), Check.GRUB_COMMANDS);
        add(asked, exitBootServices, Check.EXIT_BOOT_SERVICES);
        add(asked, debugRefused, Check.FIRMWARE_DEBUG);
        add(asked, dmaRequired, Check.DMA_PROTECTION);
        if (ima.isPresent()) {
            asked.addAll(List.of(Check.IMA_LIST, Check.IMA_AGGREGATE));
            add(asked, ima.get().files().isPresent(), Check.IMA_FILES);
            add(asked, !ima.get().keys().isEmpty(), Check.IMA_KEYS);
        }
        golden.keySet().forEach(pcr -> Check.ofPcr(pcr).ifPresent(asked::add));
        if (withReference || referenceRequired) {
            asked.add(Check.MANIFEST);
            asked.add(Check.LOG_LABELS);
            REFERENCED.forEach(pcr -> Check.ofPcr(pcr).ifPresent(asked::add));
        }
        return Collections.unmodifiableSet(asked);
    }

    /** Nothing but a quote that holds and a log that explains it. */
    static Policy ofQuote(String name, QuoteRule quote, AkRule ak) {
        return new Policy(
                name,
                quote,
                ak,
                true,
                false,
                Optional.empty(),
                new TreeMap<>(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                new TreeMap<>(),
                Optional.empty(),
                false,
                false);
    }

    /** The same, asking for no nonce: of evidence that was judged when it came. */
    Policy withoutNonce() {
        return new Policy(
                name,
                new QuoteRule(quote.bank(), quote.pcrs(), quote.unexplained(), false, quote.sha1Allowed()),
                ak,
                logRequired,
                referenceRequired,
                secureBoot,
                keys,
                dbxRequired,
                authorities,
                sbat,
                mok,
                images,
                revokedRefused,
                kernels,
                commandLine,
                grubAllowed,
                grubForbidden,
                exitBootServices,
                golden,
                ima,
                debugRefused,
                dmaRequired);
    }

    private static void add(Set<Check> checks, boolean asked, Check check) {
        if (asked) {
            checks.add(check);
        }
    }
}
