package dev.sigillo.attest;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One change to a machine that holds its policy, or to the policy.
 *
 * @param check the one that must not hold; none: everything still holds
 * @param broken whether it is broken, else undecided
 * @param also the others that do not hold, by their nature
 * @param says what the finding's sentence must contain
 */
record PolicyAttack(
        String name, Optional<Check> check, boolean broken, Set<Check> also, List<String> says, Change change) {

    /** What rests on a log that is bound to the quote. */
    static final Set<Check> BOOT = EnumSet.of(
            Check.LOG_REPLAY,
            Check.LOG_SEPARATORS,
            Check.LOG_UNMEASURED,
            Check.SECURE_BOOT,
            Check.PLATFORM_CONFIGURATION,
            Check.BOOT_FILES,
            Check.PUBLISHED_KEYS,
            Check.SECURE_BOOT_PK,
            Check.SECURE_BOOT_KEK,
            Check.SECURE_BOOT_DB,
            Check.SECURE_BOOT_DBX,
            Check.AUTHORITIES,
            Check.SBAT_LEVEL,
            Check.MOK_VARIABLES,
            Check.BOOT_IMAGES,
            Check.REVOKED_IMAGES,
            Check.KERNEL_IMAGE,
            Check.COMMAND_LINE,
            Check.GRUB_COMMANDS,
            Check.EXIT_BOOT_SERVICES,
            Check.FIRMWARE_DEBUG,
            Check.DMA_PROTECTION);

    /** What rests on a quote that holds. */
    static final Set<Check> QUOTED = quoted();

    /** What PCR 7 alone tells. */
    static final Set<Check> PCR7 = EnumSet.of(
            Check.PUBLISHED_KEYS,
            Check.SECURE_BOOT_PK,
            Check.SECURE_BOOT_KEK,
            Check.SECURE_BOOT_DB,
            Check.SECURE_BOOT_DBX,
            Check.AUTHORITIES,
            Check.SBAT_LEVEL,
            Check.BOOT_IMAGES);

    private static Set<Check> quoted() {
        Set<Check> all = EnumSet.copyOf(BOOT);
        all.addAll(EnumSet.of(Check.LOG_FORM, Check.FIRMWARE, Check.IMA_LIST, Check.IMA_AGGREGATE, Check.IMA_FILES));
        return all;
    }

    @FunctionalInterface
    interface Change {
        void change(PolicyMachine machine) throws Exception;
    }

    static PolicyAttack broken(String name, Check check, String says, Change change) {
        return new PolicyAttack(name, Optional.of(check), true, Set.of(), List.of(says.split(" & ")), change);
    }

    static PolicyAttack undecided(String name, Check check, String says, Change change) {
        return new PolicyAttack(name, Optional.of(check), false, Set.of(), List.of(says.split(" & ")), change);
    }

    static PolicyAttack held(String name, Change change) {
        return new PolicyAttack(name, Optional.empty(), false, Set.of(), List.of(), change);
    }

    /** These fail besides. */
    PolicyAttack and(Check... others) {
        return and(Set.of(others));
    }

    PolicyAttack and(Set<Check> others) {
        Set<Check> all = EnumSet.noneOf(Check.class);
        all.addAll(also);
        all.addAll(others);
        return new PolicyAttack(name, check, broken, all, says, change);
    }

    Set<Check> failed() {
        Set<Check> all = EnumSet.noneOf(Check.class);
        all.addAll(also);
        check.ifPresent(all::add);
        return all;
    }

    @Override
    public String toString() {
        return check.map(Check::id).orElse("held") + ": " + name;
    }
}
