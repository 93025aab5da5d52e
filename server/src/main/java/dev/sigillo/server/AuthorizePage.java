package dev.sigillo.server;

import dev.sigillo.store.PrincipalRecord;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Login by authorization code with PKCE (RFC 6749 §4.1, RFC 7636, RFC 8252): {@code …/authorize}.
 *
 * <p>A request that is not as it must be ends at a page of ours: nothing is sent anywhere before somebody has logged in.
 */
final class AuthorizePage {
    private static final List<String> FIELDS = List.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method");

    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int MAX_STATE = 1024;
    private static final int MAX_NONCE = 256;

    private final AuthorizationCodes codes;
    private final PasswordLogin logins;
    private final ArmSettings settings;
    private final Clock clock;

    AuthorizePage(AuthorizationCodes codes, PasswordLogin logins, ArmSettings settings, Clock clock) {
        this.codes = codes;
        this.logins = logins;
        this.settings = settings;
        this.clock = clock;
    }

    void register(Routes routes, Authorities authorities) {
        authorities.endpoint(routes, "GET", "authorize", this::ask);
        authorities.endpoint(routes, "POST", "authorize", this::enter);
    }

    private ArmReply ask(ArmRequest request, Authority authority) {
        Map<String, String> asked = asked(name -> request.query(name).orElse(""));
        String wrong = wrong(asked);
        return wrong.isEmpty() ? page(request, authority, asked, 200, "") : refused(wrong);
    }

    private ArmReply enter(ArmRequest request, Authority authority) {
        Optional<Form> form = logins.form(request);
        if (form.isEmpty()) {
            return PasswordLogin.stale();
        }
        Map<String, String> asked = asked(form.get()::get);
        String wrong = wrong(asked);
        if (!wrong.isEmpty()) {
            return refused(wrong);
        }
        return logins.check(
                form.get(),
                user -> granted(request, user, asked),
                (status, again) -> page(request, authority, asked, status, again));
    }

    private static Map<String, String> asked(UnaryOperator<String> values) {
        Map<String, String> asked = new LinkedHashMap<>();
        FIELDS.forEach(name -> asked.put(name, values.apply(name)));
        return asked;
    }

    private static String of(Map<String, String> asked, String name) {
        return asked.getOrDefault(name, "");
    }

    /** What is wrong with the request; empty for nothing. */
    private String wrong(Map<String, String> asked) {
        Optional<PublicClient> client = PublicClient.of(of(asked, "client_id"));
        if (client.isEmpty()) {
            return "client_id is not " + PublicClient.ID + ", the one of " + PublicClient.NAME;
        }
        if (!client.get().mayReturnTo(of(asked, "redirect_uri"), settings)) {
            return client.get() == PublicClient.PORTAL
                    ? "redirect_uri is not the portal of this server"
                    : "redirect_uri is not http://localhost:PORT or http://127.0.0.1:PORT";
        }
        if (!of(asked, "response_type").equals("code")) {
            return "response_type is not code";
        }
        if (!List.of("", "query", "form_post").contains(of(asked, "response_mode"))) {
            return "response_mode is neither query nor form_post";
        }
        if (!of(asked, "code_challenge_method").equals("S256")
                || !CHALLENGE.matcher(of(asked, "code_challenge")).matches()) {
            return "there is no code_challenge with the method S256";
        }
        if (!new TokenScope(of(asked, "scope")).isOurs(settings)) {
            return "scope names another resource than this server";
        }
        if (of(asked, "state").length() > MAX_STATE || of(asked, "nonce").length() > MAX_NONCE) {
            return "state or nonce is too long";
        }
        return "";
    }

    private static ArmReply refused(String wrong) {
        return LoginPage.text(400, "The request to log in cannot be answered: " + wrong + ".");
    }

    private ArmReply page(
            ArmRequest request, Authority authority, Map<String, String> asked, int status, String wrong) {
        String action = authority.oauth().substring(authority.base().length()) + "/authorize";
        return logins.show(request, hidden -> {
            Map<String, String> all = new LinkedHashMap<>(hidden);
            all.putAll(asked);
            return LoginPage.form(
                    status,
                    action,
                    origin(of(asked, "redirect_uri")),
                    "<p>Log in to " + title(of(asked, "client_id")) + ". Go on only if you began this yourself.</p>",
                    Map.of(),
                    all,
                    wrong);
        });
    }

    private static String origin(String redirect) {
        URI uri = URI.create(redirect);
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    private static String title(String clientId) {
        return switch (PublicClient.of(clientId).orElseThrow()) {
            case AZURE_CLI -> PublicClient.NAME + " on this computer";
            case PORTAL -> PublicClient.PORTAL.title();
        };
    }

    private ArmReply granted(ArmRequest request, PrincipalRecord user, Map<String, String> asked) {
        String redirect = of(asked, "redirect_uri");
        UserLogin login =
                new UserLogin(user.clientId(), new TokenScope(of(asked, "scope")), of(asked, "nonce"), clock.instant());
        Optional<String> code = codes.issue(login, redirect, of(asked, "code_challenge"));
        if (code.isEmpty()) {
            return LoginPage.text(429, "Too many logins are under way. Try again in a minute.");
        }
        logins.keep(request, user);
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("code", code.get());
        if (!of(asked, "state").isEmpty()) {
            fields.put("state", of(asked, "state"));
        }
        return of(asked, "response_mode").equals("form_post")
                ? LoginPage.post(redirect, origin(redirect), fields)
                : seeOther(redirect, fields);
    }

    /** Not 302 or 307, by which a browser may send the form with the password on. */
    private static ArmReply seeOther(String redirect, Map<String, String> fields) {
        String query = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return ArmReply.empty(303)
                .with("Location", redirect + "?" + query)
                .with("Referrer-Policy", "no-referrer")
                .with("Cache-Control", "no-store");
    }
}
