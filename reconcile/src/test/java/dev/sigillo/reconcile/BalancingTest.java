package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.kubernetes.BalancedService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Services of type LoadBalancer")
class BalancingTest {
    private static final List<String> POOL = List.of("10.224.1.224", "10.224.1.225", "10.224.1.226");
    private static final Set<String> NODES = Set.of("a", "b");

    private static BalancedService service(String name) {
        return new BalancedService("default", name, "uid", Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static BalancedService published(String name, String address) {
        return new BalancedService("default", name, "uid", Optional.empty(), Optional.of(address), Optional.empty());
    }

    private static BalancedService asking(String name, String address) {
        return new BalancedService("default", name, "uid", Optional.of(address), Optional.empty(), Optional.empty());
    }

    @Test
    @DisplayName("get the first address that is free, each one of its own, spread over the nodes")
    void assigns() {
        Balancing balancing = Balancing.of(List.of(service("x"), service("y")), POOL, NODES, Map.of());
        assertThat(balancing.addresses()).isEqualTo(Map.of("default/x", "10.224.1.224", "default/y", "10.224.1.225"));
        assertThat(balancing.through()).isEqualTo(Map.of("10.224.1.224", "a", "10.224.1.225", "b"));
    }

    @Test
    @DisplayName("keep address and node, whatever comes before them in the alphabet")
    void keeps() {
        Balancing balancing = Balancing.of(
                List.of(service("a"), published("z", "10.224.1.224")), POOL, NODES, Map.of("10.224.1.224", "b"));
        assertThat(balancing.addresses()).isEqualTo(Map.of("default/z", "10.224.1.224", "default/a", "10.224.1.225"));
        assertThat(balancing.through()).containsEntry("10.224.1.224", "b");
    }

    @Test
    @DisplayName("are moved from a node that serves no more, and have no way while there is none")
    void moves() {
        List<BalancedService> services = List.of(published("z", "10.224.1.224"));
        assertThat(Balancing.of(services, POOL, Set.of("a"), Map.of("10.224.1.224", "b"))
                        .through())
                .isEqualTo(Map.of("10.224.1.224", "a"));
        Balancing nowhere = Balancing.of(services, POOL, Set.of(), Map.of("10.224.1.224", "b"));
        assertThat(nowhere.through()).isEmpty();
        assertThat(nowhere.addresses()).containsEntry("default/z", "10.224.1.224");
    }

    @Test
    @DisplayName("with local traffic go to a node that has an endpoint, and nowhere without one")
    void local() {
        BalancedService local = new BalancedService(
                "default", "x", "uid", Optional.empty(), Optional.empty(), Optional.of(Set.of("b", "gone")));
        assertThat(Balancing.of(List.of(local), POOL, NODES, Map.of("10.224.1.224", "a"))
                        .through())
                .isEqualTo(Map.of("10.224.1.224", "b"));
        BalancedService empty =
                new BalancedService("default", "x", "uid", Optional.empty(), Optional.empty(), Optional.of(Set.of()));
        assertThat(Balancing.of(List.of(empty), POOL, NODES, Map.of()).through())
                .isEmpty();
    }

    @Test
    @DisplayName("get the address that they ask for, unless it is taken or none of the cluster's")
    void asked() {
        Balancing balancing = Balancing.of(
                List.of(asking("x", "10.224.1.225"), asking("y", "10.224.1.225"), asking("z", "8.8.8.8"), service("a")),
                POOL,
                NODES,
                Map.of());
        assertThat(balancing.addresses()).isEqualTo(Map.of("default/x", "10.224.1.225", "default/a", "10.224.1.224"));
    }

    @Test
    @DisplayName("never share an address that a user wrote into two statuses, nor have one from outside")
    void forged() {
        Balancing balancing = Balancing.of(
                List.of(published("x", "10.224.1.224"), published("y", "10.224.1.224"), published("z", "10.224.1.1")),
                POOL,
                NODES,
                Map.of());
        assertThat(balancing.addresses().values()).containsExactlyInAnyOrderElementsOf(POOL);
        assertThat(balancing.addresses()).containsEntry("default/x", "10.224.1.224");
    }

    @Test
    @DisplayName("find no address when all are taken")
    void full() {
        Balancing balancing =
                Balancing.of(List.of(service("a"), service("b"), service("c"), service("d")), POOL, NODES, Map.of());
        assertThat(balancing.addresses()).hasSize(3).doesNotContainKey("default/d");
    }

    @Test
    @DisplayName(
            "of a cluster are published, routed to a node that is Ready, moved when it goes, and their warning is told once")
    void inACluster() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            world.plane().services.put("default/x", service("x"));
            world.plane().services.put("default/y", asking("y", "8.8.8.8"));
            world.until("an address is published", () -> published(world).isPresent());
            String address = published(world).orElseThrow();
            assertThat(address).endsWith(".224");
            world.until(
                    "it is routed",
                    () -> world.engine.services.values().stream()
                                    .filter(List.of(address)::equals)
                                    .count()
                            == 1);
            assertThat(world.plane().warnings).hasSize(1).allMatch(warning -> warning.contains("8.8.8.8 is taken"));
            world.plane().services.remove("default/x");
            world.until(
                    "the route goes",
                    () -> world.engine.services.values().stream().allMatch(List::isEmpty));
        });
    }

    private static Optional<String> published(World world) {
        return Optional.ofNullable(world.plane().services.get("default/x")).flatMap(BalancedService::published);
    }
}
