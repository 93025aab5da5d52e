package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.StoredVariable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * The variables that OVMF and shim themselves write, as measured: OVMF 2022.11 (Debian 12) and 2025.02 (Debian 13) with
 * shim 16.1, Secure Boot on and off, with and without TPM, first boot and the one after a reset, and with a blank disk. A
 * new firmware may write more: the tests that boot name it.
 */
final class FirmwareVariables {
    private static final String GLOBAL = Guid.GLOBAL_VARIABLE.toString();
    /** shim's original SbatLevel, to which it goes back where Secure Boot is off: shim, SbatLevel_Variable.txt. */
    private static final String SBAT_ORIGINAL = "sbat,1,2021030218\n";

    private static final Pattern SBAT_LATER =
            Pattern.compile("sbat,1,20[0-9]{8}\n(?:[a-z0-9._-]{1,40},[0-9]{1,5}\n)++");
    private static final int NON_VOLATILE_BOOT_SERVICE = 3;
    /** Bytes that are not zero; 15 were measured, and a target's name alone has more. */
    private static final int EMPTY_ATTEMPT = 18;

    /**
     * One kind of variable.
     *
     * @param changes it is written anew at any boot, over what the template had
     * @param fits whether a value is one that they write, given whether Secure Boot is on
     */
    private record Kind(String vendor, Pattern name, boolean changes, BiPredicate<StoredVariable, Boolean> fits) {
        boolean covers(StoredVariable variable) {
            return vendor.equals(variable.vendor().toString())
                    && name.matcher(variable.name()).matches();
        }
    }

    private static final List<Kind> KINDS = List.of(
            // The boot manager's own, which it measures into PCR 1 when it uses them.
            changing(GLOBAL, "Boot[0-9A-F]{4}|BootOrder|ConIn|ConOut|ErrOut|Key[0-9A-F]{4}|Lang|PlatformLang|Timeout"),
            changing("eb704011-1402-11d3-8e77-00a0c969723b", "MTC"),
            changing("4c19049f-4137-4dd3-9c10-8b97a83ffdfa", "MemoryTypeInformation"),
            changing("04b37fe8-f6ae-480b-bdd5-37d98c5e89aa", "VarErrorFlag"),
            changing("e20939be-32d4-41be-a150-897f85d49829", "MemoryOverwriteRequestControl"),
            changing("bb983ccf-151d-40e1-a07b-4a17be168292", "MemoryOverwriteRequestControlLock"),
            // The network stack's, after a disk that did not boot; named by the NIC's address.
            changing("5b446ed1-e30b-4faa-871a-3654eca36080", "[0-9A-F]{12}"),
            changing("937fe521-95ae-4d1a-8929-48bcd90ad31a", "[0-9A-F]{12}"),
            changing("9fb9a8a1-2f4a-43a6-889c-d0f7b6c47ad5", "ClientId"),
            new Kind(Guid.SHIM_LOCK.toString(), Pattern.compile("SbatLevel"), true, FirmwareVariables::shimsLevel),
            // Written once, where the template has none.
            once("59324945-ec44-4c0d-b1cd-9db139df070c", "Attempt [1-8]", FirmwareVariables::emptyAttempt),
            once("4b47d616-a8d6-4552-9d44-ccad2e0f4cf9", "InitialAttemptOrder", is("0102030405060708")),
            once("c076ec0c-7028-4399-a072-71ee5c448b9f", "CustomMode", is("00")),
            once(Guid.SECURE_BOOT_ENABLE.toString(), "SecureBootEnable", is("01")),
            once("9073e4e0-60ec-4b6e-9903-4c223c260f3c", "VendorKeysNv", is("01")),
            once("d9bee56e-75dc-49d9-b4d7-b534210f637a", "certdb", is("04000000")),
            // TPM_DEVICE_2_0_DTPM, and the interface that OVMF offers.
            once("6339d487-26ba-424b-9a5d-687e25d740bc", "TCG2_CONFIGURATION|TCG2_DEVICE_DETECTION", is("02")),
            once("6339d487-26ba-424b-9a5d-687e25d740bc", "TCG2_VERSION", is("312e3300000000000400000000000000")));

    private FirmwareVariables() {}

    private static Kind changing(String vendor, String name) {
        return new Kind(vendor, Pattern.compile(name), true, (_, _) -> true);
    }

    private static Kind once(String vendor, String name, BiPredicate<StoredVariable, Boolean> fits) {
        return new Kind(vendor, Pattern.compile(name), false, fits);
    }

    private static BiPredicate<StoredVariable, Boolean> is(String hex) {
        return (variable, _) -> variable.data().equals(Bytes.fromHex(hex));
    }

    private static boolean shimsLevel(StoredVariable variable, boolean secureBoot) {
        String level = new String(variable.data().toByteArray(), StandardCharsets.ISO_8859_1);
        return variable.attributes() == NON_VOLATILE_BOOT_SERVICE
                && (secureBoot ? SBAT_LATER.matcher(level).matches() : level.equals(SBAT_ORIGINAL));
    }

    /** An iSCSI attempt without target, address or secret: its number and name, and a few constants of the driver. */
    private static boolean emptyAttempt(StoredVariable variable, boolean secureBoot) {
        byte[] record = variable.data().toByteArray();
        int set = 0;
        for (byte value : record) {
            set += value == 0 ? 0 : 1;
        }
        return set <= EMPTY_ATTEMPT;
    }

    /** What the variable is to them. */
    enum Role {
        /** None of theirs. */
        FOREIGN,
        /** Theirs, but not with this value. */
        WRONG,
        /** As they make it where there is none. */
        MADE_ONCE,
        /** As they write it again and again. */
        CHANGING
    }

    static Role role(StoredVariable variable, boolean secureBoot) {
        for (Kind kind : KINDS) {
            if (kind.covers(variable)) {
                if (!kind.fits().test(variable, secureBoot)) {
                    return Role.WRONG;
                }
                return kind.changes() ? Role.CHANGING : Role.MADE_ONCE;
            }
        }
        return Role.FOREIGN;
    }
}
