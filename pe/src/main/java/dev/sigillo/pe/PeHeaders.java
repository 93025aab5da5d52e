package dev.sigillo.pe;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * The places in a PE header that the image hash depends on, and what a loader asks for first.
 *
 * @param machine Machine, such as 0x8664
 * @param plus whether it is PE32+ (0x20b), not PE32 (0x10b)
 * @param subsystem Subsystem, such as 10 (EFI application)
 * @param checksumOffset of CheckSum in the optional header
 * @param checksum CheckSum as written
 * @param certificateEntry offset of the certificate table's data directory entry, 0 if there is no such entry
 * @param sizeOfHeaders SizeOfHeaders
 * @param sizeOfImage SizeOfImage
 * @param sectionTable offset of the first section header
 * @param sectionCount NumberOfSections
 * @param stringTable offset of the COFF string table, or the file's size if there is none
 * @param certificateStart offset of the certificate table, or the file's size if it has none
 */
record PeHeaders(
        int machine,
        boolean plus,
        int subsystem,
        int checksumOffset,
        long checksum,
        int certificateEntry,
        int sizeOfHeaders,
        long sizeOfImage,
        int sectionTable,
        int sectionCount,
        int stringTable,
        int certificateStart) {

    private static final int PE32 = 0x10B;
    private static final int PE32_PLUS = 0x20B;
    private static final int CERTIFICATE_TABLE = 4;
    private static final int SYMBOL_SIZE = 18;

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
        int machine = in.u16le("Machine");
        int sectionCount = in.u16le("NumberOfSections");
        in.u32le("TimeDateStamp");
        long symbols = in.u32le("PointerToSymbolTable");
        long symbolCount = in.u32le("NumberOfSymbols");
        int optionalSize = in.u16le("SizeOfOptionalHeader");
        in.u16le("Characteristics");
        ByteReader optional = in.view("optional header", optionalSize);
        int start = optional.offset();
        int magic = optional.u16le("Magic");
        if (magic != PE32 && magic != PE32_PLUS) {
            throw optional.malformed("Magic", "0x%x, 0x10b or 0x20b expected".formatted(magic));
        }
        optional.bytes("fields before SizeOfImage", 54);
        long sizeOfImage = optional.u32le("SizeOfImage");
        long sizeOfHeaders = optional.u32le("SizeOfHeaders");
        int checksumOffset = optional.offset();
        long checksum = optional.u32le("CheckSum");
        int subsystem = optional.u16le("Subsystem");
        optional.bytes("fields before NumberOfRvaAndSizes", magic == PE32 ? 22 : 38);
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
        long stringTable = symbols == 0 ? bytes.size() : symbols + symbolCount * SYMBOL_SIZE;
        return new PeHeaders(
                machine,
                magic == PE32_PLUS,
                subsystem,
                checksumOffset,
                checksum,
                certificateEntry,
                (int) sizeOfHeaders,
                sizeOfImage,
                in.offset(),
                sectionCount,
                (int) Math.min(stringTable, bytes.size()),
                certificateStart);
    }

    private static int certificateStart(ByteReader in, int fileSize, long sizeOfHeaders) throws MalformedException {
        long offset = in.u32le("certificate table offset"); // a file offset here, not an RVA
        long size = in.u32le("certificate table size");
        if (size == 0) {
            return fileSize;
        }
        if (offset < sizeOfHeaders || offset + size != fileSize) {
            throw in.malformed("certificate table", where(offset, size, fileSize, sizeOfHeaders));
        }
        return (int) offset;
    }

    private static String where(long offset, long size, int fileSize, long sizeOfHeaders) {
        String place = "%d bytes at %d of a file of %d bytes: ".formatted(size, offset, fileSize);
        if (offset < sizeOfHeaders) {
            return place + "it lies over the headers, which end at " + sizeOfHeaders;
        }
        return offset + size > fileSize
                ? place + "it ends past the end of the file (cut short?)"
                : place + (fileSize - offset - size) + " bytes follow it, and loaders disagree whether they are signed";
    }
}
