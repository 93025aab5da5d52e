package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Authority;
import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.BootImage;
import dev.sigillo.attest.KeyEntry;
import dev.sigillo.attest.MokEntry;
import dev.sigillo.attest.RevokedImage;
import dev.sigillo.attest.RevokedImages;
import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The facts of a boot as {@code eventlog secureboot} prints them: what is not known is null, with a reason of its name. */
final class BootFactsJson {
    private BootFactsJson() {}

    static ObjectNode of(BootFacts facts) {
        ObjectNode json = Json.newObject().put("bank", facts.bank().text());
        facts.secureBoot().ifPresentOrElse(on -> json.put("enabled", on), () -> json.putNull("enabled"));
        json.set("pk", list(facts, "pk", facts.pk(), BootFactsJson::entry));
        json.set("kek", list(facts, "kek", facts.kek(), BootFactsJson::entry));
        json.set("db", list(facts, "db", facts.db(), BootFactsJson::entry));
        json.set("dbx", list(facts, "dbx", facts.dbx(), BootFactsJson::forbidden));
        json.set("authorities", list(facts, "authorities", facts.authorities(), BootFactsJson::authority));
        json.set("bootImages", list(facts, "bootImages", facts.bootImages(), BootFactsJson::image));
        json.set("grubCommands", list(facts, "grubCommands", facts.grubCommands(), BootFactsJson::text));
        put(json, "kernelCommandLine", facts.kernelCommandLine());
        facts.exitBootServices()
                .ifPresentOrElse(ended -> json.put("exitBootServices", ended), () -> json.putNull("exitBootServices"));
        json.set("mok", list(facts, "mok", facts.mok(), BootFactsJson::mok));
        json.set(
                "sbatLevel",
                facts.sbatLevel()
                        .map(level -> list(facts, "sbatLevel", level, BootFactsJson::sbat))
                        .orElseGet(Json.MAPPER::nullNode));
        json.set("remarks", array(facts.remarks(), BootFactsJson::text));
        ObjectNode reasons = json.putObject("reasons");
        facts.reasons().forEach((field, reason) -> reasons.put(field.equals("secureBoot") ? "enabled" : field, reason));
        return json;
    }

    /** A list that lacks something has a reason; one of which nothing is known is null. */
    private static <T> JsonNode list(BootFacts facts, String field, List<T> values, Function<T, JsonNode> form) {
        return values.isEmpty() && facts.reason(field).isPresent() ? Json.MAPPER.nullNode() : array(values, form);
    }

    private static <T> JsonNode array(List<T> values, Function<T, JsonNode> form) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        values.forEach(value -> array.add(form.apply(value)));
        return array;
    }

    private static JsonNode text(String text) {
        return Json.MAPPER.getNodeFactory().stringNode(text);
    }

    static ObjectNode entry(KeyEntry entry) {
        ObjectNode json = Json.newObject().put("type", entry.typeName());
        put(json, "owner", entry.owner().map(Object::toString));
        if (entry.isCertificate()) {
            put(json, "subject", entry.subject());
        } else {
            json.put("digest", entry.data().hex());
        }
        return json.put("sha256", entry.fingerprint().hex());
    }

    private static JsonNode forbidden(KeyEntry entry) {
        ObjectNode json = entry(entry);
        put(json, "revokes", RevokedImages.known().find(entry.fingerprint()).map(RevokedImage::shown));
        return json;
    }

    private static JsonNode authority(Authority authority) {
        ObjectNode json = Json.newObject()
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

    private static JsonNode image(BootImage image) {
        ObjectNode json = Json.newObject()
                .put("event", image.event())
                .put("attempt", image.attempt())
                .put("name", image.name())
                .put("digest", image.digest().hex());
        ObjectNode digests = json.putObject("digests");
        image.digests().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(digest ->
                        digests.put(digest.getKey().text(), digest.getValue().hex()));
        json.put("type", image.type());
        put(json, "path", image.path());
        put(json, "authorisedBy", image.authorisedBy().map(Authority::text));
        json.set(
                "authorisedByEntry",
                image.authorisedBy().map(BootFactsJson::authority).orElseGet(Json.MAPPER::nullNode));
        json.set("candidates", array(image.candidates(), candidate -> text(candidate.text())));
        put(json, "signer", image.signer());
        json.set(
                "sbat",
                image.sbat().map(entries -> array(entries, BootFactsJson::sbat)).orElseGet(Json.MAPPER::nullNode));
        put(json, "file", image.file());
        json.set("revokedBy", array(image.revokedBy(), BootFactsJson::text));
        ObjectNode reasons = json.put("why", image.why()).putObject("reasons");
        image.reasons().forEach(reasons::put);
        return json;
    }

    private static JsonNode mok(MokEntry entry) {
        ObjectNode json = Json.newObject()
                .put("event", entry.event())
                .put("name", entry.name())
                .put("digest", entry.digest().hex());
        put(json, "content", entry.content());
        entry.empty().ifPresentOrElse(empty -> json.put("empty", empty), () -> json.putNull("empty"));
        return json;
    }

    private static JsonNode sbat(SbatEntry entry) {
        List<String> columns = new ArrayList<>(List.of(entry.component(), Integer.toString(entry.generation())));
        columns.addAll(entry.fields());
        return text(String.join(",", columns));
    }

    private static void put(ObjectNode json, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> json.put(name, text), () -> json.putNull(name));
    }
}
