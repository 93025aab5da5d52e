package dev.sigillo.pe;

/**
 * One row of the PE section table.
 *
 * @param name at most 8 characters, such as {@code .sbat}
 * @param virtualSize bytes in memory; the rest of the raw data is padding
 * @param rawSize SizeOfRawData
 * @param rawOffset PointerToRawData
 */
public record Section(String name, long virtualSize, long rawSize, long rawOffset) {}
