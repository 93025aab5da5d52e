package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Requests of one address")
class PeersTest {
    private final Peers peers = new Peers();

    @Test
    @DisplayName("some are answered at once, one more is not; another address is not concerned")
    void bounded() {
        for (int i = 0; i < Peers.AT_ONCE; i++) {
            assertThat(peers.enter("10.0.0.4")).isTrue();
        }
        assertThat(peers.enter("10.0.0.4")).isFalse();
        assertThat(peers.enter("10.0.0.5")).isTrue();
    }

    @Test
    @DisplayName("who has its answer may ask again, however often it was turned away")
    void again() {
        for (int i = 0; i < 100; i++) {
            peers.enter("10.0.0.4");
        }
        peers.leave("10.0.0.4");
        assertThat(peers.enter("10.0.0.4")).isTrue();
        assertThat(peers.enter("10.0.0.4")).isFalse();
    }
}
