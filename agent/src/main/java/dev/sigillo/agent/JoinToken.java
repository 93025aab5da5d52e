package dev.sigillo.agent;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The one-use secret of a machine without a vTPM. It is kept until the node has joined, then wiped. */
final class JoinToken {

    private byte[] secret;

    JoinToken(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** The secret, or empty after {@link #drop}. */
    synchronized Optional<String> value() {
        return secret.length == 0 ? Optional.empty() : Optional.of(new String(secret, StandardCharsets.UTF_8));
    }

    synchronized void drop() {
        Arrays.fill(secret, (byte) 0);
        secret = new byte[0];
    }

    @Override
    public String toString() {
        return "JoinToken[hidden]";
    }
}
