package dev.sigillo.kubernetes;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers the API server's authorization webhook {@code sigillo-guard}: a SubjectAccessReview of
 * {@code authorization.k8s.io/v1} in JSON.
 *
 * <p>Guarantees: a request of Sigillo's user is allowed; everything else that is asked is denied, which no later
 * authorizer can undo. The API server asks only about Sigillo's own requests, and about those that nobody but Sigillo
 * may make: impersonating Sigillo, a node, or {@code system:masters} (which no authorizer can stop), changing the
 * admission policies, sending a built-in API to another server, approving certificates of Kubernetes' own signers. The
 * match condition in {@code authorization.yaml} says which exactly. The API server itself is in {@code system:masters}. Of
 * nodes in quarantine and their pods it asks about everything, by a second authorizer: see {@link Quarantine}.
 */
public final class Guard {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String sigilloUser;

    public Guard(String sigilloUser) {
        this.sigilloUser = sigilloUser;
    }

    /**
     * @param review the request's body
     * @return the answer's body, to be sent with status 200; denied when the review is malformed
     */
    public String decide(String review) {
        String apiVersion = "authorization.k8s.io/v1";
        try {
            JsonNode spec = JSON.readTree(review).path("spec");
            if (spec.path("user").asString("").equals(sigilloUser)) {
                return answer(apiVersion, true, "Sigillo's own request");
            }
            return answer(apiVersion, false, reason(spec));
        } catch (JacksonException malformed) {
            return answer(apiVersion, false, "the SubjectAccessReview is not JSON");
        }
    }

    private static String reason(JsonNode spec) {
        JsonNode attributes = spec.path("resourceAttributes");
        String verb = attributes.path("verb").asString("");
        String resource = attributes.path("resource").asString("");
        if (verb.startsWith("impersonate")) {
            return "nobody may impersonate Sigillo, a node or system:masters; ask as yourself";
        }
        if (resource.startsWith("validatingadmissionpolic")) {
            return "only Sigillo may change its admission policies " + TrustPolicy.NAME + " and " + TrustPolicy.APIS
                    + "; delete other policies one by one";
        }
        if (resource.equals("apiservices")) {
            return "the API server serves its own APIs, such as certificates.k8s.io, itself; delete other APIServices"
                    + " one by one";
        }
        if (resource.equals("signers")) {
            return "only Sigillo approves certificates of kubernetes.io signers, on a passing verdict; "
                    + "use service account tokens for programs and az aks get-credentials for people";
        }
        if (isOfNode(spec)) {
            return "this node is in quarantine: Sigillo has withdrawn its trust; kubectl describe node says why";
        }
        return "only Sigillo may do this";
    }

    private static boolean isOfNode(JsonNode spec) {
        return spec.path("user").asString("").startsWith("system:node:")
                || spec.path("extra").has(Quarantine.NODE_NAME);
    }

    private static String answer(String apiVersion, boolean allowed, String reason) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("apiVersion", apiVersion);
        answer.put("kind", "SubjectAccessReview");
        ObjectNode status = answer.putObject("status");
        status.put("allowed", allowed);
        if (!allowed) {
            status.put("denied", true);
        }
        status.put("reason", reason);
        return JSON.writeValueAsString(answer);
    }
}
