package dev.sigillo.uefi;

import dev.sigillo.bytes.Bytes;

/**
 * One live variable of a varstore.
 *
 * @param attributes UEFI 8.2: 1 non-volatile, 2 boot services, 4 runtime, 0x20 time-based authenticated
 */
public record StoredVariable(Guid vendor, String name, int attributes, Bytes data) {

    /** As PCR 7 measures it. */
    public VariableData measured() {
        return new VariableData(vendor, name, data);
    }
}
