package dev.sigillo.server;

import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.StrictKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;

/**
 * One issuer of {@code issuers.json} in the home: {@code {"issuers": [{"issuer": "https://…", "audience": "…"}]}}, with
 * {@code jwksUri}, {@code caFile} and {@code subjectClaim} where they differ.
 *
 * @param issuer as the claim {@code iss} has it
 * @param keys where the JWK set is; empty for what discovery says
 * @param trust authorities of the issuer's TLS certificate; empty for the JDK's
 * @param subjectClaim the claim that names a principal: {@code sub} or {@code oid}
 */
record IssuerSettings(
        String issuer, String audience, Optional<URI> keys, Optional<SSLContext> trust, String subjectClaim) {
    private static final Set<String> KEYS = Set.of("issuer", "audience", "jwksUri", "caFile", "subjectClaim");
    private static final int MOST = 16;
    private static final long MAX_BYTES = 64 << 10;

    /**
     * Those of the home; none when there is no file.
     *
     * @param own issuers of this server, which no outside one may pose as
     * @throws IllegalStateException with everything that is wrong with the file
     */
    static List<IssuerSettings> read(Path home, Set<String> own) {
        Path file = home.resolve("issuers.json");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> problems = new ArrayList<>();
        List<IssuerSettings> issuers = new ArrayList<>();
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalStateException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            JsonNode json = Json.object(Files.readString(file));
            problems.addAll(StrictKeys.problems(json, Set.of("issuers"), "the file"));
            if (!json.path("issuers").isArray() || json.path("issuers").size() > MOST) {
                problems.add("issuers must be a list of at most " + MOST);
            }
            for (JsonNode each : json.path("issuers")) {
                issuers.add(one(home, each, "issuers[" + issuers.size() + "]", problems));
            }
        } catch (ArmException e) {
            problems.add(e.body().message());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        issuers.stream()
                .map(IssuerSettings::issuer)
                .filter(own::contains)
                .forEach(issuer -> problems.add(issuer + " is this server itself"));
        if (issuers.stream().map(IssuerSettings::issuer).distinct().count() < issuers.size()) {
            problems.add("an issuer is there twice");
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException(file + " is not as it must be: " + String.join("; ", problems));
        }
        return List.copyOf(issuers);
    }

    private static IssuerSettings one(Path home, JsonNode each, String at, List<String> problems) {
        problems.addAll(StrictKeys.problems(each, KEYS, at));
        String issuer = each.path("issuer").asString("");
        String audience = each.path("audience").asString("");
        String claim = each.path("subjectClaim").asString("sub");
        String jwksUri = each.path("jwksUri").asString("");
        String caFile = each.path("caFile").asString("");
        if (!isHttps(issuer)) {
            problems.add(at + ".issuer is \"" + issuer + "\"; it must be an https URL, as the claim iss has it");
        }
        if (audience.isBlank()) {
            problems.add(at + ".audience is missing: the claim aud of tokens that are meant for this server");
        }
        if (!jwksUri.isEmpty() && !isHttps(jwksUri)) {
            problems.add(at + ".jwksUri is \"" + jwksUri + "\"; it must be an https URL");
        }
        if (!Set.of("sub", "oid").contains(claim)) {
            problems.add(at + ".subjectClaim is \"" + claim + "\"; it must be sub or oid");
        }
        return new IssuerSettings(
                issuer,
                audience,
                jwksUri.isEmpty() || !isHttps(jwksUri) ? Optional.empty() : Optional.of(URI.create(jwksUri)),
                caFile.isEmpty() ? Optional.empty() : CaFile.trusted(home.resolve(caFile), at, problems),
                claim);
    }

    private static boolean isHttps(String text) {
        try {
            URI uri = URI.create(text);
            return "https".equals(uri.getScheme()) && uri.getHost() != null && uri.getFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
