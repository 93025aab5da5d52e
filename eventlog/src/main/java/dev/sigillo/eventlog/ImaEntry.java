package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;

/**
 * One measurement of the Linux kernel's Integrity Measurement Architecture.
 *
 * @param index from 0
 * @param template {@code ima}, {@code ima-ng}, {@code ima-sig}, …
 * @param algorithm of the file digest as the kernel names it: {@code sha1}, {@code sha256}, …
 * @param fileDigest over the file's content (for {@code boot_aggregate} over PCR 0-9)
 * @param path as the kernel saw it: a claim that the template digest binds, but hostile text
 * @param signature the {@code sig} field: IMA signature, empty if the file has none or the template lacks the field
 * @param violation true if the kernel could not vouch for the file (time of check, time of use); the
 *     register then takes all ones, so that nothing else of the entry is bound by it
 * @param extended what this entry extends PCR 10 of the SHA-256 bank with: SHA-256 of the template data, recomputed by
 *     us; all ones for a violation
 */
public record ImaEntry(
        int index,
        String template,
        String algorithm,
        Bytes fileDigest,
        String path,
        Bytes signature,
        boolean violation,
        Digest extended) {

    /** The first entry of every list: the kernel's digest over the boot registers. */
    public boolean isBootAggregate() {
        return index == 0 && path.equals("boot_aggregate");
    }
}
