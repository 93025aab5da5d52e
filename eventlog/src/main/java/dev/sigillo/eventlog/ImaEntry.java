package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Arrays;
import java.util.Optional;

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
 * @param recorded the template digest that the list has beside the entry (SHA-1; zero for a violation): a claim
 * @param templateData what is hashed, as the list has it
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
        Digest recorded,
        Bytes templateData,
        Digest extended) {

    /** IMA_EVENT_NAME_LEN_MAX and its NUL: the {@code ima} template hashes the name padded to this size. */
    private static final int PADDED_NAME = 256;

    private static final int LENGTH = 4;

    /** Template data as it is hashed: the {@code ima} template leaves the length out and pads the name. */
    static Bytes hashed(String template, Bytes templateData) {
        if (!template.equals("ima")) {
            return templateData;
        }
        int digest = HashAlgorithm.SHA1.size();
        Bytes name = templateData.slice(digest + LENGTH, templateData.size());
        return Bytes.concat(templateData.slice(0, digest), name, Bytes.zeros(PADDED_NAME - name.size()));
    }

    /** What this entry extends PCR 10 of a bank with (Linux from 5.8): all ones for a violation. */
    public Digest extended(HashAlgorithm bank) {
        if (bank == extended.algorithm()) {
            return extended;
        }
        if (!violation) {
            return Digest.of(bank, hashed(template, templateData));
        }
        byte[] ones = new byte[bank.size()];
        Arrays.fill(ones, (byte) 0xFF);
        return new Digest(bank, Bytes.of(ones));
    }

    /** Whether the recorded digest is that of the template data; a violation's is zero. */
    public boolean isRecordedRight() {
        return violation
                ? recorded.value().allAre(0)
                : recorded.equals(Digest.of(HashAlgorithm.SHA1, hashed(template, templateData)));
    }

    /** What the file's digest is of, where the template says it (ima-ngv2, ima-sigv2): {@code ima}, {@code verity}. */
    public Optional<String> digestType() {
        if (!template.endsWith("v2")) {
            return Optional.empty();
        }
        // d-ngv2 begins after its length with the type and a colon: the parser has seen to both.
        String field = templateData.slice(LENGTH, templateData.size()).utf8();
        return Optional.of(field.substring(0, Math.max(0, field.indexOf(':'))));
    }

    /** The bytes of an {@code ima-buf} entry, which its digest is of if it is one: nobody measures a template's name. */
    public Optional<Bytes> buffer() {
        if (!template.equals("ima-buf")) {
            return Optional.empty();
        }
        // d-ng with its length, n-ng with its length and NUL, buf with its length: the parser has seen to all.
        int name = LENGTH + algorithm.length() + 2 + fileDigest.size();
        int size = templateData.at(name) | templateData.at(name + 1) << 8;
        return Optional.of(templateData.slice(name + LENGTH + size + LENGTH, templateData.size()));
    }

    /** The first entry of every list: the kernel's digest over the boot registers. */
    public boolean isBootAggregate() {
        return index == 0 && path.equals("boot_aggregate");
    }
}
