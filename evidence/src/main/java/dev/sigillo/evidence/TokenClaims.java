package dev.sigillo.evidence;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sigillo.attest.Certificates;
import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.PolicyVerdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.PcrSelection;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a token says: RFC 9711's claims, and Azure Attestation's names where they mean the same. Only what was judged and
 * holds is said; a claim that the policy did not ask for is left out, never guessed.
 */
public final class TokenClaims {

    /** {@code eat_profile}: which claims to expect, and what they mean. */
    public static final String PROFILE = "tag:sigillo.dev,2026:boot-attestation-1";

    private static final Pattern AZURE_VM =
            Pattern.compile("CN=([0-9A-Fa-f-]{36})\\.TrustedVM\\.Azure\\.windows\\.net(,.*)?");

    private final String json;

    private TokenClaims(String json) {
        this.json = json;
    }

    String json() {
        return json;
    }

    /**
     * @param issuer who vouches, as the verifier of the token knows him
     * @throws IllegalArgumentException if the verdict does not pass: a token must not be taken for one that does
     */
    public static TokenClaims of(JudgedEvidence judged, String issuer, Instant now, Duration life) {
        PolicyVerdict verdict = judged.verdict();
        if (!verdict.passing()) {
            throw new IllegalArgumentException("a verdict that does not pass has no token");
        }
        ObjectNode claims = Json.MAPPER.createObjectNode();
        claims.put("iss", issuer)
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("exp", now.plus(life).getEpochSecond())
                .put("jti", UUID.randomUUID().toString())
                .put("eat_profile", PROFILE);
        if (verdict.holds(Check.QUOTE_NONCE)) {
            judged.question().nonce().ifPresent(nonce -> claims.put("eat_nonce", base64url(nonce)));
        }
        ArrayNode system = claims.putArray("measres").addArray().add("sigillo");
        ArrayNode results = system.addArray();
        for (Finding finding : verdict.findings()) {
            results.addArray().add(finding.check().id()).add("success");
        }
        claims.put("x-ms-ver", "1.0").put("x-ms-attestation-type", "tpm");
        claims.put("x-ms-policy-hash", base64url(judged.policy().hash().value()));
        claims.put("sigillo-policy", judged.policy().policy().name());
        claims.put("sigillo-evidence-sha256", judged.hash().hex());
        boot(claims, judged);
        verdict.attest().flatMap(attest -> attest.quote()).ifPresent(quote -> {
            ArrayNode pcrs = claims.putArray("x-ms-azurevm-attested-pcrs");
            quote.pcrSelect().stream()
                    .filter(one ->
                            one.hash() == judged.policy().policy().quote().bank())
                    .map(PcrSelection::pcrs)
                    .forEach(all -> all.forEach(pcrs::add));
        });
        judged.evidence()
                .ak()
                .flatMap(key -> key.publicKey())
                .flatMap(TokenClaims::jwk)
                .ifPresent(key -> claims.putObject("x-ms-runtime")
                        .putArray("keys")
                        .add(Json.MAPPER.readTree(key.toJSONString())));
        return new TokenClaims(Json.MAPPER.writeValueAsString(claims));
    }

    private static void boot(ObjectNode claims, JudgedEvidence judged) {
        PolicyVerdict verdict = judged.verdict();
        if (verdict.holds(Check.SECURE_BOOT)) {
            claims.put("secureboot", judged.policy().policy().secureBoot().orElseThrow());
        }
        if (verdict.holds(Check.SECURE_BOOT_DB)) {
            claims.put("x-ms-azurevm-dbvalidated", true);
        }
        if (verdict.holds(Check.SECURE_BOOT_DBX)) {
            claims.put("x-ms-azurevm-dbxvalidated", true);
        }
        if (verdict.holds(Check.SECURE_BOOT_PK) && verdict.holds(Check.SECURE_BOOT_KEK)) {
            claims.put("x-ms-azurevm-default-securebootkeysvalidated", true);
        }
        if (verdict.holds(Check.FIRMWARE_DEBUG)) {
            claims.put("x-ms-azurevm-bootdebug-enabled", false);
        }
        if (verdict.holds(Check.AK_CERTIFICATE)) {
            vmId(judged).ifPresent(id -> claims.put("x-ms-azurevm-vmid", id));
        }
    }

    /** Azure names the machine in the AK certificate's subject. */
    private static Optional<String> vmId(JudgedEvidence judged) {
        Bytes leaf = judged.evidence().ak().orElseThrow().certificates().getFirst();
        return Certificates.read(leaf)
                .map(certificate ->
                        AZURE_VM.matcher(certificate.getSubjectX500Principal().getName()))
                .filter(Matcher::matches)
                .map(name -> name.group(1));
    }

    private static Optional<JWK> jwk(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                Optional.of(new RSAKey.Builder(rsa).keyID("AkPub").build());
            case ECPublicKey ec ->
                Optional.ofNullable(Curve.forECParameterSpec(ec.getParams()))
                        .map(curve ->
                                new ECKey.Builder(curve, ec).keyID("AkPub").build());
            default -> Optional.empty();
        };
    }

    private static String base64url(Bytes bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /** Why claims that were signed do not count now. */
    static Optional<String> refusal(JsonObject claims, Optional<Bytes> nonce, Instant at) throws MalformedException {
        if (!claims.has("exp")) {
            return Optional.of("it never expires: exp is missing");
        }
        Instant expires = Instant.ofEpochSecond(claims.number("exp"));
        if (!at.isBefore(expires)) {
            return Optional.of("it expired at " + expires + "; it is " + at);
        }
        for (String from : new String[] {"nbf", "iat"}) {
            if (claims.has(from)) {
                Instant begins = Instant.ofEpochSecond(claims.number(from));
                if (at.isBefore(begins)) {
                    return Optional.of("it counts from " + begins + " (" + from + "); it is " + at);
                }
            }
        }
        if (!claims.textOr("eat_profile", "").equals(PROFILE)) {
            return Optional.of("eat_profile is \"" + JsonObject.shown(claims.textOr("eat_profile", "")) + "\"; "
                    + PROFILE + " expected: another token by the same key");
        }
        if (nonce.isPresent()) {
            String expected = base64url(nonce.get());
            Bytes was = Bytes.utf8(claims.textOr("eat_nonce", ""));
            if (!was.equalsConstantTime(Bytes.utf8(expected))) {
                return Optional.of(
                        "eat_nonce is " + (was.isEmpty() ? "absent" : "another") + "; " + expected + " expected");
            }
        }
        return Optional.empty();
    }
}
