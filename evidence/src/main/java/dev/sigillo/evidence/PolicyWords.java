package dev.sigillo.evidence;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.MachineWords;
import java.util.Optional;

/**
 * A check in words: what it asks, and which attack it stops.
 *
 * @param asks one sentence
 * @param stops what somebody could do without it
 */
public record PolicyWords(String asks, String stops) {

    /** The words for every check that a policy may ask; nothing for those that are asked of Sigillo's own nodes alone. */
    public static Optional<PolicyWords> of(Check check) {
        return Optional.ofNullable(words(check));
    }

    private static @org.jspecify.annotations.Nullable PolicyWords words(Check check) {
        return switch (check) {
            case AK_ATTRIBUTES ->
                new PolicyWords(
                        "The AK is a restricted signing key that was made in its TPM and cannot leave it.",
                        "A key that signs any bytes: its owner writes a quote of a boot that never was.");
            case AK_PARAMETERS ->
                new PolicyWords(
                        "The AK is RSA of 2048 bits or more, or on P-256 or P-384, and signs with SHA-256 or stronger.",
                        "A key or hash weak enough to forge a signature.");
            case AK_CERTIFICATE ->
                new PolicyWords(
                        "A certificate for exactly this AK leads to a CA that the policy names.",
                        "A quote by a software TPM that anybody can start.");
            case AK_PINNED ->
                new PolicyWords(
                        "The AK is one of those that the policy lists.", "A good quote of another, healthy machine.");
            case QUOTE_STRUCTURE ->
                new PolicyWords(
                        "What was signed is a quote (TPM_ST_ATTEST_QUOTE), to its last byte.",
                        "Another structure that the TPM signs as willingly, read as a quote.");
            case QUOTE_SIGNATURE ->
                new PolicyWords("The AK signed exactly these bytes.", "A quote that was written or changed by hand.");
            case QUOTE_NONCE ->
                new PolicyWords(
                        "The quote holds the nonce that the verifier asked with.",
                        "The good quote of yesterday, sent again after the machine was changed.");
            case QUOTE_SELECTION ->
                new PolicyWords(
                        "The quote covers at least the PCRs that the policy names, in its bank.",
                        "A quote of registers that nobody asked for, with the values of those that were.");
            case QUOTE_DIGEST ->
                new PolicyWords(
                        "The values sent are those that the TPM signed.",
                        "Values of a good boot beside the quote of a bad one.");
            case QUOTE_CLOCK ->
                new PolicyWords("The TPM's clock is marked as safe.", "A TPM whose state was rolled back.");
            case LOG_FORM ->
                new PolicyWords(
                        "There is an event log that can be read to its last byte, with the policy's bank.",
                        "No log at all: registers alone do not say what booted.");
            case LOG_REPLAY ->
                new PolicyWords(
                        "The logs lead to every quoted register but those that the policy leaves unexplained.",
                        "A log of another boot; something measured that the log does not tell of.");
            case LOG_SEPARATORS ->
                new PolicyWords(
                        "Each PCR of firmware has exactly one separator, and none of an error.",
                        "A second firmware phase made up by whoever ran later.");
            case LOG_UNMEASURED ->
                new PolicyWords(
                        "Events that are not measured claim no digest.",
                        "A measured event relabelled as one that counts for nothing.");
            case LOG_LABELS ->
                new PolicyWords(
                        "Types and labels say what the reference manifest says.",
                        "A log written by hand over the right digests.");
            case MANIFEST ->
                new PolicyWords(
                        "A complete reference manifest was given.", "A manifest that is silent where it matters.");
            case SECURE_BOOT ->
                new PolicyWords(
                        "The SecureBoot variable, measured once and before the separator, is what the policy says.",
                        "Secure Boot switched off, or a log that only says it is on.");
            case PUBLISHED_KEYS ->
                new PolicyWords(
                        "PK, KEK and db hold no key whose private half everybody has.",
                        "Test keys left in firmware: anybody signs what it lets run.");
            case SECURE_BOOT_PK ->
                new PolicyWords(
                        "The platform key is one that the policy lists.",
                        "A machine whose owner of Secure Boot is somebody else.");
            case SECURE_BOOT_KEK ->
                new PolicyWords(
                        "Every key exchange key is one that the policy lists.", "A stranger who may add keys to db.");
            case SECURE_BOOT_DB ->
                new PolicyWords(
                        "Every entry of db is one that the policy lists.",
                        "A boot loader signed with an attacker's own key.");
            case SECURE_BOOT_DBX ->
                new PolicyWords(
                        "dbx forbids at least what the policy requires.",
                        "An old, signed boot loader with a known hole (BootHole, BlackLotus).");
            case AUTHORITIES ->
                new PolicyWords(
                        "Only what the policy lists has let something run.",
                        "An image signed by a CA that this machine never needs.");
            case SBAT_LEVEL ->
                new PolicyWords(
                        "shim asks for at least these generations.",
                        "An old GRUB or shim, signed and full of known holes.");
            case MOK_VARIABLES ->
                new PolicyWords(
                        "Nobody enrolled a machine owner key, or only those that the policy lists.",
                        "A kernel or module signed with a key that somebody enrolled at the console.");
            case BOOT_IMAGES ->
                new PolicyWords(
                        "Every image in PCR 4 is listed, or let in by something that is.",
                        "Another boot loader or kernel.");
            case REVOKED_IMAGES ->
                new PolicyWords(
                        "No image that ran is publicly revoked.",
                        "A revoked boot loader on a machine whose dbx is old.");
            case KERNEL_IMAGE ->
                new PolicyWords(
                        "The image started last is a kernel that the policy lists.",
                        "An older kernel with a known hole.");
            case COMMAND_LINE ->
                new PolicyWords(
                        "The kernel's command line keeps to the policy.",
                        "init=/bin/sh, a disabled IOMMU, another root.");
            case GRUB_COMMANDS ->
                new PolicyWords(
                        "GRUB ran only commands that keep to the policy.",
                        "Commands typed at GRUB's prompt, another grub.cfg.");
            case EXIT_BOOT_SERVICES ->
                new PolicyWords(
                        "The log reaches the end of boot services.", "A log cut off before the part that would tell.");
            case FIRMWARE_DEBUG ->
                new PolicyWords(
                        "Firmware is not in debug mode.", "Firmware that a debugger can change after it was measured.");
            case DMA_PROTECTION ->
                new PolicyWords(
                        "Firmware did not say that DMA protection is off.",
                        "A device on the bus that writes into memory.");
            case IMA_LIST -> new PolicyWords("IMA's list leads to PCR 10.", "Files measured and left out of the list.");
            case IMA_AGGREGATE ->
                new PolicyWords("IMA's list begins with the registers of this boot.", "The list of another boot.");
            case IMA_FILES ->
                new PolicyWords(
                        "The kernel measured only files that the policy lists.",
                        "A program or module that nobody expected.");
            case IMA_KEYS ->
                new PolicyWords(
                        "Every file that the kernel measured bears a signature by a key that the policy lists.",
                        "A program or module that nobody signed, or with the signature of another file.");
            case FIRMWARE,
                    PLATFORM_CONFIGURATION,
                    OPTION_ROMS,
                    OPTION_ROM_CONFIGURATION,
                    BOOT_LOADERS,
                    BOOT_CONFIGURATION,
                    HOST_PLATFORM,
                    SECURE_BOOT_POLICY,
                    BOOT_COMMANDS,
                    BOOT_FILES,
                    PCR_11,
                    PCR_12,
                    PCR_13,
                    MOK,
                    CONFIG_DRIVE ->
                new PolicyWords(
                        "The register holds what golden values or the reference manifest say ("
                                + MachineWords.component(check) + ").",
                        "Any change of " + MachineWords.component(check) + " that the keys of Secure Boot allow.");
            case EK_CERTIFICATE,
                    EK_SUBJECT,
                    EK_KEY,
                    ACTIVATION,
                    ONE_NODE,
                    CSR_KEY,
                    QUOTE_IDENTITY,
                    HOST_WITNESS,
                    LOG_SAME,
                    SECURE_BOOT_KEYS,
                    DRIVER_LIST,
                    DRIVER_AGGREGATE,
                    DRIVERS,
                    LOG_ORDER,
                    LOG_PAYLOADS -> null;
        };
    }
}
