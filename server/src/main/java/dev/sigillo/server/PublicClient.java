package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.portal.Portal;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The applications that people log in to. Neither has a secret (RFC 6749 §2.1): codes lead back to where nobody else
 * listens, and count with the verifier alone.
 */
enum PublicClient {
    /** Listens on loopback, and logs in by device code as well. */
    AZURE_CLI(PublicClient.ID, PublicClient.NAME) {
        @Override
        boolean mayReturnTo(String redirect, ArmSettings settings) {
            return LOOPBACK.matcher(redirect).matches();
        }
    },
    /** This server's own pages. */
    PORTAL(Portal.CLIENT_ID, "the portal of this server") {
        @Override
        boolean mayReturnTo(String redirect, ArmSettings settings) {
            return Authority.bases(settings).stream().anyMatch(base -> redirect.equals(base + Portal.REDIRECT));
        }
    };

    static final String ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    static final String NAME = "the Azure CLI";

    /** Loopback alone, any port (RFC 8252 §7.3), and nothing in it that could end an attribute or a header. */
    private static final Pattern LOOPBACK =
            Pattern.compile("http://(localhost|127\\.0\\.0\\.1):[1-9][0-9]{0,4}(/[A-Za-z0-9_-]{0,64})?");

    private final String id;
    private final String title;

    PublicClient(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** Of the Azure CLI, the one that logs in by device code and refresh token as well. */
    static boolean is(String clientId) {
        return ArmId.same(clientId, ID);
    }

    static Optional<PublicClient> of(String clientId) {
        return Stream.of(values())
                .filter(client -> ArmId.same(clientId, client.id))
                .findFirst();
    }

    /** Whether a code may be sent there. */
    abstract boolean mayReturnTo(String redirect, ArmSettings settings);

    String id() {
        return id;
    }

    /** As a page calls it. */
    String title() {
        return title;
    }
}
