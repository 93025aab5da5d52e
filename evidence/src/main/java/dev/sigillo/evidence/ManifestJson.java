package dev.sigillo.evidence;

import dev.sigillo.attest.Driver;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link ReferenceManifest} as JSON, the same bytes for the same manifest: {@code {"format":"sigillo-manifest-1",
 * "image", "secureBoot", "vtpm", "commandLine", "pcrs":[{"pcr","events":[{"type","sha256","component","origin"}]}],
 * "drivers":[{"name","path","sha256"}]}}; digests in hexadecimal. An extension belongs to one machine, so no file has it.
 */
public final class ManifestJson {

    private static final String FORMAT = "sigillo-manifest-1";

    record Wire(
            String format,
            String image,
            boolean secureBoot,
            boolean vtpm,
            String commandLine,
            List<WirePcr> pcrs,
            List<WireDriver> drivers) {}

    record WirePcr(int pcr, List<WireEvent> events) {}

    record WireEvent(String type, String sha256, String component, Origin origin) {}

    record WireDriver(String name, String path, String sha256) {}

    private ManifestJson() {}

    /** @throws IllegalArgumentException if the manifest has an extension: it is one machine's, not an image's */
    public static Bytes write(ReferenceManifest manifest) {
        return Bytes.utf8(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(wire(manifest)) + "\n");
    }

    static Wire wire(ReferenceManifest manifest) {
        if (!manifest.extensions().isEmpty()) {
            throw new IllegalArgumentException(
                    "the manifest of one machine, which " + manifest.extensions() + " shows");
        }
        List<WirePcr> pcrs = manifest.pcrs().stream()
                .map(pcr -> new WirePcr(
                        pcr.pcr(), pcr.events().stream().map(ManifestJson::wire).toList()))
                .toList();
        List<WireDriver> drivers = manifest.drivers().stream()
                .map(driver -> new WireDriver(
                        driver.name(), driver.path(), driver.sha256().hex()))
                .toList();
        return new Wire(
                FORMAT,
                manifest.image(),
                manifest.secureBoot(),
                manifest.vtpm(),
                manifest.commandLine(),
                pcrs,
                drivers);
    }

    private static WireEvent wire(ExpectedEvent event) {
        return new WireEvent(event.type(), event.digest().hex(), event.component(), event.origin());
    }

    /** @throws MalformedException naming the key, if one is unknown, missing, doubled or of the wrong form */
    public static ReferenceManifest read(Bytes json) throws MalformedException {
        return manifest(Json.read(json.utf8(), Wire.class, "reference manifest"));
    }

    static ReferenceManifest manifest(Wire wire) throws MalformedException {
        if (!wire.format().equals(FORMAT)) {
            throw new MalformedException("format", 0, wire.format() + ", " + FORMAT + " expected");
        }
        List<PcrReference> pcrs = new ArrayList<>();
        for (WirePcr pcr : wire.pcrs()) {
            if (pcrs.stream().anyMatch(other -> other.pcr() == pcr.pcr())) {
                throw new MalformedException("pcrs", 0, "PCR " + pcr.pcr() + " twice");
            }
            List<ExpectedEvent> events = new ArrayList<>();
            for (WireEvent event : pcr.events()) {
                Digest digest = new Digest(HashAlgorithm.SHA256, sha256(event.sha256()));
                events.add(new ExpectedEvent(event.type(), digest, event.component(), event.origin()));
            }
            pcrs.add(new PcrReference(pcr.pcr(), events));
        }
        List<Driver> drivers = new ArrayList<>();
        for (WireDriver driver : wire.drivers()) {
            drivers.add(new Driver(driver.name(), driver.path(), sha256(driver.sha256())));
        }
        return new ReferenceManifest(wire.image(), wire.secureBoot(), wire.vtpm(), pcrs, drivers, wire.commandLine());
    }

    private static Bytes sha256(String text) throws MalformedException {
        Bytes value = Json.hex("sha256", text);
        if (value.size() != HashAlgorithm.SHA256.size()) {
            throw new MalformedException("sha256", 0, value.size() + " bytes, 32 expected");
        }
        return value;
    }
}
