package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;

/**
 * What a distribution built into its shim: the vendor's certificate, the images it revokes, and the SBAT levels.
 *
 * @param vendorCertificate DER, or EFI_SIGNATURE_LISTs where the vendor has several; from section .vendor_cert, shim's
 *     struct of four UINT32 (sizes, offsets) and the data
 * @param vendorRevocations EFI_SIGNATURE_LISTs, as MokListX receives them
 * @param sbatLevel the level that shim sets without being asked ("previous" of section .sbatlevel), CSV
 */
public record ShimFile(Bytes vendorCertificate, Bytes vendorRevocations, Bytes sbatLevel) {

    /** @throws MalformedException if the image is none, or lacks one of the two sections */
    public static ShimFile parse(Bytes file) throws MalformedException {
        PeImage image = PeImage.parse(file);
        section(image, ".sbatlevel");
        return of(image);
    }

    /**
     * Of a shim of any age: before 15.7 there was no section .sbatlevel, and the level is empty.
     *
     * @throws MalformedException if the image lacks section .vendor_cert
     */
    public static ShimFile of(PeImage image) throws MalformedException {
        Bytes vendor = section(image, ".vendor_cert");
        ByteReader table = new ByteReader(vendor);
        long authorized = table.u32le("vendor_authorized_size");
        long revoked = table.u32le("vendor_deauthorized_size");
        long authorizedAt = table.u32le("vendor_authorized_offset");
        long revokedAt = table.u32le("vendor_deauthorized_offset");
        return new ShimFile(
                at(vendor, authorizedAt, authorized, "vendor_authorized"),
                at(vendor, revokedAt, revoked, "vendor_deauthorized"),
                image.section(".sbatlevel").isPresent() ? sbatLevel(section(image, ".sbatlevel")) : Bytes.empty());
    }

    private static Bytes sbatLevel(Bytes section) throws MalformedException {
        ByteReader levels = new ByteReader(section);
        if (levels.u32le("sbat_level_section_header.version") != 0) {
            throw levels.malformed("sbat_level_section_header.version", "only version 0 is known");
        }
        long automatic = levels.u32le("previous"); // offsets count from the field itself
        ByteReader in = new ByteReader(section);
        in.bytes("before the level that \"previous\" points to", 4 + automatic);
        Bytes text = in.rest();
        int end = 0;
        while (end < text.size() && text.at(end) != 0) {
            end++;
        }
        return text.slice(0, end);
    }

    private static Bytes at(Bytes bytes, long offset, long size, String field) throws MalformedException {
        ByteReader in = new ByteReader(bytes);
        in.bytes("before " + field, offset);
        return in.bytes(field, size);
    }

    private static Bytes section(PeImage image, String name) throws MalformedException {
        return image.section(name)
                .orElseThrow(() -> new MalformedException("sections", 0, "shim has no section " + name));
    }
}
