package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * What texts from the config drive and the server may look like. They end up in commands, units' environment and
 * configuration files, so that a blank or a newline must not pass even from our own server.
 */
final class Shapes {

    static final Pattern MACHINE = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** A DNS subdomain, as Kubernetes names nodes. */
    static final Pattern NODE_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    static final Pattern ARCHIVE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    static final Pattern URL_PATH = Pattern.compile("/[A-Za-z0-9._~/%-]{1,512}");
    static final Pattern SESSION = Pattern.compile("[A-Za-z0-9._~+/=-]{1,256}");

    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    private Shapes() {}

    static String matching(String field, Pattern shape, String text) throws MalformedException {
        if (!shape.matcher(text).matches()) {
            throw new MalformedException(field, 0, "must match " + shape + ", was \"" + printable(text) + "\"");
        }
        return text;
    }

    static String ipv4(String field, String text) throws MalformedException {
        var matcher = IPV4.matcher(text);
        boolean right = matcher.matches();
        for (int i = 1; right && i <= 4; i++) {
            right = Integer.parseInt(matcher.group(i)) <= 255;
        }
        if (!right) {
            throw new MalformedException(field, 0, "must be an IPv4 address, was \"" + printable(text) + "\"");
        }
        return text;
    }

    /** {@code https://HOST:PORT}, without a path. */
    static URI httpsUri(String field, String text) throws MalformedException {
        try {
            URI uri = new URI(text);
            boolean bare = uri.getRawPath() == null
                    || uri.getRawPath().isEmpty()
                    || uri.getRawPath().equals("/");
            if ("https".equals(uri.getScheme()) && uri.getHost() != null && bare && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // falls through to the one message
        }
        throw new MalformedException(field, 0, "must be https://HOST:PORT, was \"" + printable(text) + "\"");
    }

    /** Text from elsewhere, fit for a console: no control characters, bounded. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() < 2000; i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c >= 0x7F && c < 0xA0 ? ' ' : c);
        }
        return out.toString();
    }
}
