package dev.sigillo.image;

import dev.sigillo.attest.Driver;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Match;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reference manifests as JSON; the same manifest always gives the same bytes. */
final class ManifestJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ManifestJson() {}

    static String fileName(boolean secureBoot) {
        return secureBoot ? "manifest-sb.json" : "manifest-nosb.json";
    }

    static Bytes write(ReferenceManifest manifest) {
        ObjectNode root = JSON.createObjectNode();
        root.put("image", manifest.image());
        root.put("secureBoot", manifest.secureBoot());
        root.put("commandLine", manifest.commandLine());
        ArrayNode pcrs = root.putArray("pcrs");
        for (PcrReference pcr : manifest.pcrs()) {
            ObjectNode one = pcrs.addObject();
            one.put("pcr", pcr.pcr()).put("match", pcr.match().name());
            ArrayNode events = one.putArray("events");
            for (ExpectedEvent event : pcr.events()) {
                events.addObject()
                        .put("type", event.type())
                        .put("sha256", event.digest().hex())
                        .put("component", event.component())
                        .put("origin", event.origin().name());
            }
        }
        ArrayNode drivers = root.putArray("drivers");
        for (Driver driver : manifest.drivers()) {
            drivers.addObject()
                    .put("name", driver.name())
                    .put("path", driver.path())
                    .put("sha256", driver.sha256().hex());
        }
        return Bytes.of(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    }

    /** @throws ImageException naming the member that is missing or wrong */
    static ReferenceManifest read(Bytes json) {
        try {
            JsonNode root = JSON.readTree(json.toByteArray());
            List<PcrReference> pcrs = new ArrayList<>();
            for (JsonNode pcr : root.required("pcrs")) {
                List<ExpectedEvent> events = new ArrayList<>();
                for (JsonNode event : pcr.required("events")) {
                    events.add(new ExpectedEvent(
                            text(event, "type"),
                            Digest.fromHex(HashAlgorithm.SHA256, text(event, "sha256")),
                            text(event, "component"),
                            Origin.valueOf(text(event, "origin"))));
                }
                pcrs.add(new PcrReference(pcr.required("pcr").asInt(), Match.valueOf(text(pcr, "match")), events));
            }
            List<Driver> drivers = new ArrayList<>();
            for (JsonNode driver : root.required("drivers")) {
                drivers.add(
                        new Driver(text(driver, "name"), text(driver, "path"), Bytes.fromHex(text(driver, "sha256"))));
            }
            return new ReferenceManifest(
                    text(root, "image"),
                    root.required("secureBoot").asBoolean(),
                    true,
                    pcrs,
                    drivers,
                    text(root, "commandLine"));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new ImageException("not a reference manifest: " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode node, String member) {
        return node.required(member).asString();
    }
}
