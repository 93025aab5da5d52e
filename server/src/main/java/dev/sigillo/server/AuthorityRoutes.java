package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.Pem;
import java.security.cert.X509Certificate;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Sigillo.Host/authorities}, ours: what signs in this home, until when, what of it is former, and how to have it made
 * anew. The rotation is for Owners: Contributor's notActions name it.
 */
final class AuthorityRoutes {
    private static final String TYPE = "Sigillo.Host/authorities";
    private static final String PATH = "/subscriptions/{subscription}/providers/" + TYPE;
    private static final List<String> NAMES = List.of("server", "fleet", "tokens");

    private final HostAuthorities authorities;
    private final Tokens tokens;
    private final Scope scope;

    AuthorityRoutes(HostAuthorities authorities, Tokens tokens, Scope scope) {
        this.authorities = authorities;
        this.tokens = tokens;
        this.scope = scope;
    }

    void register(Routes routes) {
        routes.add(
                "GET", PATH, _ -> ArmReply.list(NAMES.stream().map(this::view).toList()));
        routes.add("GET", PATH + "/{authority}", request -> ArmReply.ok(view(name(request))));
        routes.add("POST", PATH + "/{authority}/rotate", request -> {
            String name = name(request);
            switch (name) {
                case "server" -> authorities.rotateServer();
                case "fleet" -> authorities.rotateFleet();
                default -> tokens.rotate();
            }
            return ArmReply.ok(view(name));
        });
    }

    private static String name(ArmRequest request) {
        String given = request.parameter("authority");
        return NAMES.stream()
                .filter(name -> ArmId.same(name, given))
                .findFirst()
                .orElseThrow(() -> ArmError.NOT_FOUND.because(
                        "There is no authority '%s'; there are server, fleet and tokens. A cluster's own is rotated by az aks rotate-certs.",
                        Routes.printable(given)));
    }

    private ObjectNode view(String name) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.subscription(scope.subscription()) + "/providers/" + TYPE + "/" + name);
        node.put("name", name);
        node.put("type", TYPE);
        ObjectNode properties = node.putObject("properties");
        switch (name) {
            case "server" -> line(properties, authorities.server());
            case "fleet" -> line(properties, authorities.fleet());
            default -> keys(properties);
        }
        return node;
    }

    private static void line(ObjectNode properties, HostAuthorities.Line line) {
        certificate(properties, line.current());
        ArrayNode former = properties.putArray("former");
        line.former()
                .forEach(each ->
                        certificate(former.addObject(), each.certificate()).put("machines", each.machines()));
    }

    private static ObjectNode certificate(ObjectNode node, X509Certificate certificate) {
        return node.put("subject", certificate.getSubjectX500Principal().getName())
                .put("sha256", HostAuthorities.sha256(certificate))
                .put("createdOn", CertificateAuthority.madeAt(certificate).toString())
                .put("expiresOn", certificate.getNotAfter().toInstant().toString())
                .put("certificate", Pem.of(certificate));
    }

    /** A key that signs tokens has no certificate, and no end but its rotation. */
    private void keys(ObjectNode properties) {
        properties.put("subject", tokens.keyId());
        ArrayNode former = properties.putArray("former");
        tokens.formerKeys()
                .forEach((id, until) -> former.addObject().put("subject", id).put("expiresOn", until.toString()));
    }
}
