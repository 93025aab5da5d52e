package dev.sigillo.server;

import java.time.Instant;

/**
 * What one recommendation says of one resource (Microsoft.Security, Assessments 2021-06-01, AssessmentStatusResponse).
 *
 * @param resourceId of the pool or machine; of a cluster or the subscription for the sum of what is inside
 * @param cause one word for programs; empty if there is nothing to say
 * @param description for a person
 * @param since when the resource could first be assessed
 */
record Assessment(
        Recommendation recommendation, String resourceId, Code code, String cause, String description, Instant since) {
    /** The order counts: of many the gravest is the sum. */
    enum Code {
        NOT_APPLICABLE("NotApplicable"),
        HEALTHY("Healthy"),
        UNHEALTHY("Unhealthy");

        private final String word;

        Code(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    Assessment of(String otherResource) {
        return new Assessment(recommendation, otherResource, code, cause, description, since);
    }
}
