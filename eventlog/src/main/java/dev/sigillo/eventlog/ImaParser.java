package dev.sigillo.eventlog;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the list and its templates: {@code security/integrity/ima/ima_template.c} names the fields of each. */
final class ImaParser {

    private static final int PCR = 10;
    private static final int MAX_NAME = 32;
    private static final int MAX_PATH = 4096 + 1;
    private static final long BIG_ENDIAN_PCR = 0x0A000000L;

    /** IMA_EVENT_NAME_LEN_MAX and its NUL: the {@code ima} template hashes the name padded to this size. */
    private static final int PADDED_NAME = 256;

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
        long pcr = in.u32le("pcr");
        if (pcr != PCR) {
            String big = pcr == BIG_ENDIAN_PCR ? "; a big-endian kernel without ima_canonical_fmt wrote this" : "";
            throw in.malformed("pcr", pcr + ", 10 expected: our images' policy measures nowhere else" + big);
        }
        Digest recorded = new Digest(HashAlgorithm.SHA1, in.bytes("templateDigest", 20));
        String template = in.bytes("templateName", bounded("templateNameLength", MAX_NAME))
                .utf8();
        return template.equals("ima") ? legacy(recorded) : named(template, recorded);
    }

    private long bounded(String field, int max) throws MalformedException {
        long size = in.u32le(field);
        if (size > max) {
            throw in.malformed(field, size + ", at most " + max + " expected");
        }
        return size;
    }

    /** Template {@code ima}: d (20 bytes, no length) and n (u32 length, no NUL). */
    private ImaEntry legacy(Digest recorded) throws MalformedException {
        int start = in.offset();
        Bytes digest = in.bytes("d", 20);
        Bytes name = in.bytes("n", bounded("n.length", PADDED_NAME - 1));
        Bytes data = list.slice(start, in.offset());
        return entry("ima", "sha1", digest, name, Bytes.empty(), recorded, data);
    }

    private ImaEntry named(String template, Digest recorded) throws MalformedException {
        Bytes data = in.bytes("templateData", in.u32le("templateDataLength"));
        ByteReader fields = new ByteReader(data);
        boolean typed = switch (template) {
            case "ima-ng", "ima-sig", "ima-buf", "ima-modsig" -> false;
            case "ima-ngv2", "ima-sigv2" -> true;
            default -> throw in.malformed("templateName", "unknown template; ima-ng or ima-sig expected");
        };
        ByteReader digestField = fields.view("d-ng", fields.u32le("d-ng.length"));
        if (typed) {
            prefix(digestField, "digest type");
        }
        String algorithm = prefix(digestField, "hash algorithm");
        Bytes digest = digestField.rest();
        Bytes name = name(fields);
        Bytes signature = Bytes.empty();
        if (template.startsWith("ima-sig") || template.equals("ima-modsig")) {
            signature = fields.bytes("sig", fields.u32le("sig.length"));
        } else if (template.equals("ima-buf")) {
            fields.bytes("buf", fields.u32le("buf.length"));
        }
        if (template.equals("ima-modsig")) {
            fields.bytes("d-modsig", fields.u32le("d-modsig.length"));
            fields.bytes("modsig", fields.u32le("modsig.length"));
        }
        fields.requireEnd("template data");
        return entry(template, algorithm, digest, name, signature, recorded, data);
    }

    /** ASCII letters, digits or dashes up to a colon and a NUL: {@code sha256:\0}. */
    private static String prefix(ByteReader field, String what) throws MalformedException {
        Bytes left = field.peek();
        int at = 0;
        while (at < left.size() && at < MAX_NAME && left.at(at) != ':') {
            int letter = left.at(at);
            boolean plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
            if (!plain) {
                throw field.malformed("d-ng", "no " + what + " in front of the digest");
            }
            at++;
        }
        String text = field.bytes("d-ng", at).utf8();
        if (at == 0 || field.u8("d-ng") != ':') {
            throw field.malformed("d-ng", "no " + what + " in front of the digest");
        }
        // With a digest type in front ("ima:sha256:\0") only the last prefix ends with NUL.
        if (what.equals("hash algorithm") && field.u8("d-ng") != 0) {
            throw field.malformed("d-ng", "a NUL after the " + what + " expected");
        }
        return text;
    }

    /** n-ng: the path with its NUL. */
    private static Bytes name(ByteReader fields) throws MalformedException {
        long size = fields.u32le("n-ng.length");
        if (size < 1 || size > MAX_PATH) {
            throw fields.malformed("n-ng.length", size + ", 1 to " + MAX_PATH + " expected");
        }
        Bytes name = fields.bytes("n-ng", size);
        if (name.at(name.size() - 1) != 0) {
            throw fields.malformed("n-ng", "a NUL at the end expected");
        }
        for (int i = 0; i < name.size() - 1; i++) {
            if (name.at(i) == 0) {
                throw fields.malformed("n-ng", "a NUL inside the path");
            }
        }
        return name.slice(0, name.size() - 1);
    }

    private ImaEntry entry(
            String template, String algorithm, Bytes digest, Bytes name, Bytes signature, Digest recorded, Bytes data) {
        boolean violation = recorded.value().allAre(0);
        return new ImaEntry(
                entries.size(),
                template,
                algorithm,
                digest,
                name.utf8(),
                signature,
                violation,
                recorded,
                data,
                extended(violation, ImaEntry.hashed(template, data)));
    }

    private static Digest extended(boolean violation, Bytes data) {
        if (!violation) {
            return Digest.of(HashAlgorithm.SHA256, data);
        }
        byte[] ones = new byte[HashAlgorithm.SHA256.size()];
        Arrays.fill(ones, (byte) 0xFF);
        return new Digest(HashAlgorithm.SHA256, Bytes.of(ones));
    }
}
