package dev.sigillo.reference;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.VariableData;

/** The kinds of events that boots consist of: TCG PC Client Platform Firmware Profile, "Event Types". */
final class Expected {

    private Expected() {}

    /** An event whose digest is that of these bytes. */
    static ExpectedEvent file(String type, Bytes measured, String component) {
        return new ExpectedEvent(type, Digest.of(HashAlgorithm.SHA256, measured), component, Origin.FILE);
    }

    /** What PCR 4 gets of an image that runs: its Authenticode hash. */
    static ExpectedEvent image(Bytes file, String component) throws MalformedException {
        Digest digest = PeImage.parse(file).authenticode(HashAlgorithm.SHA256);
        return new ExpectedEvent("EV_EFI_BOOT_SERVICES_APPLICATION", digest, component, Origin.FILE);
    }

    static ExpectedEvent action(String text) {
        return new ExpectedEvent("EV_EFI_ACTION", Digest.of(HashAlgorithm.SHA256, Bytes.utf8(text)), text, Origin.RULE);
    }

    static ExpectedEvent separator() {
        return new ExpectedEvent(
                "EV_SEPARATOR", Digest.of(HashAlgorithm.SHA256, Bytes.zeros(4)), Components.SEPARATOR, Origin.RULE);
    }

    /** A variable that makes up the Secure Boot policy. */
    static ExpectedEvent variable(Guid vendor, String name, Bytes data, String component) {
        return file("EV_EFI_VARIABLE_DRIVER_CONFIG", new VariableData(vendor, name, data).encode(), component);
    }

    /** Who vouched for an image. */
    static ExpectedEvent authority(Guid vendor, String name, Bytes data, String component) {
        return file("EV_EFI_VARIABLE_AUTHORITY", new VariableData(vendor, name, data).encode(), component);
    }
}
