package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.KeyEntry;
import dev.sigillo.attest.MokEntry;
import dev.sigillo.attest.RevokedImage;
import dev.sigillo.attest.RevokedImages;
import dev.sigillo.evidence.BootImageJson;
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
        json.set("authorities", list(facts, "authorities", facts.authorities(), BootImageJson::authority));
        json.set("bootImages", list(facts, "bootImages", facts.bootImages(), BootImageJson::of));
        json.set("grubCommands", list(facts, "grubCommands", facts.grubCommands(), BootFactsJson::text));
        put(json, "kernelCommandLine", facts.kernelCommandLine());
        facts.exitBootServices()
                .ifPresentOrElse(ended -> json.put("exitBootServices", ended), () -> json.putNull("exitBootServices"));
        json.set("mok", list(facts, "mok", facts.mok(), BootFactsJson::mok));
        json.set(
                "sbatLevel",
                facts.sbatLevel()
                        .map(level -> list(facts, "sbatLevel", level, entry -> text(BootImageJson.sbat(entry))))
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

    private static JsonNode mok(MokEntry entry) {
        ObjectNode json = Json.newObject()
                .put("event", entry.event())
                .put("name", entry.name())
                .put("digest", entry.digest().hex());
        put(json, "content", entry.content());
        entry.empty().ifPresentOrElse(empty -> json.put("empty", empty), () -> json.putNull("empty"));
        return json;
    }

    private static void put(ObjectNode json, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> json.put(name, text), () -> json.putNull(name));
    }
}
