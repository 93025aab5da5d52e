package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Services of type LoadBalancer: what they ask for, and what they are told. */
final class BalancedServices {
    private final KubernetesClient kubernetes;
    private final Warnings warnings;

    BalancedServices(KubernetesClient kubernetes, Warnings warnings) {
        this.kubernetes = kubernetes;
        this.warnings = warnings;
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
                service.getMetadata().getUid(),
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
    void publish(BalancedService service, Optional<String> address) {
        Resource<Service> resource =
                kubernetes.services().inNamespace(service.namespace()).withName(service.name());
        Service present = resource.get();
        if (present == null || published(present).equals(address)) {
            return;
        }
        resource.editStatus(known -> {
            var balancer = new ServiceBuilder(known).editOrNewStatus().withNewLoadBalancer();
            address.ifPresent(ip -> balancer.addNewIngress().withIp(ip).endIngress());
            return balancer.endLoadBalancer().endStatus().build();
        });
    }

    void warn(BalancedService service, String reason, String message) {
        ObjectReference about = new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Service")
                .withNamespace(service.namespace())
                .withName(service.name())
                .withUid(service.uid())
                .build();
        warnings.post(service.namespace(), about, reason, message);
    }
}
