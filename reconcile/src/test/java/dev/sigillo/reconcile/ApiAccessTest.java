package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.AuthorizedRanges;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The API server of a cluster")
class ApiAccessTest {
    @Test
    @DisplayName("is closed to this host when none of its addresses is in an authorized range, and opened when one is")
    void admits() {
        assertThat(ApiAccess.admitsHost(new AuthorizedRanges(List.of()))).contains(true);
        assertThat(ApiAccess.admitsHost(new AuthorizedRanges(List.of("198.18.99.4/30"))))
                .contains(false);
        assertThat(ApiAccess.admitsHost(new AuthorizedRanges(List.of("198.18.99.4/30", "127.0.0.1/32"))))
                .contains(true);
        assertThat(ApiAccess.admitsHost(new AuthorizedRanges(List.of("10.239.0.0/16"))))
                .as("the addresses of Sigillo's own links, which every host with a cluster has")
                .contains(false);
    }

    @Test
    @DisplayName("is closed and opened with the cluster's desired state, also by a server that starts anew")
    void follows() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            assertThat(world.engine.shutOut).isEmpty();
            Stories.succeeds(world, world.authorize(List.of("198.18.99.4/30")));
            assertThat(world.engine.shutOut).hasSize(1);
            world.engine.shutOut.clear();
            world.restart();
            world.until("it is closed again", () -> world.engine.shutOut.size() == 1);
            Stories.succeeds(world, world.authorize(List.of()));
            assertThat(world.engine.shutOut).isEmpty();
        });
    }
}
