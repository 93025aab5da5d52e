package dev.sigillo.server;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code /openapi.json}: {@code openapi.yaml}, the contract of all routes (OpenAPI 3.1), with the address under which the
 * sender sees this server.
 */
final class Contract {
    private final ObjectNode document = read();

    void register(Routes routes) {
        routes.open("GET", "/openapi.json", request -> {
            ObjectNode shown = document.deepCopy();
            shown.putArray("servers").addObject().put("url", request.base());
            return ArmReply.ok(shown);
        });
    }

    static ObjectNode read() {
        try (InputStream in = Contract.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not in the jar: build Sigillo again");
            }
            // By way of text, so that its nodes are as those of any JSON that was received.
            return Json.object(Json.text(new YAMLMapper().readTree(in)));
        } catch (IOException e) {
            throw new IllegalStateException("openapi.yaml cannot be read: " + e.getMessage(), e);
        }
    }
}
