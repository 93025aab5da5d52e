package dev.sigillo.portal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Stylesheet, scripts and icon: a fixed list of texts, each told from an older one by its ETag. */
final class StaticFiles {
    static final String PREFIX = "/portal/static/";

    private record File(String type, String text, String etag) {
        static File of(String type, String resource) {
            try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException("the portal has no " + resource);
                }
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return new File(type, text, "\"" + Secret.hash(text) + "\"");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Map<String, File> files = Map.of(
            "portal.css", File.of("text/css; charset=utf-8", "portal.css"),
            "portal.js", File.of("text/javascript; charset=utf-8", "portal.js"),
            "icon.svg", File.of("image/svg+xml", "icon.svg"),
            "htmx.js",
                    File.of(
                            "text/javascript; charset=utf-8",
                            "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js"));

    PortalReply answer(PortalRequest request) {
        File file = files.get(request.path().substring(PREFIX.length()));
        if (file == null || !request.reads()) {
            return new PortalReply(
                    404, Map.of("Content-Type", "text/plain; charset=utf-8"), "There is no such file.\n");
        }
        boolean known =
                request.header("if-none-match").filter(file.etag()::equals).isPresent();
        return new PortalReply(
                known ? 304 : 200,
                Map.of("Content-Type", file.type(), "ETag", file.etag(), "Cache-Control", "no-cache"),
                known ? "" : file.text());
    }
}
