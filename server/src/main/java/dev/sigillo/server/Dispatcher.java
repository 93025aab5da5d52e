package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ClusterRules;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Locations;
import dev.sigillo.arm.PoolRules;
import dev.sigillo.store.Store;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * From request to reply, without HTTP: route, token, api-version, handler, error envelope.
 *
 * <p>Every reply other than success is an ARM error; what nobody foresaw is logged and answered as a 500 that says nothing
 * of the inside.
 */
final class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());
    /** How long a login waits for its secret to be looked at. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Pattern VERSION = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(-[a-z]{2,20})?");

    private final Routes routes = new Routes();
    private final Store store;
    private final Tokens tokens;
    private final Bearer bearer;
    private final Scope scope;
    private final Roles roles;
    private final AuditLog audit;
    private final Throttle throttle;

    Dispatcher(ArmParts parts, Tokens tokens) {
        this.store = parts.store();
        this.tokens = tokens;
        ArmSettings settings = parts.settings();
        this.bearer = new Bearer(
                store,
                tokens,
                IssuerSettings.read(parts.home(), Authority.issuers(settings)).stream()
                        .map(issuer -> new OutsideIssuer(issuer, parts.clock()))
                        .toList());
        this.scope = new Scope(settings);
        this.roles = new Roles(store, settings);
        this.audit = new AuditLog(store, roles);
        this.throttle = new Throttle(settings.limits(), parts.clock());
        Locations locations = parts.locations();
        Operations operations = new Operations(store, scope, roles);
        Demands demands = parts.demands();
        PoolRules poolRules = new PoolRules(parts.sizes(), parts.versions(), parts.images());
        ClusterRules clusterRules = new ClusterRules(locations, parts.versions());
        new Contract().register(routes);
        new Metadata(settings).register(routes);
        OAuthRefusal refusal = new OAuthRefusal(parts.clock());
        Authorities authorities = new Authorities(settings, tokens, refusal);
        authorities.register(routes);
        registerLogins(authorities, refusal, parts);
        new Subscriptions(settings, roles, locations).register(routes);
        new Providers(scope, locations).register(routes);
        new Compute(parts.sizes(), locations).register(routes);
        new ResourceGroups(store, scope, roles, locations, operations, parts.wake()).register(routes);
        ClusterPut clusterPut = new ClusterPut(scope, clusterRules, poolRules, demands);
        PoolPut poolPut = new PoolPut(scope, poolRules, demands);
        ClusterView clusterView = new ClusterView(parts.credentials(), settings);
        new Deployments(
                        store,
                        scope,
                        new DeploymentPut(scope, settings, clusterPut, poolPut),
                        clusterView,
                        parts.wake())
                .register(routes);
        new Clusters(
                        store,
                        scope,
                        roles,
                        clusterPut,
                        new Power(demands),
                        parts.versions(),
                        clusterView,
                        operations,
                        parts.credentials(),
                        parts.wake())
                .register(routes);
        new RunCommands(store, scope, parts.wake()).register(routes);
        new Rehearsals(store, scope, parts.imageFiles(), parts.clock()).register(routes);
        new Pools(store, scope, poolRules, parts.versions(), poolPut, operations, parts.wake()).register(routes);
        Machines machines = new Machines(store, scope, parts.consoles(), parts.retiring(), parts.clock());
        machines.register(routes);
        new MachineLogs(store, parts.imageFiles(), machines::find).register(routes);
        new Assessments(store, scope, roles, machines, new Assessor(store, parts.sizes(), parts.clock()))
                .register(routes);
        operations.register(routes);
        new RoleAssignments(store, scope, roles, settings).register(routes);
        new RoleDefinitions(settings).register(routes);
        new Principals(store, settings).register(routes);
        new Graph(store).register(routes);
        audit.register(routes);
        new Alerts(store, scope, roles, locations).register(routes);
        new AlertDeliveries(store, scope).register(routes);
        new TrustCounts(store, roles, parts.clock()).register(routes);
        new Tagging(store, scope, clusterView, operations).register(routes);
        new ResourceProvider(store, scope, parts.versions()).register(routes);
        registerSmall(locations, parts, demands);
    }

    private void registerLogins(Authorities authorities, OAuthRefusal refusal, ArmParts parts) {
        ArmSettings settings = parts.settings();
        SecretCheck secrets = new SecretCheck(PATIENCE);
        DeviceLogins devices = new DeviceLogins(parts.clock());
        AuthorizationCodes codes = new AuthorizationCodes(parts.clock());
        RefreshTokens refreshTokens = new RefreshTokens(store, parts.clock());
        UserGrants users = new UserGrants(store, tokens, settings, refusal, devices, codes, refreshTokens);
        new OAuth(store, tokens, settings, refusal, secrets, users).register(routes, authorities);
        PasswordLogin logins =
                new PasswordLogin(store, settings, new PasswordCheck(store, secrets, new GuessLimit(parts.clock())));
        new DevicePage(devices, logins, settings, refusal, parts.clock()).register(routes, authorities);
        new AuthorizePage(codes, logins, settings, parts.clock()).register(routes, authorities);
    }

    private void registerSmall(Locations locations, ArmParts parts, Demands demands) {
        routes.add(
                Route.Access.ANY_ROLE,
                "GET",
                "/subscriptions/{subscription}/providers/Microsoft.ContainerService/locations/{location}/kubernetesVersions",
                request -> {
                    locations.require(request.parameter("location"), "locations/kubernetesVersions");
                    return Clusters.versions(parts.versions().get());
                });
        new HostImages(store, scope, parts.hostImages()).register(routes);
        new Health(store, parts.metrics(), () -> !parts.hostImages().get().isEmpty(), parts.clock()).register(routes);
        new AuthorityRoutes(parts.authorities(), tokens, scope).register(routes);
        routes.add("GET", "/subscriptions/{subscription}/providers/Sigillo.Host/status", _ -> {
            ObjectNode body = Json.newObject();
            ObjectNode properties = body.putObject("properties");
            parts.status().properties().forEach(properties::put);
            properties.put("freeMemoryMiB", Long.toString(demands.freeMib(store)));
            return ArmReply.ok(body);
        });
    }

    Routes routes() {
        return routes;
    }

    /** A reply and who asked for it; the caller is empty when no good token came. */
    record Answer(ArmReply reply, String caller) {}

    Answer answer(ArmRequest request) {
        String caller = "";
        try {
            Routes.Match match = routes.find(request.method(), request.path());
            ArmRequest matched = request.with(match.parameters());
            if (match.route().access() != Route.Access.PUBLIC) {
                caller = bearer.callerOf(request);
                return new Answer(ofSomebody(match.route(), matched.calledBy(caller)), caller);
            }
            return new Answer(match.route().handler().apply(matched), caller);
        } catch (ArmException e) {
            ArmReply reply = refusal(e);
            boolean method = e.error() == ArmError.METHOD_NOT_ALLOWED;
            return new Answer(method ? reply.with("Allow", routes.allowed(request.path())) : reply, caller);
        } catch (RuntimeException e) {
            return new Answer(unforeseen(request, e), caller);
        }
    }

    /** The reply to a request of a known principal: within his limit, and with what is left of it. */
    private ArmReply ofSomebody(Route route, ArmRequest request) {
        Throttle.Taken taken = throttle.take(request.caller(), request.method());
        String header = "x-ms-ratelimit-remaining-subscription-" + taken.kind().word();
        return (taken.granted() ? known(route, request) : throttled(taken))
                .with(header, Integer.toString(taken.left()));
    }

    private ArmReply throttled(Throttle.Taken taken) {
        return refusal(ArmError.TOO_MANY_REQUESTS.because(
                        "The number of %s of this client exceeds the limit of %d a second. Please try again after '%d' seconds.",
                        taken.kind().word(), throttle.perSecond(taken.kind()), taken.waitSeconds()))
                .with("Retry-After", Integer.toString(taken.waitSeconds()));
    }

    private ArmReply known(Route route, ArmRequest request) {
        try {
            if (route.access() != Route.Access.GRAPH && route.access() != Route.Access.UNVERSIONED) {
                requireVersion(request);
            }
            return audit.keep(route, request, () -> carriedOut(route, request));
        } catch (ArmException e) {
            return refusal(e);
        }
    }

    /** The handler's reply, if a role grants it, or the refusal. */
    private ArmReply carriedOut(Route route, ArmRequest request) {
        try {
            requireRole(route, request);
            return route.handler().apply(request);
        } catch (ArmException e) {
            return refusal(e);
        } catch (RuntimeException e) {
            return unforeseen(request, e);
        }
    }

    private static ArmReply unforeseen(ArmRequest request, RuntimeException e) {
        LOG.log(Level.SEVERE, e, () -> "no answer to " + request.method() + " " + Routes.printable(request.path()));
        return ArmReply.error(ArmError.INTERNAL.because(
                "The server could not answer. Its log has the cause under this reply's x-ms-request-id."));
    }

    /** The one place that asks whether the caller may: for this subscription, and by his roles. */
    private void requireRole(Route route, ArmRequest request) {
        if (request.parameters().containsKey("subscription")) {
            scope.requireSubscription(request);
        }
        switch (route.access()) {
            case PUBLIC, TOKEN -> {}
            case ANY_ROLE, GRAPH -> roles.requireAny(request.caller(), route.permission(), request.parameters());
            case ROLE, UNVERSIONED -> roles.require(request.caller(), route.permission(), request.parameters());
        }
    }

    static ArmReply refusal(ArmException e) {
        ArmReply reply = ArmReply.error(e);
        if (e.error().status() == 401) {
            return reply.with(
                    "WWW-Authenticate",
                    "Bearer error=\"invalid_token\", error_description=\""
                            + e.body().message().replace("\"", "'") + "\"");
        }
        return reply;
    }

    private static void requireVersion(ArmRequest request) {
        String given = request.apiVersion();
        if (given.isEmpty()) {
            throw ArmError.MISSING_API_VERSION.because(
                    "The api-version query parameter (?api-version=) is required for all requests.");
        }
        Matcher form = VERSION.matcher(given);
        try {
            if (form.matches()) {
                LocalDate.parse(form.group(1));
                return;
            }
        } catch (DateTimeParseException e) {
            LOG.log(Level.FINE, e, () -> "api-version with an impossible date");
        }
        throw ArmError.INVALID_API_VERSION.because(
                "The api-version '%s' is invalid. The api-version must be a date of the form YYYY-MM-DD, with -preview after it for a preview version.",
                Routes.printable(given));
    }
}
