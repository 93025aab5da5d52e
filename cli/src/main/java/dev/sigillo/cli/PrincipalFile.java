package dev.sigillo.cli;

import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.StrictKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A list of principals as JSON: {@code {"principals": [{"name": "ci", "type": "ServicePrincipal"}, …]}}. There is no place
 * for a secret in it, so it may lie beside other configuration; an unknown key is an error.
 */
record PrincipalFile(List<Wanted> principals) {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MOST = 1000;
    private static final List<String> TYPES = List.of("ServicePrincipal", "User", "External");

    /**
     * One principal that is to be there.
     *
     * @param issuer and {@code subject}: for External alone, else empty
     */
    record Wanted(String name, String type, String issuer, String subject) {}

    static PrincipalFile read(Path file) {
        JsonNode json = parse(file);
        List<String> problems = new ArrayList<>();
        problems.addAll(StrictKeys.problems(json, Set.of("principals"), file.toString()));
        if (!json.path("principals").isArray() || json.path("principals").size() > MOST) {
            problems.add("principals must be a list of at most " + MOST);
        }
        List<Wanted> wanted = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode each : json.path("principals")) {
            Wanted one = wanted(each, "principals[" + wanted.size() + "]", problems);
            wanted.add(one);
            if (!names.add(one.name().toLowerCase(Locale.ROOT))) {
                problems.add("the name " + one.name() + " is there twice");
            }
        }
        if (!problems.isEmpty()) {
            throw Failure.usage(file + " is no list of principals: " + Fields.safe(String.join("; ", problems)) + ".");
        }
        return new PrincipalFile(List.copyOf(wanted));
    }

    private static Wanted wanted(JsonNode each, String at, List<String> problems) {
        String type = each.path("type").asString("");
        boolean external = type.equals("External");
        problems.addAll(StrictKeys.problems(
                each, external ? Set.of("name", "type", "issuer", "subject") : Set.of("name", "type"), at));
        if (!TYPES.contains(type)) {
            problems.add(at + ".type is \"" + type + "\"; it must be one of " + String.join(", ", TYPES));
        }
        for (String field : external ? List.of("name", "issuer", "subject") : List.of("name")) {
            if (each.path(field).asString("").isBlank()) {
                problems.add(at + "." + field + " is missing");
            }
        }
        return new Wanted(
                each.path("name").asString(""),
                type,
                each.path("issuer").asString(""),
                each.path("subject").asString(""));
    }

    private static JsonNode parse(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw Failure.usage(file + " is larger than " + MAX_BYTES + " bytes.");
            }
            return Json.object(new String(bytes, StandardCharsets.UTF_8));
        } catch (ArmException e) {
            throw Failure.usage(file + " is not JSON: " + e.body().message());
        } catch (IOException e) {
            throw Failure.usage(file + " cannot be read: " + e.getMessage() + ".");
        }
    }
}
