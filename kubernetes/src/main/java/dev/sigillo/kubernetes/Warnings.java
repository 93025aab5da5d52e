package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Events of type Warning, as {@code kubectl describe} shows them. */
final class Warnings {
    private static final String REPORTER = "sigillo";

    private final KubernetesClient kubernetes;

    Warnings(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** @param about with its uid, by which kubectl looks for the events of an object */
    void post(String namespace, ObjectReference about, String reason, String message) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        kubernetes
                .v1()
                .events()
                .inNamespace(namespace)
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(about.getName() + ".")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withInvolvedObject(about)
                        .withType("Warning")
                        .withReason(reason)
                        .withMessage(message)
                        .withNewSource()
                        .withComponent(REPORTER)
                        .endSource()
                        .withReportingComponent(REPORTER)
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .build())
                .create();
    }
}
