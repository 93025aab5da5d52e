package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.uefi.Guid;
import java.util.Optional;

/**
 * What the log names as having let something run: an EV_EFI_VARIABLE_AUTHORITY of PCR 7 whose digest binds it (TCG PC
 * Client Platform Firmware Profile, 10.4.1; shim measures its own variables the same way). The event does not say which
 * image it let in; {@link BootImage#authorisedBy} says where that follows.
 *
 * @param event its index in the log
 * @param variable where the entry stands: {@code db}, {@code MokListRT}, {@code Shim}, {@code SbatLevel}, …
 * @param vendor the variable's vendor
 * @param data the measured value: one EFI_SIGNATURE_DATA, or for shim's own variables their content
 * @param entry the certificate or hash in it; absent where it is neither, as in SbatLevel and MokListTrusted
 * @param inDb whether the measured db holds this very entry, byte for byte
 * @param beforeSeparator measured before the boot manager took over: for a driver, not for a boot loader
 */
public record Authority(
        int event,
        String variable,
        Guid vendor,
        Bytes data,
        Optional<KeyEntry> entry,
        boolean inDb,
        boolean beforeSeparator) {

    /** Whether it is an entry of db, by vendor and name. */
    public boolean isDb() {
        return vendor.equals(Guid.IMAGE_SECURITY_DATABASE) && variable.equals("db");
    }

    /** Whether it is a variable of shim's that decides how images are verified, and lets in none by itself. */
    public boolean isSetting() {
        return vendor.equals(Guid.SHIM_LOCK)
                && (variable.startsWith("SbatLevel")
                        || variable.startsWith("MokListTrusted")
                        || variable.startsWith("MokSBState")
                        || variable.startsWith("MokDBState"));
    }

    /**
     * Whether it is a variable by which somebody at the console switched shim's checks off: MokSBState
     * ({@code mokutil --disable-validation}) or MokDBState, with any value but 00.
     */
    public boolean isDisabling() {
        return (variable.startsWith("MokSBState") || variable.startsWith("MokDBState"))
                && !(data.size() == 1 && data.at(0) == 0);
    }

    /** The certificate's subject, if it names a certificate. */
    public Optional<String> subject() {
        return entry.flatMap(KeyEntry::subject);
    }

    /** One line for people: {@code db: CN=Microsoft Corporation UEFI CA 2011,…}. */
    public String text() {
        String value = variable.startsWith("SbatLevel")
                ? Printable.text(data.utf8().strip().replace('\n', ' '))
                : data.toString();
        return Printable.name(variable) + ": " + entry.map(KeyEntry::text).orElse(value);
    }
}
