package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import java.util.List;

/** What a client asks a token for (RFC 6749 §3.3): maybe several, maybe with a doubled slash, or nothing at all. */
record TokenScope(String text) {
    private static final int MAX = 1024;

    /** Whether every resource in it is this server. */
    boolean isOurs(ArmSettings settings) {
        return text.length() <= MAX
                && words().stream()
                        .filter(each -> each.startsWith("http"))
                        .map(each -> each.replaceFirst("/*(\\.default)?/*$", ""))
                        .allMatch(each -> Authority.bases(settings).contains(ArmId.key(each))
                                || ArmId.same(each, "https://management.azure.com")
                                || ArmId.same(each, "https://management.core.windows.net"));
    }

    boolean asksIdToken() {
        return words().contains("openid");
    }

    boolean asksRefreshToken() {
        return words().contains("offline_access");
    }

    private List<String> words() {
        return List.of(text.split(" ", -1));
    }
}
