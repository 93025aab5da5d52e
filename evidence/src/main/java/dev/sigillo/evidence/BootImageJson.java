package dev.sigillo.evidence;

import dev.sigillo.attest.Authority;
import dev.sigillo.attest.BootImage;
import dev.sigillo.attest.KeyEntry;
import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who trusted what, as JSON: a booted image, and an authority. What is not known is null, with a reason of its name. */
public final class BootImageJson {

    private BootImageJson() {}

    /** {@code {"event", "attempt", "name", "digest", "digests":{}, "type", "path", "authorisedBy", …, "reasons":{}}}. */
    public static ObjectNode of(BootImage image) {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("event", image.event())
                .put("attempt", image.attempt())
                .put("name", image.name())
                .put("digest", image.digest().hex());
        ObjectNode digests = json.putObject("digests");
        image.digests().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(digest ->
                        digests.put(digest.getKey().text(), digest.getValue().hex()));
        json.put("type", image.type());
        put(json, "path", image.path());
        put(json, "authorisedBy", image.authorisedBy().map(Authority::text));
        image.authorisedBy()
                .ifPresentOrElse(
                        by -> json.set("authorisedByEntry", authority(by)), () -> json.putNull("authorisedByEntry"));
        ArrayNode candidates = json.putArray("candidates");
        image.candidates().forEach(candidate -> candidates.add(candidate.text()));
        put(json, "signer", image.signer());
        image.sbat()
                .ifPresentOrElse(
                        entries -> entries.stream().map(BootImageJson::sbat).forEach(json.putArray("sbat")::add),
                        () -> json.putNull("sbat"));
        put(json, "file", image.file());
        image.revokedBy().forEach(json.putArray("revokedBy")::add);
        ObjectNode reasons = json.put("why", image.why()).putObject("reasons");
        image.reasons().forEach(reasons::put);
        return json;
    }

    /** {@code {"event", "for", "entry", "subject", "type", "owner", "vendor", "inDb", "beforeSeparator"}}. */
    public static ObjectNode authority(Authority authority) {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("event", authority.event())
                .put("for", authority.variable())
                .put("entry", entryText(authority));
        put(json, "subject", authority.subject());
        put(json, "type", authority.entry().map(KeyEntry::typeName));
        put(json, "owner", authority.entry().flatMap(KeyEntry::owner).map(Object::toString));
        return json.put("vendor", authority.vendor().toString())
                .put("inDb", authority.inDb())
                .put("beforeSeparator", authority.beforeSeparator());
    }

    /** What names the entry: the SHA-256 of a certificate, a hash itself, or the text or bytes of shim's variable. */
    private static String entryText(Authority authority) {
        return authority
                .entry()
                .map(entry -> entry.fingerprint().hex())
                .orElseGet(() -> authority.variable().startsWith("SbatLevel")
                        ? authority.data().utf8().strip().replace('\n', ' ')
                        : authority.data().hex());
    }

    /** The line as a file has it. */
    public static String sbat(SbatEntry entry) {
        List<String> columns = new ArrayList<>(List.of(entry.component(), Integer.toString(entry.generation())));
        columns.addAll(entry.fields());
        return String.join(",", columns);
    }

    private static void put(ObjectNode node, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> node.put(name, text), () -> node.putNull(name));
    }
}
