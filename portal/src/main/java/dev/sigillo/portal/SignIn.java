package dev.sigillo.portal;

import dev.sigillo.arm.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Signing in by authorization code with PKCE (RFC 6749 §4.1, RFC 7636) at this server's own token service, as any
 * application would. The token stays here; the browser has a cookie that names the session.
 */
final class SignIn {
    /** A session ends with its token. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final int MOST_FORM_BYTES = 4 << 10;

    private final Api api;
    private final Sessions sessions;
    private final Pages pages;
    private final Clock clock;

    SignIn(Api api, Sessions sessions, Pages pages, Clock clock) {
        this.api = api;
        this.sessions = sessions;
        this.pages = pages;
        this.clock = clock;
    }

    /** A page with one button: whoever comes from another site has no cookie yet, and may be signed in all the same. */
    PortalReply ask(PortalRequest request) {
        return pages.signIn(200, Links.ownPath(request.query("to")), "");
    }

    PortalReply begin(PortalRequest request) {
        String to = Links.ownPath(Form.of(request, MOST_FORM_BYTES).text("to"));
        if (sessions.of(request).isPresent()) {
            return PortalReply.seeOther(to);
        }
        String state = Secret.fresh();
        String verifier = Secret.fresh();
        String cookie = sessions.begin(
                new Sessions.SigningIn(state, verifier, to, clock.instant().plus(Sessions.SIGN_IN)));
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("client_id", Portal.CLIENT_ID);
        asked.put("redirect_uri", redirect(request));
        asked.put("response_type", "code");
        asked.put("response_mode", "query");
        asked.put("scope", request.base() + "/.default");
        asked.put("state", state);
        asked.put("code_challenge", Secret.hash(verifier));
        asked.put("code_challenge_method", "S256");
        return PortalReply.seeOther("/adfs/oauth2/authorize?" + encoded(asked)).with("Set-Cookie", cookie);
    }

    PortalReply end(PortalRequest request) {
        Optional<Sessions.SigningIn> began = sessions.taken(request);
        if (began.isEmpty() || !Secret.same(began.get().state(), request.query("state"))) {
            return pages.signIn(
                    400,
                    Links.HOME,
                    "This is not the end of a sign-in that this browser began in the last ten minutes. Sign in again.");
        }
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("client_id", Portal.CLIENT_ID);
        form.put("redirect_uri", redirect(request));
        form.put("code", request.query("code"));
        form.put("code_verifier", began.get().verifier());
        Api.Reply reply = api.send(new Api.Call(
                "POST",
                "/adfs/oauth2/token",
                Map.of(),
                Map.of("content-type", "application/x-www-form-urlencoded"),
                encoded(form),
                request.base()));
        String token = reply.body().path("access_token").asString("");
        if (reply.status() != 200 || token.isEmpty()) {
            return pages.signIn(
                    400,
                    began.get().to(),
                    reply.body().path("error_description").asString("The sign-in was refused. Sign in again."));
        }
        Duration life = Duration.ofSeconds(reply.body().path("expires_in").asLong(0));
        Instant until = clock.instant().plus(life.compareTo(LONGEST) < 0 ? life : LONGEST);
        return PortalReply.seeOther(began.get().to())
                .with("Set-Cookie", sessions.open(new Session(token, person(token), until)));
    }

    PortalReply out(PortalRequest request) {
        return pages.signIn(200, Links.HOME, "You are signed out.").with("Set-Cookie", sessions.close(request));
    }

    private static String redirect(PortalRequest request) {
        return request.base() + Portal.REDIRECT;
    }

    /** Whom the token names, to be greeted by: it came from the token service itself, and the API verifies it. */
    private static Session.Person person(String token) {
        try {
            String[] parts = token.split("\\.", -1);
            JsonNode claims = Json.MAPPER.readTree(new String(
                    Base64.getUrlDecoder().decode(parts.length > 1 ? parts[1] : ""), StandardCharsets.UTF_8));
            String id = claims.path("oid").asString("");
            return new Session.Person(id, claims.path("unique_name").asString(id));
        } catch (IllegalArgumentException | JacksonException e) {
            return new Session.Person("", "somebody");
        }
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
