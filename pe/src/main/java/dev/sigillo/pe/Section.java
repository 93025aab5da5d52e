package dev.sigillo.pe;

/**
 * One row of the PE section table (PE format, "Section Table").
 *
 * @param name at most 8 characters as the header has them, such as {@code .sbat}; {@code /37} stands for an offset in
 *     the COFF string table
 * @param longName the name that such an offset leads to; else the same as name
 * @param virtualAddress where it is in memory, from the image's base
 * @param virtualSize bytes in memory; the rest of the raw data is padding
 * @param rawSize SizeOfRawData
 * @param rawOffset PointerToRawData
 */
public record Section(
        String name, String longName, long virtualAddress, long virtualSize, long rawSize, long rawOffset) {}
