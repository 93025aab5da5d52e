package dev.sigillo.attest;

/**
 * One boot image that Microsoft and its maker revoked.
 *
 * @param sha256 its Authenticode SHA-256 in hexadecimal
 * @param inUpdate whether the published x64 dbx update has it
 * @param date when it was added, YYYY-MM-DD
 * @param file its file name, or empty
 * @param company who made it
 * @param authority the name of the CA that signed it, or empty
 * @param description why, mostly CVE numbers
 */
public record RevokedImage(
        String sha256,
        boolean inUpdate,
        String date,
        String file,
        String company,
        String authority,
        String description) {

    /** Such as {@code shim64-bit.efi of Canonical Ltd, revoked 2021-04-01: CVE-2020-14372}; no colon without a reason. */
    public String shown() {
        String why = description.isEmpty() ? "" : ": " + description;
        return "%s of %s, revoked %s%s".formatted(file.isEmpty() ? "an image" : file, company, date, why);
    }
}
