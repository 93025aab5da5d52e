package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The token service as one client sees it, in ADFS's form or in Entra ID's.
 *
 * <p>With the ADFS form az needs no configuration, since MSAL does not ask a public server whether the authority is real.
 *
 * @param base {@code https://host:port} under which the client sees this server
 * @param issuer of its tokens: what its discovery document is at, without {@code /.well-known/openid-configuration}
 * @param oauth before the names of endpoints
 * @param keys of its JWK set
 */
record Authority(String base, String issuer, String oauth, String keys) {
    private static final List<String> TENANT_NAMES = List.of("organizations", "common", "sigillo", "sigillo.local");

    static Authority adfs(String base) {
        return new Authority(base, base + "/adfs", base + "/adfs/oauth2", base + "/adfs/discovery/keys");
    }

    /** az takes the tenant's GUID out of this issuer's path when {@code --tenant} is a domain name. */
    static Authority tenant(String base, ArmSettings settings) {
        String root = base + "/" + settings.tenant();
        return new Authority(base, root + "/v2.0", root + "/oauth2/v2.0", root + "/discovery/v2.0/keys");
    }

    /** Every name that a client may know this server by. */
    static Set<String> bases(ArmSettings settings) {
        return Set.of("https://localhost:" + settings.port(), "https://127.0.0.1:" + settings.port());
    }

    static Set<String> issuers(ArmSettings settings) {
        return bases(settings).stream()
                .flatMap(base -> Stream.of(adfs(base), tenant(base, settings)))
                .map(Authority::issuer)
                .collect(Collectors.toUnmodifiableSet());
    }

    static Set<String> audiences(ArmSettings settings) {
        return bases(settings).stream().map(base -> base + "/").collect(Collectors.toUnmodifiableSet());
    }

    static boolean isTenant(String given, ArmSettings settings) {
        return ArmId.same(given, settings.tenant()) || TENANT_NAMES.contains(ArmId.key(given));
    }
}
