package dev.sigillo.kubernetes;

import java.util.List;
import java.util.Map;

/**
 * A Node as Sigillo creates it, before its kubelet comes.
 *
 * @param given what of these the pool's user asked for
 * @param podCidr the node's part of the pod range: {@code spec.podCIDR}
 * @param providerId {@code spec.providerID}, such as {@code sigillo://c1/m-0123456789}
 */
public record NodeObject(
        String name,
        Map<String, String> labels,
        List<Taint> taints,
        LabelsAndTaints given,
        String podCidr,
        String providerId) {

    public NodeObject {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
    }
}
