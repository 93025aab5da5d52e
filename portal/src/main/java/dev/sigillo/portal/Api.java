package dev.sigillo.portal;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The ARM API as the portal reaches it: the public one, with the token of the person who looks, so that roles, limits and
 * audit log are as for anybody.
 */
@FunctionalInterface
public interface Api {
    Reply send(Call call);

    /**
     * @param path as it would stand in a request line, percent-encoded
     * @param query names and values, not encoded
     * @param headers names in lower case
     * @param content empty for none
     * @param base {@code https://host:port} under which the person's browser sees this server
     */
    record Call(
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            String content,
            String base) {}

    /** @param body a missing node when there is none */
    record Reply(int status, Map<String, String> headers, JsonNode body) {}
}
