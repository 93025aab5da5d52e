package dev.sigillo.reference;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes PE32+ images as shim's linker does: long section names in the COFF string table, signatures at the end. */
public final class ForgedPe {

    private static final int HEADERS = 1024;
    private static final int ALIGNMENT = 512;
    private static final int CERTIFICATE_ENTRY = 0x40 + 24 + 112 + 32;

    private final Map<String, Bytes> sections = new LinkedHashMap<>();
    private final List<Bytes> certificates = new ArrayList<>();

    public ForgedPe section(String name, Bytes content) {
        sections.put(name, content);
        return this;
    }

    /** Adds one PKCS#7 signature over what the image is now. */
    public ForgedPe signed(ForgedSigner signer) {
        certificates.add(signer.sign(digest(unsigned())));
        return this;
    }

    /** Its own answer to what is signed: all but checksum, the certificate entry and the certificates. */
    public static Bytes digest(Bytes image) {
        int checksum = 0x40 + 24 + 64;
        return HashAlgorithm.SHA256.hash(
                image.slice(0, checksum),
                image.slice(checksum + 4, CERTIFICATE_ENTRY),
                image.slice(CERTIFICATE_ENTRY + 8, image.size()));
    }

    public Bytes toBytes() {
        Bytes unsigned = unsigned();
        if (certificates.isEmpty()) {
            return unsigned;
        }
        ByteWriter table = new ByteWriter();
        for (Bytes certificate : certificates) {
            table.u32le(8 + certificate.size()).u16le(0x0200).u16le(2).bytes(certificate);
            pad(table, 8);
        }
        byte[] image = Bytes.concat(unsigned, table.toBytes()).toByteArray();
        new ByteWriter().u32le(unsigned.size()).u32le(table.size()).toBytes().copyTo(image, CERTIFICATE_ENTRY);
        return Bytes.of(image);
    }

    private Bytes unsigned() {
        ByteWriter strings = new ByteWriter();
        ByteWriter table = new ByteWriter();
        ByteWriter content = new ByteWriter();
        for (Map.Entry<String, Bytes> section : sections.entrySet()) {
            String name = section.getKey();
            if (name.length() > 8) {
                name = "/" + (4 + strings.size());
                strings.bytes(Bytes.utf8(section.getKey() + "\0"));
            }
            int start = HEADERS + content.size();
            content.bytes(section.getValue());
            pad(content, ALIGNMENT);
            table.bytes(Bytes.utf8(name))
                    .bytes(Bytes.zeros(8 - name.length()))
                    .u32le(section.getValue().size())
                    .u32le(0x1000)
                    .u32le(HEADERS + content.size() - start)
                    .u32le(start)
                    .bytes(Bytes.zeros(16));
        }
        ByteWriter out = new ByteWriter()
                .u16le(0x5A4D)
                .bytes(Bytes.zeros(58))
                .u32le(0x40)
                .u32le(0x4550)
                .u16le(0x8664)
                .u16le(sections.size())
                .u32le(0)
                .u32le(HEADERS + content.size())
                .u32le(0)
                .u16le(240)
                .u16le(0x0206)
                .u16le(0x20B)
                .bytes(Bytes.zeros(58))
                .u32le(HEADERS)
                .u32le(0)
                .bytes(Bytes.zeros(40))
                .u32le(16)
                .bytes(Bytes.zeros(128))
                .bytes(table.toBytes());
        out.bytes(Bytes.zeros(HEADERS - out.size()))
                .bytes(content.toBytes())
                .u32le(4 + strings.size())
                .bytes(strings.toBytes());
        pad(out, 8);
        return out.toBytes();
    }

    private static void pad(ByteWriter out, int alignment) {
        out.bytes(Bytes.zeros(-out.size() & (alignment - 1)));
    }

    /** shim's .vendor_cert: four UINT32, then certificate and revocations. */
    public static Bytes vendor(Bytes certificate, Bytes revocations) {
        return new ByteWriter()
                .u32le(certificate.size())
                .u32le(revocations.size())
                .u32le(16)
                .u32le(16 + certificate.size())
                .bytes(certificate)
                .bytes(revocations)
                .toBytes();
    }

    /** shim's .sbatlevel: version, the offsets of both levels from the field "previous", the levels as text. */
    public static Bytes levels(String automatic, String latest) {
        Bytes first = Bytes.utf8(automatic + "\0");
        return new ByteWriter()
                .u32le(0)
                .u32le(8)
                .u32le(8 + first.size())
                .bytes(first)
                .bytes(Bytes.utf8(latest + "\0"))
                .toBytes();
    }

    public static ForgedPe shim(Bytes certificate, Bytes revocations, String level) {
        return new ForgedPe()
                .section(".text", Bytes.utf8("code of shim"))
                .section(".vendor_cert", vendor(certificate, revocations))
                .section(".sbat", Bytes.utf8("sbat,1,SBAT Version,sbat,1,\nshim,4,UEFI shim,shim,16.1,\n"))
                .section(".sbatlevel", levels(level, level + "grub.proxmox,2\n"));
    }

    /** Held against the module's own reader, so that a mistake here is not taken for one there. */
    public static Bytes checked(ForgedPe image) throws MalformedException {
        Bytes bytes = image.toBytes();
        if (!PeImage.parse(bytes).authenticode(HashAlgorithm.SHA256).value().equals(digest(image.unsigned()))) {
            throw new IllegalStateException("forger and reader disagree about the image's digest");
        }
        return bytes;
    }
}
