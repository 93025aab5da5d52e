package dev.sigillo.pe;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * The places in a PE header that the image hash depends on.
 *
 * @param checksumOffset of CheckSum in the optional header
 * @param certificateEntry offset of the certificate table's data directory entry, 0 if there is no such entry
 * @param sizeOfHeaders SizeOfHeaders
 * @param sectionTable offset of the first section header
 * @param sectionCount NumberOfSections
 * @param certificateStart offset of the certificate table, or the file's size if it has none
 */
record PeHeaders(
        int checksumOffset,
        int certificateEntry,
        int sizeOfHeaders,
        int sectionTable,
        int sectionCount,
        int certificateStart) {

    private static final int PE32 = 0x10B;
    private static final int PE32_PLUS = 0x20B;
    private static final int CERTIFICATE_TABLE = 4;

    static PeHeaders parse(Bytes bytes) throws MalformedException {
        ByteReader dos = new ByteReader(bytes);
        if (dos.u16le("e_magic") != 0x5A4D) {
            throw new MalformedException("e_magic", 0, "no MZ: not a PE image");
        }
        dos.bytes("DOS header", 58);
        long peOffset = dos.u32le("e_lfanew");
        ByteReader in = new ByteReader(bytes);
        in.bytes("DOS stub", peOffset);
        if (in.u32le("Signature") != 0x4550L) {
            throw in.malformed("Signature", "no PE\\0\\0 where e_lfanew points");
        }
        in.u16le("Machine");
        int sectionCount = in.u16le("NumberOfSections");
        in.bytes("TimeDateStamp, symbol table", 12);
        int optionalSize = in.u16le("SizeOfOptionalHeader");
        in.u16le("Characteristics");
        ByteReader optional = in.view("optional header", optionalSize);
        int start = optional.offset();
        int magic = optional.u16le("Magic");
        if (magic != PE32 && magic != PE32_PLUS) {
            throw optional.malformed("Magic", "0x%x, 0x10b or 0x20b expected".formatted(magic));
        }
        optional.bytes("fields before SizeOfHeaders", 58);
        long sizeOfHeaders = optional.u32le("SizeOfHeaders");
        int checksumOffset = optional.offset();
        optional.u32le("CheckSum");
        optional.bytes("fields before NumberOfRvaAndSizes", magic == PE32 ? 24 : 40);
        long directories = optional.u32le("NumberOfRvaAndSizes");
        if (directories > 16 || directories * 8 > optional.remaining()) {
            throw optional.malformed("NumberOfRvaAndSizes", directories + " do not fit");
        }
        if (sizeOfHeaders > bytes.size() || sizeOfHeaders < start + (long) optionalSize) {
            throw new MalformedException(
                    "SizeOfHeaders", checksumOffset - 4, sizeOfHeaders + " of an image of " + bytes.size() + " bytes");
        }
        int certificateEntry = 0;
        int certificateStart = bytes.size();
        if (directories > CERTIFICATE_TABLE) {
            optional.bytes("data directories before the certificate table", CERTIFICATE_TABLE * 8);
            certificateEntry = optional.offset();
            certificateStart = certificateStart(optional, bytes.size(), sizeOfHeaders);
        }
        return new PeHeaders(
                checksumOffset, certificateEntry, (int) sizeOfHeaders, in.offset(), sectionCount, certificateStart);
    }

    private static int certificateStart(ByteReader in, int fileSize, long sizeOfHeaders) throws MalformedException {
        long offset = in.u32le("certificate table offset"); // a file offset here, not an RVA
        long size = in.u32le("certificate table size");
        if (size == 0) {
            return fileSize;
        }
        if (offset < sizeOfHeaders || offset + size != fileSize) {
            throw in.malformed(
                    "certificate table", "%d bytes at %d are not the end of %d".formatted(size, offset, fileSize));
        }
        return (int) offset;
    }
}
