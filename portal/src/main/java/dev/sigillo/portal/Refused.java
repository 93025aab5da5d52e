package dev.sigillo.portal;

import tools.jackson.databind.JsonNode;

/** The API refused a request: its own words, which say the way out. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    private Refused(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static Refused of(Api.Reply reply) {
        JsonNode error = reply.body().path("error");
        return new Refused(
                reply.status(),
                error.path("code").asString("Error"),
                error.path("message").asString("The API answered with status " + reply.status() + "."));
    }

    static Refused because(int status, String code, String message) {
        return new Refused(status, code, message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String words() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
