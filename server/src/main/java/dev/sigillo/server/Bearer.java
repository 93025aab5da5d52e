package dev.sigillo.server;

import com.nimbusds.jwt.SignedJWT;
import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;

/**
 * Who a request's token is of: one of this server, or one of an outside issuer whose subject somebody has made a principal.
 *
 * <p>An outside issuer names nobody by a principal's id: it could name anybody then, the owner of the home included.
 */
final class Bearer {
    private static final String SCHEME = "Bearer ";
    private static final int MAX_LENGTH = 16 << 10;

    private final Store store;
    private final Tokens tokens;
    private final List<OutsideIssuer> outside;

    Bearer(Store store, Tokens tokens, List<OutsideIssuer> outside) {
        this.store = store;
        this.tokens = tokens;
        this.outside = outside;
    }

    /** @throws ArmException MISSING_TOKEN, INVALID_TOKEN or EXPIRED_TOKEN */
    String callerOf(ArmRequest request) {
        String header = request.header("Authorization").orElse("");
        if (header.isBlank()) {
            throw ArmError.MISSING_TOKEN.because(
                    "Authentication failed. The 'Authorization' header is missing: log in first (az login, or sigillo login-az).");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw ArmError.INVALID_TOKEN.because("The 'Authorization' header is not of the form 'Bearer <token>'.");
        }
        String token = header.substring(SCHEME.length()).strip();
        Optional<OutsideIssuer> issuer = outsideIssuer(token);
        if (issuer.isPresent()) {
            return external(issuer.get(), token);
        }
        String caller = tokens.callerOf(token);
        if (store.principals().find(caller).isEmpty()) {
            throw ArmError.INVALID_TOKEN.because(
                    "The access token is invalid: the principal %s is not there any more.", Routes.printable(caller));
        }
        return caller;
    }

    /** Whom the token says it is from, which is no more than a reason to ask that issuer's keys. */
    private Optional<OutsideIssuer> outsideIssuer(String token) {
        if (outside.isEmpty() || token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            String said =
                    String.valueOf(SignedJWT.parse(token).getJWTClaimsSet().getIssuer());
            return outside.stream().filter(each -> each.issuer().equals(said)).findFirst();
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    private String external(OutsideIssuer issuer, String token) {
        try {
            String subject = issuer.subjectOf(SignedJWT.parse(token));
            return store.principals()
                    .findExternal(issuer.issuer(), subject)
                    .map(PrincipalRecord::clientId)
                    .orElseThrow(() -> ArmError.INVALID_TOKEN.because(
                            "The access token is of %s, whom nobody has made a principal here: sigillo principal create NAME --issuer %s --subject %s, by an Owner.",
                            Routes.printable(subject), issuer.issuer(), Routes.printable(subject)));
        } catch (ParseException e) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it is no signed JWT.");
        }
    }
}
