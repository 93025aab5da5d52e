package dev.sigillo.inspect;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small PE32+ programs: enough of one for sbsign to sign, and for shim or Linux to be recognised in it. */
final class Program {
    private static final int HEADERS = 2048;
    private static final int RELEASE = 1900;

    private final Map<String, Bytes> sections = new LinkedHashMap<>();
    private boolean linux;
    private String release = "";

    private Program() {}

    static Program of(String code) {
        return new Program().with(".text", Bytes.utf8(code));
    }

    static Program sbat(String code, String lines) {
        return of(code).with(".sbat", Bytes.utf8("sbat,1,SBAT Version,sbat,1,https://x\n" + lines + "\n"));
    }

    /** A shim with this vendor certificate, DER. */
    static Program shim(Bytes vendor) {
        return shim(vendor, Bytes.empty(), "sbat,1,2021030218\n");
    }

    /**
     * A shim.
     *
     * @param vendor the certificate that it trusts, DER
     * @param revoked one that it does not, DER; or empty
     * @param level its SBAT level
     */
    static Program shim(Bytes vendor, Bytes revoked, String level) {
        Bytes vendorDbx = revoked.isEmpty()
                ? Bytes.empty()
                : SignatureList.certificate(Guid.SHIM_LOCK, revoked).encode();
        Bytes table = new ByteWriter()
                .u32le(vendor.size())
                .u32le(vendorDbx.size())
                .u32le(16)
                .u32le(16 + vendor.size())
                .bytes(vendor)
                .bytes(vendorDbx)
                .toBytes();
        Bytes text = Bytes.utf8(level + "\0");
        Bytes levels = new ByteWriter().u32le(0).u32le(8).u32le(8).bytes(text).toBytes();
        return sbat("shim", "shim,4,UEFI shim,shim,1,https://x")
                .with(".vendor_cert", table)
                .with(".sbatlevel", levels);
    }

    /** A kernel whose payload is this vmlinux, not compressed further. */
    static Program kernel(Bytes payload) {
        Program kernel = new Program().with(".text", payload);
        kernel.linux = true;
        return kernel;
    }

    /** What the kernel says of itself, at most 60 characters. */
    Program release(String text) {
        release = text;
        return this;
    }

    Program with(String name, Bytes content) {
        sections.put(name, content);
        return this;
    }

    byte[] bytes() {
        ByteWriter strings = new ByteWriter();
        ByteWriter table = new ByteWriter();
        ByteWriter content = new ByteWriter();
        ByteWriter names = new ByteWriter();
        sections.forEach((name, raw) -> {
            String shown = name;
            if (name.length() > 8) {
                shown = "/" + (4 + names.size());
                names.bytes(Bytes.utf8(name + "\0"));
            }
            row(table, content, shown, raw);
        });
        strings.u32le(4 + names.size()).bytes(names.toBytes());
        int symbols = HEADERS + content.size();
        row(table, content, ".str", strings.toBytes());
        byte[] head = new byte[HEADERS];
        put(head, 0, "MZ".getBytes(StandardCharsets.US_ASCII));
        little(head, 0x3C, 4, 0x40);
        put(head, 0x40, "PE\0\0".getBytes(StandardCharsets.US_ASCII));
        little(head, 0x44, 2, 0x8664);
        little(head, 0x46, 2, sections.size() + 1L);
        little(head, 0x4C, 4, symbols);
        little(head, 0x54, 2, 240);
        little(head, 0x56, 2, 0x0206);
        int optional = 0x58;
        little(head, optional, 2, 0x20B);
        little(head, optional + 16, 4, 0x1000);
        little(head, optional + 32, 4, 0x1000);
        little(head, optional + 36, 4, 512);
        little(head, optional + 56, 4, 0x1000L * (sections.size() + 4) + content.size());
        little(head, optional + 60, 4, HEADERS);
        little(head, optional + 68, 2, 10);
        little(head, optional + 108, 4, 16);
        table.toBytes().copyTo(head, optional + 240);
        if (linux) {
            head[0x1F1] = HEADERS / 512 - 1;
            put(head, 0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
            if (!release.isEmpty()) {
                little(head, 0x20E, 2, RELEASE - 0x200);
                put(head, RELEASE, (release + " (builder) #1").getBytes(StandardCharsets.US_ASCII));
            }
            little(
                    head,
                    0x24C,
                    4,
                    java.util.Objects.requireNonNull(sections.get(".text")).size());
        }
        return Bytes.concat(Bytes.of(head), content.toBytes()).toByteArray();
    }

    private static void row(ByteWriter table, ByteWriter content, String name, Bytes raw) {
        int start = HEADERS + content.size();
        content.bytes(raw).bytes(Bytes.zeros(-raw.size() & 511));
        table.bytes(Bytes.utf8(name))
                .bytes(Bytes.zeros(8 - name.length()))
                .u32le(raw.size())
                .u32le(0x1000L + start)
                .u32le(HEADERS + content.size() - (long) start)
                .u32le(start)
                .bytes(Bytes.zeros(12))
                .u32le(0x60000020L);
    }

    private static void put(byte[] into, int at, byte[] what) {
        System.arraycopy(what, 0, into, at, what.length);
    }

    private static void little(byte[] into, int at, int count, long value) {
        for (int i = 0; i < count; i++) {
            into[at + i] = (byte) (value >> 8 * i);
        }
    }
}
