package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the scheduler reserves for a pod: its containers together, or more if an init container asks for more. */
final class PodRequests {
    private static final Amounts ONE = new Amounts(Map.of(Amounts.PODS, BigDecimal.ONE));

    private PodRequests() {}

    static Amounts of(PodSpec spec) {
        Amounts running = Amounts.NONE;
        for (Container container : spec.getContainers()) {
            running = running.plus(of(container.getResources()));
        }
        // Init containers that stay (sidecars) are there while the later ones run.
        Amounts sidecars = Amounts.NONE;
        Amounts beginning = Amounts.NONE;
        for (Container container : spec.getInitContainers()) {
            Amounts asked = of(container.getResources());
            if ("Always".equals(container.getRestartPolicy())) {
                sidecars = sidecars.plus(asked);
                beginning = beginning.max(sidecars);
            } else {
                beginning = beginning.max(sidecars.plus(asked));
            }
        }
        Amounts all = running.plus(sidecars).max(beginning);
        Map<String, BigDecimal> whole = new HashMap<>(all.byName());
        whole.putAll(of(spec.getResources()).byName());
        return new Amounts(whole).plus(amounts(spec.getOverhead())).plus(ONE);
    }

    private static Amounts of(@Nullable ResourceRequirements resources) {
        return resources == null ? Amounts.NONE : amounts(resources.getRequests());
    }

    static Amounts amounts(@Nullable Map<String, Quantity> quantities) {
        if (quantities == null) {
            return Amounts.NONE;
        }
        Map<String, BigDecimal> byName = new HashMap<>();
        quantities.forEach((name, quantity) -> byName.put(name, quantity.getNumericalAmount()));
        return new Amounts(byName);
    }
}
