package dev.sigillo.portal;

import dev.sigillo.arm.ArmError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The fields of a form (application/x-www-form-urlencoded); a field that is absent is empty. */
record Form(Map<String, String> fields) {
    /** @throws dev.sigillo.arm.ArmException when it is no form, is too large, or has a field twice */
    static Form of(PortalRequest request, int most) {
        String type = request.header("content-type").orElse("");
        if (!type.split(";", -1)[0].strip().equalsIgnoreCase("application/x-www-form-urlencoded")) {
            throw ArmError.UNSUPPORTED_MEDIA_TYPE.because(
                    "The portal takes forms (application/x-www-form-urlencoded) and nothing else.");
        }
        Map<String, String> fields = new HashMap<>();
        for (String pair : request.content().text(most).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                continue;
            }
            String name = decode(pair.substring(0, equals));
            if (fields.put(name, decode(pair.substring(equals + 1))) != null) {
                throw ArmError.INVALID_PARAMETER.because("A field of the form is there twice. Open the page again.");
            }
        }
        return new Form(Map.copyOf(fields));
    }

    String text(String name) {
        return fields.getOrDefault(name, "").strip();
    }

    /** A ticked box; browsers send nothing of the others. */
    boolean ticked(String name) {
        return fields.containsKey(name);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ArmError.INVALID_PARAMETER.because("The form is not encoded as it must be. Open the page again.");
        }
    }
}
