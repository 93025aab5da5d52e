package dev.sigillo.attest;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Every question a verdict answers, in the order in which a person must hear of a failure: who is speaking, whether the
 * log can be believed, then the boot chain from the firmware up. Each check yields exactly one {@link Finding}.
 *
 * <p>Another shim brings another SBAT level, vendor key and MokList with it: so the images come before the variables that
 * only say who vouched for them. The Secure Boot variable comes before both, since with it off anything may have run.
 *
 * <p>Those of {@link #ofNode} are asked of every node of ours; the others only where a {@link Policy} asks them.
 *
 * <p>The numbers are the rules in docs/attestation.md; the id is stable and goes into stored verdicts.
 */
public enum Check {
    EK_CERTIFICATE("ek.certificate", "1", "EK certificate"),
    EK_SUBJECT("ek.subject", "1", "EK certificate"),
    EK_KEY("ek.key", "2", "EK"),
    AK_ATTRIBUTES("ak.attributes", "3", "AK"),
    AK_PARAMETERS("ak.parameters", "2, 4", "AK"),
    ACTIVATION("ak.activation", "5", "AK"),
    ONE_NODE("ak.one-node", "6", "AK"),
    QUOTE_STRUCTURE("quote.structure", "8", "quote"),
    QUOTE_SIGNATURE("quote.signature", "7", "quote"),
    QUOTE_NONCE("quote.nonce", "9", "quote nonce and kubelet key"),
    CSR_KEY("csr.key", "9", "kubelet key"),
    QUOTE_SELECTION("quote.selection", "10, 12, 15", "quote PCR selection"),
    QUOTE_DIGEST("quote.digest", "11", "PCR values"),
    QUOTE_CLOCK("quote.clock", "13", "vTPM clock"),
    QUOTE_IDENTITY("quote.identity", "14", "vTPM"),
    HOST_WITNESS("host.witness", "37", "machine"),
    MANIFEST("manifest", "33", "reference manifest"),
    LOG_FORM("log.form", "15-17, 26", "event log"),
    LOG_REPLAY("log.replay", "19, 20", "event log"),
    LOG_SAME("log.same", "26", "event log"),
    SECURE_BOOT("secure-boot.state", "27", "Secure Boot variable"),
    FIRMWARE(0),
    BOOT_LOADERS(4),
    SECURE_BOOT_POLICY(7),
    SECURE_BOOT_KEYS("secure-boot.keys", "28, 29", "Secure Boot keys"),
    MOK(14),
    BOOT_COMMANDS(8),
    BOOT_FILES(9),
    CONFIG_DRIVE(15),
    DRIVER_LIST("drivers.list", "20, 39", "IMA list"),
    DRIVER_AGGREGATE("drivers.boot-aggregate", "39", "IMA list"),
    DRIVERS("drivers", "39", "drivers"),
    PLATFORM_CONFIGURATION(1),
    OPTION_ROMS(2),
    OPTION_ROM_CONFIGURATION(3),
    BOOT_CONFIGURATION(5),
    HOST_PLATFORM(6),
    PCR_11(11),
    PCR_12(12),
    PCR_13(13),
    LOG_SEPARATORS("log.separators", "23", "event log"),
    LOG_ORDER("log.order", "24", "event log"),
    LOG_UNMEASURED("log.unmeasured", "18, 19", "event log"),
    LOG_PAYLOADS("log.payloads", "21", "event log"),
    LOG_LABELS("log.labels", "22, 33", "event log"),
    AK_CERTIFICATE("ak.certificate", "1", "AK certificate", true),
    AK_PINNED("ak.pinned", "6", "AK", true),
    PUBLISHED_KEYS("secure-boot.published-keys", "32", "Secure Boot keys", true),
    SECURE_BOOT_PK("secure-boot.pk", "28", "platform key (PK)", true),
    SECURE_BOOT_KEK("secure-boot.kek", "28", "key exchange keys (KEK)", true),
    SECURE_BOOT_DB("secure-boot.db", "28", "allowed signatures (db)", true),
    SECURE_BOOT_DBX("secure-boot.dbx", "30", "forbidden signatures (dbx)", true),
    AUTHORITIES("secure-boot.authorities", "29", "Secure Boot authorities", true),
    SBAT_LEVEL("sbat.level", "30", "SBAT level", true),
    MOK_VARIABLES("mok.variables", "31", "MokList", true),
    BOOT_IMAGES("boot.images", "29, 33", "boot images", true),
    REVOKED_IMAGES("boot.revoked", "30", "boot images", true),
    KERNEL_IMAGE("boot.kernel", "33", "kernel", true),
    COMMAND_LINE("boot.command-line", "33", "kernel command line", true),
    GRUB_COMMANDS("boot.grub-commands", "33", "GRUB commands", true),
    EXIT_BOOT_SERVICES("boot.exit-boot-services", "24, 26", "end of boot services", true),
    FIRMWARE_DEBUG("firmware.debug", "27", "UEFI debug mode", true),
    DMA_PROTECTION("firmware.dma", "27", "DMA protection", true),
    IMA_LIST("ima.list", "39", "IMA list", true),
    IMA_AGGREGATE("ima.boot-aggregate", "39", "IMA list", true),
    IMA_FILES("ima.files", "39", "files measured by IMA", true),
    IMA_KEYS("ima.keys", "39", "signatures of files measured by IMA", true);

    /** Made once: {@code values()} makes a copy each time, and a verdict has many findings. */
    private static final List<Check> ALL = List.of(values());

    private final String id;
    private final String rule;
    private final String component;
    private final int pcr;
    private final boolean policyOnly;

    Check(String id, String rule, String component) {
        this(id, rule, component, false);
    }

    Check(String id, String rule, String component, boolean policyOnly) {
        this.policyOnly = policyOnly;
        this.id = id;
        this.rule = rule;
        this.component = component;
        this.pcr = -1;
    }

    Check(int pcr) {
        this.policyOnly = false;
        this.id = "pcr." + pcr;
        this.rule = "20, 22, 25, 31, 33, 34";
        this.component = Pcrs.meaning(pcr);
        this.pcr = pcr;
    }

    /** Stable name, such as {@code quote.signature} or {@code pcr.8}. */
    public String id() {
        return id;
    }

    /** The rules in docs/attestation.md that it holds. */
    public String rule() {
        return rule;
    }

    /** What it is about, where nothing more exact can be said. */
    public String component() {
        return component;
    }

    /** The PCR whose events it compares with the reference manifest, if it is such a check. */
    Optional<Integer> comparedPcr() {
        return pcr < 0 ? Optional.empty() : Optional.of(pcr);
    }

    /** Whether only a {@link Policy} asks it; all others are asked of every node of ours. */
    public boolean isPolicyOnly() {
        return policyOnly;
    }

    /** The checks that a node's verdict must answer, every one. */
    public static List<Check> ofNode() {
        return Arrays.stream(values()).filter(check -> !check.policyOnly).toList();
    }

    /** The check of what that PCR holds, if there is one: PCR 10 changes with each file that the kernel reads. */
    public static Optional<Check> ofPcr(int pcr) {
        return Arrays.stream(values())
                .filter(check -> check.pcr >= 0 && check.pcr == pcr)
                .findFirst();
    }

    /** The check of that id, if there is one. */
    public static Optional<Check> byId(String id) {
        for (Check check : ALL) {
            if (check.id.equals(id)) {
                return Optional.of(check);
            }
        }
        return Optional.empty();
    }
}
