package dev.sigillo.eventlog;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the list and its templates: {@code security/integrity/ima/ima_template.c} names the fields of each. */
final class ImaParser {

    private static final int PCR = 10;
    private static final int MAX_NAME = 32;
    private static final int MAX_PATH = 4096 + 1;
    private static final long BIG_ENDIAN_PCR = 0x0A000000L;

    /** IMA_EVENT_NAME_LEN_MAX and its NUL: the {@code ima} template hashes the name padded to this size. */
    private static final int PADDED_NAME = 256;

    private static final List<Optional<String>> TEMPLATES = Stream.of(
                    "ima-ng", "ima-sig", "ima-buf", "ima-modsig", "ima-ngv2", "ima-sigv2", "ima")
            .map(Optional::of)
            .toList();
    private static final List<Bytes> TEMPLATE_BYTES =
            TEMPLATES.stream().map(name -> Bytes.utf8(name.orElseThrow())).toList();

    private final Bytes list;
    private final ByteReader in;
    private final List<ImaEntry> entries = new ArrayList<>();

    ImaParser(Bytes list) {
        this.list = list;
        this.in = new ByteReader(list);
    }

    ImaList parse() throws MalformedException {
        if (list.size() > ImaList.MAX_SIZE) {
            throw in.malformed("list", list.size() + " bytes, at most " + ImaList.MAX_SIZE + " expected");
        }
        while (in.remaining() > 0) {
            if (entries.size() == ImaList.MAX_ENTRIES) {
                throw in.malformed("list", "more than " + ImaList.MAX_ENTRIES + " entries");
            }
            entries.add(entry());
        }
        return new ImaList(entries);
    }

    private ImaEntry entry() throws MalformedException {
        int start = in.offset();
        long pcr = in.u32le("pcr");
        if (pcr != PCR) {
            String big = pcr == BIG_ENDIAN_PCR ? "; a big-endian kernel without ima_canonical_fmt wrote this" : "";
            throw in.malformed("pcr", pcr + ", 10 expected: our images' policy measures nowhere else" + big);
        }
        in.skip("templateDigest", HashAlgorithm.SHA1.size());
        int size = (int) bounded("templateNameLength", MAX_NAME);
        Optional<String> template = template(in.skip("templateName", size), size);
        if (template.isPresent() && template.get().equals("ima")) {
            legacy();
        } else {
            named(template);
        }
        return new ImaEntry(list, start, entries.size(), template.orElseThrow());
    }

    /** The template of that name, if we know it. */
    private Optional<String> template(int from, int size) {
        for (int i = 0; i < TEMPLATES.size(); i++) {
            Bytes name = TEMPLATE_BYTES.get(i);
            if (name.size() == size && list.holds(from, name)) {
                return TEMPLATES.get(i);
            }
        }
        return Optional.empty();
    }

    private long bounded(String field, int max) throws MalformedException {
        long size = in.u32le(field);
        if (size > max) {
            throw in.malformed(field, size + ", at most " + max + " expected");
        }
        return size;
    }

    /** Template {@code ima}: d (20 bytes, no length) and n (u32 length, no NUL). */
    private void legacy() throws MalformedException {
        in.skip("d", HashAlgorithm.SHA1.size());
        in.skip("n", bounded("n.length", PADDED_NAME - 1));
    }

    private void named(Optional<String> known) throws MalformedException {
        Bytes data = in.bytes("templateData", in.u32le("templateDataLength"));
        if (known.isEmpty()) {
            throw in.malformed("templateName", "unknown template; ima-ng or ima-sig expected");
        }
        String template = known.get();
        ByteReader fields = new ByteReader(data);
        ByteReader digest = fields.view("d-ng", fields.u32le("d-ng.length"));
        if (template.endsWith("v2")) {
            prefix(data, digest, "digest type");
        }
        prefix(data, digest, "hash algorithm");
        // With a digest type in front ("ima:sha256:\0") only the last prefix ends with NUL.
        if (digest.u8("d-ng") != 0) {
            throw digest.malformed("d-ng", "a NUL after the hash algorithm expected");
        }
        name(data, fields);
        if (template.startsWith("ima-sig") || template.equals("ima-modsig")) {
            fields.skip("sig", fields.u32le("sig.length"));
        } else if (template.equals("ima-buf")) {
            fields.skip("buf", fields.u32le("buf.length"));
        }
        if (template.equals("ima-modsig")) {
            fields.skip("d-modsig", fields.u32le("d-modsig.length"));
            fields.skip("modsig", fields.u32le("modsig.length"));
        }
        fields.requireEnd("template data");
    }

    /** ASCII letters, digits or dashes up to a colon, and in the end a NUL: {@code sha256:\0}. */
    private static void prefix(Bytes data, ByteReader field, String what) throws MalformedException {
        int start = field.offset();
        int size = 0;
        while (size < field.remaining() && size < MAX_NAME && data.at(start + size) != ':') {
            int letter = data.at(start + size);
            boolean plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
            if (!plain) {
                throw field.malformed("d-ng", "no " + what + " in front of the digest");
            }
            size++;
        }
        field.skip("d-ng", size);
        if (size == 0 || field.u8("d-ng") != ':') {
            throw field.malformed("d-ng", "no " + what + " in front of the digest");
        }
    }

    /** n-ng: the path with its NUL. */
    private static void name(Bytes data, ByteReader fields) throws MalformedException {
        long size = fields.u32le("n-ng.length");
        if (size < 1 || size > MAX_PATH) {
            throw fields.malformed("n-ng.length", size + ", 1 to " + MAX_PATH + " expected");
        }
        int start = fields.skip("n-ng", size);
        int end = start + (int) size - 1;
        if (data.at(end) != 0) {
            throw fields.malformed("n-ng", "a NUL at the end expected");
        }
        for (int i = start; i < end; i++) {
            if (data.at(i) == 0) {
                throw fields.malformed("n-ng", "a NUL inside the path");
            }
        }
    }
}
