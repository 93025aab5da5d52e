package dev.sigillo.server;

import dev.sigillo.arm.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /metadata/endpoints}: all that {@code az cloud register --endpoint-resource-manager} needs to know. */
final class Metadata {
    private final ArmSettings settings;

    Metadata(ArmSettings settings) {
        this.settings = settings;
    }

    void register(Routes routes) {
        routes.open("GET", "/metadata/endpoints", this::endpoints);
    }

    private ArmReply endpoints(ArmRequest request) {
        String base = request.base();
        ObjectNode cloud = Json.newObject();
        cloud.put("name", "Sigillo");
        cloud.put("portal", base);
        ObjectNode authentication = cloud.putObject("authentication");
        authentication.put("loginEndpoint", base + "/adfs");
        authentication.putArray("audiences").add(base + "/");
        authentication.put("tenant", settings.tenant());
        authentication.put("identityProvider", "ADFS");
        cloud.put("graphAudience", base + "/");
        cloud.put("graph", base + "/");
        cloud.put("resourceManager", base);
        for (String service : new String[] {"activeDirectoryDataLake", "gallery", "batch", "media", "sqlManagement"}) {
            cloud.put(service, base);
        }
        cloud.put("vmImageAliasDoc", base + "/aliases.json");
        cloud.put("microsoftGraphResourceId", base + "/");
        ObjectNode suffixes = cloud.putObject("suffixes");
        suffixes.put("storage", "core.sigillo.local");
        suffixes.put("keyVaultDns", "vault.sigillo.local");
        suffixes.put("acrLoginServer", "azurecr.sigillo.local");
        suffixes.put("sqlServerHostname", "database.sigillo.local");
        if (request.apiVersion().startsWith("201") && request.apiVersion().compareTo("2018") < 0) {
            return ArmReply.ok(form2015(base, authentication));
        }
        if (request.apiVersion().compareTo("2020") < 0 && !request.apiVersion().isEmpty()) {
            ArrayNode form2019 = Json.MAPPER.createArrayNode();
            form2019.add(cloud);
            return ArmReply.ok(form2019);
        }
        return ArmReply.ok(cloud);
    }

    /** The form of api-version 2015-01-01, which az 2.44 asks for. */
    private static ObjectNode form2015(String base, ObjectNode authentication) {
        ObjectNode form = Json.newObject();
        form.put("galleryEndpoint", base);
        form.put("graphEndpoint", base + "/");
        form.put("portalEndpoint", base);
        form.set("authentication", authentication);
        return form;
    }
}
