package dev.sigillo.portal;

import dev.sigillo.arm.ArmException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * The portal: pages over the ARM API, made on the server.
 *
 * <p>Guarantees: nothing but static files and the sign-in is served without a session; whatever changes something is a POST
 * that repeats the session's token and comes from this origin; every reply forbids scripts, styles and frames from
 * elsewhere; what the API says is escaped by the templates.
 */
public final class Portal {
    /** What the token service knows the portal by; it has no secret, since codes lead back to this server alone. */
    public static final String CLIENT_ID = "5a1e3e70-0b7a-4c1d-9b1e-516111000001";

    /** Where the token service sends the browser back to. */
    public static final String REDIRECT = "/portal/signed-in";

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static final int MOST_FORM_BYTES = 64 << 10;

    private final Api api;
    private final String subscription;
    private final Sessions sessions;
    private final Pages pages;
    private final SignIn signIn;
    private final StaticFiles files = new StaticFiles();
    private final PageRoutes routes = new PageRoutes();
    private final Clock clock;

    /** @param subscription GUID of the server's one subscription */
    public Portal(Api api, String subscription, Clock clock) {
        this.api = api;
        this.subscription = subscription;
        this.clock = clock;
        this.sessions = new Sessions(clock);
        this.pages = new Pages();
        this.signIn = new SignIn(api, sessions, pages, clock);
        new OverviewPage(pages).register(routes);
        new ClusterPage(pages).register(routes);
        new PoolPage(pages).register(routes);
        new NodePage(pages).register(routes);
        new EventLogPage(pages).register(routes);
        new AlertsPage(pages).register(routes);
        new OperationsPage(pages).register(routes);
        new AuditPage(pages).register(routes);
        new RehearsalPage(pages).register(routes);
    }

    /** Whether a path, as it was sent, is the portal's. */
    public static boolean serves(String path) {
        return path.equals(Links.ROOT) || path.startsWith(Links.HOME);
    }

    public PortalReply answer(PortalRequest request) {
        PortalReply reply;
        try {
            reply = routed(request);
        } catch (ArmException e) {
            reply = pages.stranded(e.error().status(), e.body().code(), e.body().message());
        }
        return guarded(reply);
    }

    private PortalReply routed(PortalRequest request) {
        if (request.path().startsWith(StaticFiles.PREFIX)) {
            return files.answer(request);
        }
        if (!request.reads() && !request.method().equals("POST")) {
            return pages.stranded(405, "MethodNotAllowed", "The portal takes GET, HEAD and POST.")
                    .with("Allow", "GET, HEAD, POST");
        }
        boolean foreign = request.header("origin")
                .filter(origin -> !origin.equals(request.base()))
                .isPresent();
        if (!request.reads() && foreign) {
            return pages.stranded(403, "ForeignForm", "This form was not one of the portal's. Open the page again.");
        }
        return switch (request.path()) {
            case Links.ROOT -> PortalReply.seeOther(Links.HOME);
            case Links.SIGN_IN -> request.reads() ? signIn.ask(request) : signIn.begin(request);
            case REDIRECT -> signIn.end(request);
            default -> ofSession(request);
        };
    }

    private PortalReply ofSession(PortalRequest request) {
        Optional<Session> session = sessions.of(request);
        if (session.isEmpty()) {
            if (isPart(request)) {
                // A part of a page cannot become the sign-in: the whole page goes there.
                return PortalReply.unchanged().with("HX-Redirect", Links.SIGN_IN);
            }
            String to = request.reads() ? Links.ownPath(request.path()) : Links.HOME;
            return PortalReply.seeOther(Links.SIGN_IN + "?to=" + Links.segment(to));
        }
        Form form = request.reads() ? new Form(Map.of()) : Form.of(request, MOST_FORM_BYTES);
        boolean ours = Secret.same(
                session.get().csrf(), request.header("x-csrf-token").orElseGet(() -> form.text(Visit.CSRF)));
        if (!request.reads() && !ours) {
            return pages.stranded(
                    403,
                    "ForeignForm",
                    "This form was not one that the portal gave to this session. Open the page again, and send it from there.");
        }
        if (request.path().equals(Links.SIGN_OUT)) {
            return request.reads() ? PortalReply.seeOther(Links.HOME) : signIn.out(request);
        }
        return visited(request, session.get(), form);
    }

    private PortalReply visited(PortalRequest request, Session session, Form form) {
        ArmClient arm = new ArmClient(api, session.token(), request.base());
        Optional<PageRoutes.Match> match = routes.find(request.method().equals("POST"), request.path());
        Visit visit = new Visit(
                request,
                session,
                arm,
                subscription,
                match.map(PageRoutes.Match::parameters).orElse(Map.of()),
                form,
                clock.instant());
        if (match.isEmpty()) {
            return pages.refused(visit, Refused.because(404, "NotFound", "The portal has no such page."));
        }
        try {
            return match.get().handler().apply(visit);
        } catch (Refused e) {
            if (isPart(request)) {
                // What was looked at is gone, or not his to see any more: the page says so. Of a limit it says nothing.
                boolean over = e.status() == 401 || e.status() == 403 || e.status() == 404;
                return over ? PortalReply.unchanged().with("HX-Refresh", "true") : PortalReply.unchanged();
            }
            if (e.status() == 401) {
                // The token's principal is gone, or its password was changed: the session is of no use.
                return signIn.out(request);
            }
            return pages.refused(visit, e);
        }
    }

    /** Whether a page asks for the part of it that changes. */
    private static boolean isPart(PortalRequest request) {
        return request.reads() && request.header("hx-request").isPresent();
    }

    private static PortalReply guarded(PortalReply reply) {
        return reply.with("Content-Security-Policy", POLICY)
                .with("X-Content-Type-Options", "nosniff")
                .with("X-Frame-Options", "DENY")
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Cross-Origin-Resource-Policy", "same-origin")
                .with("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
                // With no-referrer browsers send "Origin: null", and the origin is what a form is told from a foreign
                // one by.
                .with("Referrer-Policy", "same-origin");
    }
}
