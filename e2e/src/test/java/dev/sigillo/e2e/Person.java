package dev.sigillo.e2e;

import dev.sigillo.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody at a browser: keeps cookies, fills in a page's form, and sends it where the page says. */
final class Person {
    private static final Pattern INPUT =
            Pattern.compile("<input [^>]*?name=\"([^\"]*)\"(?: [^>]*?value=\"([^\"]*)\")?");
    private static final Pattern ACTION = Pattern.compile("<form [^>]*?action=\"([^\"]*)\"");

    private final HttpClient http;

    Person(Path authority) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(authority)) {
            X509Certificate ca =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            http = HttpClient.newBuilder()
                    .sslContext(TlsIdentity.trusting(List.of(ca)))
                    .cookieHandler(new CookieManager())
                    .build();
        }
    }

    /** What the browser shows. */
    record Page(URI address, String html) {}

    Page open(String address) throws IOException, InterruptedException {
        return show(HttpRequest.newBuilder(URI.create(address)).build());
    }

    Page send(Page page, Map<String, String> filled) throws IOException, InterruptedException {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher input = INPUT.matcher(page.html());
        while (input.find()) {
            fields.put(input.group(1), input.group(2) == null ? "" : plain(input.group(2)));
        }
        fields.putAll(filled);
        Matcher action = ACTION.matcher(page.html());
        if (!action.find()) {
            throw new AssertionError("a page without a form: " + page.html());
        }
        String form = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return show(HttpRequest.newBuilder(page.address().resolve(plain(action.group(1))))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(
                        "Origin",
                        page.address().getScheme() + "://" + page.address().getAuthority())
                .POST(BodyPublishers.ofString(form))
                .build());
    }

    private Page show(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        return new Page(request.uri(), response.body());
    }

    private static String plain(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
