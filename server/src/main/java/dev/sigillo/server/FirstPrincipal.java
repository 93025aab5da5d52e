package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.pki.WholeFile;
import dev.sigillo.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The service principal of the person who owns the home, Owner of the subscription: {@code credentials.json}, readable by its owner only, with
 * tenant, subscription, clientId and clientSecret. The store holds the secret's hash alone.
 */
public final class FirstPrincipal {
    private static final int SECRET_BYTES = 32;
    private static final String OWNER = "owner of this home";

    private FirstPrincipal() {}

    /**
     * Makes principal and file when there is none, and repairs the file's tenant and subscription. Whoever deletes the file
     * gets a new secret at the next start, and the old one is void.
     */
    public static void ensure(Path home, Store store, String tenant, String subscription) {
        Path file = home.resolve("credentials.json");
        ObjectNode kept = read(file);
        String clientId = kept.path("clientId").asString("");
        String secret = kept.path("clientSecret").asString("");
        boolean known = !secret.isEmpty()
                && store.principals()
                        .find(clientId)
                        .filter(principal -> SecretHash.matches(secret, principal.secretHash()))
                        .isPresent();
        if (known) {
            ownIfNobodyDoes(store, clientId);
        }
        if (known
                && tenant.equals(kept.path("tenant").asString(""))
                && subscription.equals(kept.path("subscription").asString(""))) {
            return;
        }
        ObjectNode fresh = Json.newObject();
        fresh.put("tenant", tenant);
        fresh.put("subscription", subscription);
        fresh.put("clientId", known ? clientId : UUID.randomUUID().toString());
        fresh.put("clientSecret", known ? secret : newSecret());
        WholeFile.writeSecret(file, Json.text(fresh) + "\n");
        if (!known) {
            replace(
                    store,
                    fresh.path("clientId").asString(""),
                    fresh.path("clientSecret").asString(""));
        }
    }

    /** The new owner's principal for every earlier one: its secret, and tokens it was given, count no longer. */
    private static void replace(Store store, String clientId, String secret) {
        String hash = SecretHash.of(secret);
        store.useTransaction(tx -> {
            tx.principals().list().stream()
                    .filter(principal -> principal.displayName().equals(OWNER))
                    .forEach(principal -> tx.principals().delete(principal.clientId()));
            tx.principals().put(clientId, OWNER, hash);
            own(tx, clientId);
        });
    }

    /** A home from before there were roles, and the way out when the last Owner is lost. */
    private static void ownIfNobodyDoes(Store store, String clientId) {
        store.useTransaction(tx -> {
            if (tx.roleAssignments().owners().isEmpty()) {
                own(tx, clientId);
            }
        });
    }

    private static void own(Store tx, String clientId) {
        tx.roleAssignments().add(UUID.randomUUID().toString(), RoleScope.SUBSCRIPTION, Role.OWNER, clientId, "");
    }

    private static ObjectNode read(Path file) {
        try {
            return Files.exists(file) ? Json.object(Files.readString(file)) : Json.newObject();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** 256 random bits, as text. */
    static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        // A secret that begins with a hyphen would be taken for an option on a command line.
        return "s" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }
}
