package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.Register;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One measurement of the Linux kernel's Integrity Measurement Architecture: a place in the list, whose parts are read when
 * they are asked for. Two entries are equal when their index and all their bytes are.
 */
public final class ImaEntry {

    /** IMA_EVENT_NAME_LEN_MAX and its NUL: the {@code ima} template hashes the name padded to this size. */
    private static final int PADDED_NAME = 256;

    private static final Bytes ZEROS = Bytes.zeros(PADDED_NAME);

    private static final int LENGTH = 4;
    private static final int SHA1 = HashAlgorithm.SHA1.size();
    private static final int NAME_AT = LENGTH + SHA1 + LENGTH;

    private final Bytes list;
    private final int start;
    private final int index;
    private final String template;

    private volatile @Nullable String path;
    private volatile @Nullable Digest extended;

    /**
     * One that the parser went over.
     *
     * @param start of the entry in the list
     * @param template one of the names that the parser knows
     */
    ImaEntry(Bytes list, int start, int index, String template) {
        this.list = list;
        this.start = start;
        this.index = index;
        this.template = template;
    }

    /** From 0. */
    public int index() {
        return index;
    }

    /** {@code ima}, {@code ima-ng}, {@code ima-sig}, … */
    public String template() {
        return template;
    }

    /** Of the file digest as the kernel names it: {@code sha1}, {@code sha256}, … */
    public String algorithm() {
        if (isLegacy()) {
            return "sha1";
        }
        int end = algorithmEnd();
        int from = end;
        while (from > dataAt() + LENGTH && list.at(from - 1) != ':') {
            from--;
        }
        return list.slice(from, end).utf8();
    }

    /** Over the file's content (for {@code boot_aggregate} over PCR 0-9). */
    public Bytes fileDigest() {
        return isLegacy()
                ? list.slice(dataAt(), dataAt() + SHA1)
                : list.slice(algorithmEnd() + 2, dataAt() + LENGTH + (int) list.u32le(dataAt()));
    }

    /** The path as the kernel saw it: a claim that the template digest binds, but hostile text. */
    public String path() {
        String known = path;
        if (known == null) {
            int at = pathAt();
            int size = (int) list.u32le(at);
            known = list.slice(at + LENGTH, at + LENGTH + size - (isLegacy() ? 0 : 1))
                    .utf8();
            path = known;
        }
        return known;
    }

    /** The {@code sig} field: IMA signature, empty if the file has none or the template lacks the field. */
    public Bytes signature() {
        return template.startsWith("ima-sig") || template.equals("ima-modsig") ? afterPath() : Bytes.empty();
    }

    /**
     * True if the kernel could not vouch for the file (time of check, time of use); the register then takes all ones, so
     * that nothing else of the entry is bound by it.
     */
    public boolean violation() {
        return list.allAre(0, start + LENGTH, start + LENGTH + SHA1);
    }

    /** The template digest that the list has beside the entry (SHA-1; zero for a violation): a claim. */
    public Digest recorded() {
        return new Digest(HashAlgorithm.SHA1, list.slice(start + LENGTH, start + LENGTH + SHA1));
    }

    /** What is hashed, as the list has it. */
    public Bytes templateData() {
        return list.slice(dataAt(), dataEnd());
    }

    /**
     * What this entry extends PCR 10 of the SHA-256 bank with: SHA-256 of the template data, recomputed by us; all ones for
     * a violation.
     */
    public Digest extended() {
        Digest known = extended;
        if (known == null) {
            known = extended(HashAlgorithm.SHA256);
            extended = known;
        }
        return known;
    }

    /** What this entry extends PCR 10 of a bank with (Linux from 5.8): all ones for a violation. */
    public Digest extended(HashAlgorithm bank) {
        if (!violation()) {
            return Digest.of(bank, hashed());
        }
        byte[] ones = new byte[bank.size()];
        Arrays.fill(ones, (byte) 0xFF);
        return new Digest(bank, Bytes.of(ones));
    }

    /** Extends a register as the kernel did. */
    void extend(Register register) {
        if (violation()) {
            register.extendFilled(0xFF);
            return;
        }
        int from = dataAt();
        int end = dataEnd();
        if (isLegacy()) { // the length is left out and the name is padded
            int name = from + SHA1 + LENGTH;
            register.hash(list, from, from + SHA1);
            register.hash(list, name, end);
            register.hash(ZEROS, end - name, PADDED_NAME);
        } else {
            register.hash(list, from, end);
        }
        register.extendWithHash();
    }

    /** Template data as it is hashed. */
    private Bytes hashed() {
        Bytes data = templateData();
        if (!isLegacy()) {
            return data;
        }
        Bytes name = data.slice(SHA1 + LENGTH, data.size());
        return Bytes.concat(data.slice(0, SHA1), name, Bytes.zeros(PADDED_NAME - name.size()));
    }

    /** Whether the recorded digest is that of the template data; a violation's is zero. */
    public boolean isRecordedRight() {
        return violation() || recorded().equals(Digest.of(HashAlgorithm.SHA1, hashed()));
    }

    /** What the file's digest is of, where the template says it (ima-ngv2, ima-sigv2): {@code ima}, {@code verity}. */
    public Optional<String> digestType() {
        if (!template.endsWith("v2")) {
            return Optional.empty();
        }
        // d-ngv2 begins after its length with the type and a colon: the parser has seen to both.
        String field = list.slice(dataAt() + LENGTH, algorithmEnd()).utf8();
        return Optional.of(field.substring(0, Math.max(0, field.indexOf(':'))));
    }

    /** The bytes of an {@code ima-buf} entry, which its digest is of if it is one: nobody measures a template's name. */
    public Optional<Bytes> buffer() {
        return template.equals("ima-buf") ? Optional.of(afterPath()) : Optional.empty();
    }

    /** The first entry of every list: the kernel's digest over the boot registers. */
    public boolean isBootAggregate() {
        return index == 0 && path().equals("boot_aggregate");
    }

    private boolean isLegacy() {
        return template.equals("ima");
    }

    /** Where the template data begins. */
    private int dataAt() {
        int after = start + NAME_AT + template.length();
        return isLegacy() ? after : after + LENGTH;
    }

    private int dataEnd() {
        int from = dataAt();
        return isLegacy()
                ? from + SHA1 + LENGTH + (int) list.u32le(from + SHA1)
                : from + (int) list.u32le(from - LENGTH);
    }

    /** Where the algorithm's name ends in d-ng: at the last colon in front of its NUL. */
    private int algorithmEnd() {
        int at = dataAt() + LENGTH;
        while (list.at(at) != ':' || list.at(at + 1) != 0) {
            at++;
        }
        return at;
    }

    /** Where the path's length stands. */
    private int pathAt() {
        return dataAt() + (isLegacy() ? SHA1 : LENGTH + (int) list.u32le(dataAt()));
    }

    /** The field behind the path, which has a length of its own. */
    private Bytes afterPath() {
        int at = pathAt();
        at += LENGTH + (int) list.u32le(at);
        return list.slice(at + LENGTH, at + LENGTH + (int) list.u32le(at));
    }

    private Bytes encoded() {
        return list.slice(start, dataEnd());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImaEntry that
                && index == that.index
                && encoded().equals(that.encoded());
    }

    @Override
    public int hashCode() {
        return 31 * index + encoded().hashCode();
    }

    @Override
    public String toString() {
        return "entry " + index + ", " + template + ", " + algorithm() + ":"
                + fileDigest().hex() + ", " + path();
    }
}
