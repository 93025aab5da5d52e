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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A {@link ReferenceManifest} as JSON, the same bytes for the same manifest: {@code {"format":"sigillo-manifest-1",
 * "image", "secureBoot", "vtpm", "commandLine", "pcrs":[{"pcr","events":[{"type","sha256","component","origin"}]}],
 * "drivers":[{"name","path","sha256"}]}}; digests in hexadecimal. An extension belongs to one machine, so no file has it.
 */
public final class ManifestJson {

    private static final String FORMAT = "sigillo-manifest-1";

    /** More than there are registers: which of them a manifest has is its verifier's business. */
    private static final int MOST_PCRS = 64;

    /** Events of a register, and drivers: an image has some thousands of modules. */
    private static final int MOST = 100_000;

    private static final List<Origin> ORIGINS = List.of(Origin.values());

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
        return read(JsonObject.parse("reference manifest", json));
    }

    static ReferenceManifest read(JsonObject root) throws MalformedException {
        root.only("format", "image", "secureBoot", "vtpm", "commandLine", "pcrs", "drivers");
        if (!root.text("format").equals(FORMAT)) {
            throw new MalformedException("format", 0, root.text("format") + ", " + FORMAT + " expected");
        }
        List<PcrReference> pcrs = root.objects("pcrs", MOST_PCRS, ManifestJson::pcr);
        Set<Integer> indices = new HashSet<>();
        for (PcrReference pcr : pcrs) {
            if (!indices.add(pcr.pcr())) {
                throw new MalformedException("pcrs", 0, "PCR " + pcr.pcr() + " twice");
            }
        }
        return new ReferenceManifest(
                root.text("image"),
                root.truth("secureBoot"),
                root.truth("vtpm"),
                pcrs,
                root.objects("drivers", MOST, ManifestJson::driver),
                root.text("commandLine"));
    }

    private static PcrReference pcr(JsonObject pcr) throws MalformedException {
        pcr.only("pcr", "events");
        return new PcrReference(pcr.integer("pcr"), pcr.objects("events", MOST, ManifestJson::event));
    }

    private static ExpectedEvent event(JsonObject event) throws MalformedException {
        event.only("type", "sha256", "component", "origin");
        Digest digest = new Digest(HashAlgorithm.SHA256, sha256(event));
        return new ExpectedEvent(event.text("type"), digest, event.text("component"), event.word("origin", ORIGINS));
    }

    private static Driver driver(JsonObject driver) throws MalformedException {
        driver.only("name", "path", "sha256");
        return new Driver(driver.text("name"), driver.text("path"), sha256(driver));
    }

    private static Bytes sha256(JsonObject object) throws MalformedException {
        Bytes value = object.hex("sha256");
        if (value.size() != HashAlgorithm.SHA256.size()) {
            throw new MalformedException(object.path("sha256"), 0, value.size() + " bytes, 32 expected");
        }
        return value;
    }
}
