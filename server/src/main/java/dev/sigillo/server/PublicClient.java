package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import java.util.regex.Pattern;

/** The one application that people log in to: the Azure CLI, which has no secret (RFC 6749 §2.1) and listens on loopback. */
final class PublicClient {
    static final String ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    static final String NAME = "the Azure CLI";

    /** Loopback alone, any port (RFC 8252 §7.3), and nothing in it that could end an attribute or a header. */
    private static final Pattern REDIRECT =
            Pattern.compile("http://(localhost|127\\.0\\.0\\.1):[1-9][0-9]{0,4}(/[A-Za-z0-9_-]{0,64})?");

    private PublicClient() {}

    static boolean is(String clientId) {
        return ArmId.same(clientId, ID);
    }

    static boolean mayReturnTo(String redirect) {
        return REDIRECT.matcher(redirect).matches();
    }
}
