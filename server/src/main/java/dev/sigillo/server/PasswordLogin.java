package dev.sigillo.server;

import dev.sigillo.store.AuditEvent;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What both login pages do with a form: was it ours, and whose are name and password. Every login is in the audit log. */
final class PasswordLogin {
    private final Store store;
    private final ArmSettings settings;
    private final PasswordCheck passwords;
    private final FormToken formToken;

    PasswordLogin(Store store, ArmSettings settings, PasswordCheck passwords) {
        this.store = store;
        this.settings = settings;
        this.passwords = passwords;
        this.formToken = new FormToken(settings);
    }

    /** @param page from the hidden fields that a form of ours has */
    ArmReply show(ArmRequest request, Function<Map<String, String>, ArmReply> page) {
        String cookie = formToken.cookie(request);
        Map<String, String> hidden = new LinkedHashMap<>();
        hidden.put(FormToken.FIELD, formToken.field(cookie));
        return formToken.with(page.apply(hidden), cookie);
    }

    /** The form, if it is one of ours. */
    Optional<Form> form(ArmRequest request) {
        try {
            return Optional.of(Form.of(request)).filter(form -> formToken.isOurs(request, form));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The reply of {@code good}, or of {@code again} with a status and what was wrong.
     *
     * @param good what a login comes to
     */
    ArmReply check(Form form, Function<PrincipalRecord, ArmReply> good, BiFunction<Integer, String, ArmReply> again) {
        return switch (passwords.of(form.get("username"), form.get("password"))) {
            case PasswordCheck.Outcome.Right right -> good.apply(right.user());
            case PasswordCheck.Outcome.Refused refused -> again.apply(refused.status(), refused.text());
        };
    }

    void keep(ArmRequest request, PrincipalRecord user) {
        store.audit()
                .append(new AuditEvent(
                        user.clientId(),
                        user.displayName(),
                        "Sigillo.Identity/principals/login/action",
                        "/subscriptions/" + settings.subscription() + "/providers/Sigillo.Identity/principals/"
                                + user.clientId(),
                        AuditEvent.Outcome.ACCEPTED,
                        200,
                        "",
                        request.correlation()));
    }

    static ArmReply stale() {
        return LoginPage.text(
                403, "This form is not one that this server gave to this browser, or is too old. Open the page again.");
    }
}
