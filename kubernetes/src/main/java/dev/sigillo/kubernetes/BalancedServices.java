package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Services of type LoadBalancer: what they ask for, and what they are told. */
final class BalancedServices {
    private final KubernetesClient kubernetes;

    BalancedServices(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    List<BalancedService> list() {
        return kubernetes.services().inAnyNamespace().list().getItems().stream()
                .filter(BalancedServices::isOurs)
                .map(this::view)
                .toList();
    }

    private static boolean isOurs(Service service) {
        return "LoadBalancer".equals(service.getSpec().getType())
                && service.getSpec().getLoadBalancerClass() == null
                && service.getMetadata().getDeletionTimestamp() == null;
    }

    private BalancedService view(Service service) {
        String namespace = service.getMetadata().getNamespace();
        String name = service.getMetadata().getName();
        boolean local = "Local".equals(service.getSpec().getExternalTrafficPolicy());
        return new BalancedService(
                namespace,
                name,
                Optional.ofNullable(service.getSpec().getLoadBalancerIP()).filter(asked -> !asked.isEmpty()),
                published(service),
                local ? Optional.of(nodes(namespace, name)) : Optional.empty());
    }

    private static Optional<String> published(Service service) {
        return Optional.ofNullable(service.getStatus())
                .map(status -> status.getLoadBalancer())
                .map(balancer -> balancer.getIngress())
                .flatMap(ingress -> ingress.stream().findFirst())
                .map(LoadBalancerIngress::getIp);
    }

    private Set<String> nodes(String namespace, String name) {
        return kubernetes
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", name)
                .list()
                .getItems()
                .stream()
                .flatMap(slice -> slice.getEndpoints().stream())
                .filter(endpoint -> endpoint.getConditions() != null
                        && Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                .map(Endpoint::getNodeName)
                .filter(node -> node != null)
                .collect(Collectors.toSet());
    }

    /** An empty address takes the present one away; a Service that has gone is nothing to do. */
    void publish(String namespace, String name, Optional<String> address) {
        Service present =
                kubernetes.services().inNamespace(namespace).withName(name).get();
        if (present == null || published(present).equals(address)) {
            return;
        }
        kubernetes.services().inNamespace(namespace).withName(name).editStatus(service -> {
            var status = new ServiceBuilder(service).editOrNewStatus().withNewLoadBalancer();
            address.ifPresent(ip -> status.addNewIngress().withIp(ip).endIngress());
            return status.endLoadBalancer().endStatus().build();
        });
    }

    /** A warning Event, as {@code kubectl describe service} shows it. */
    void warn(String namespace, String name, String reason, String message) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        kubernetes
                .v1()
                .events()
                .inNamespace(namespace)
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(name + ".")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Service")
                        .withNamespace(namespace)
                        .withName(name)
                        .endInvolvedObject()
                        .withType("Warning")
                        .withReason(reason)
                        .withMessage(message)
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .withNewSource()
                        .withComponent("sigillo")
                        .endSource()
                        .build())
                .create();
    }
}
