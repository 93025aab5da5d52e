package dev.sigillo.portal;

import java.util.Map;
import java.util.Optional;

/**
 * One request for a page, free of the HTTP library.
 *
 * @param path as sent, without the query
 * @param query names in lower case, decoded
 * @param headers names in lower case
 * @param content read when somebody wants it
 * @param base {@code https://host:port} under which the browser sees this server
 */
public record PortalRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        Content content,
        String base) {
    /** What the sender has to say. */
    @FunctionalInterface
    public interface Content {
        /** @throws dev.sigillo.arm.ArmException REQUEST_TOO_LARGE above so many bytes */
        String text(int most);
    }

    String query(String name) {
        return query.getOrDefault(name, "");
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
