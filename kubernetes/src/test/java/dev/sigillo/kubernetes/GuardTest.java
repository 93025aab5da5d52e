package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GuardTest {

    private final Guard guard = new Guard("sigillo:controller");

    @Test
    @DisplayName("SubjectAccessReview: Sigillo's own request is allowed")
    void sigillo() {
        assertThat(guard.decide(review("sigillo:controller", "impersonate", "users")))
                .contains("\"allowed\":true")
                .doesNotContain("denied");
    }

    @Test
    @DisplayName("SubjectAccessReview: whoever else is asked about is denied, with a reason that fits")
    void others() {
        assertThat(guard.decide(review("clusterAdmin", "impersonate", "users")))
                .contains("\"denied\":true")
                .contains("impersonate");
        assertThat(guard.decide(review("clusterAdmin", "delete", "validatingadmissionpolicies")))
                .contains("\"denied\":true")
                .contains(TrustPolicy.NAME);
        assertThat(guard.decide(review("clusterAdmin", "patch", "apiservices")))
                .contains("\"denied\":true")
                .contains("serves its own APIs");
        assertThat(guard.decide(review("clusterAdmin", "approve", "signers")))
                .contains("\"denied\":true")
                .contains("signers");
        assertThat(guard.decide(review("system:node:n-1", "list", "pods")))
                .contains("\"denied\":true")
                .contains("in quarantine");
        assertThat(guard.decide(review("sigillo:controller2", "get", "nodes"))).contains("\"denied\":true");
    }

    @Test
    @DisplayName("SubjectAccessReview: what is malformed is denied")
    void malformed() {
        for (String review : new String[] {"", "{", "[]", "{}", "null", "{\"spec\":7}", "{\"spec\":{\"user\":{}}}"}) {
            assertThat(guard.decide(review)).as(review).contains("\"denied\":true");
        }
    }

    private static String review(String user, String verb, String resource) {
        return """
                {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"%s",
                 "resourceAttributes":{"verb":"%s","resource":"%s","name":"x"}}}""".formatted(user, verb, resource);
    }
}
