package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("The ranges that an API server is authorized for")
class AuthorizedRangesTest {
    private static ObjectNode properties(String... ranges) {
        ObjectNode properties = Json.newObject();
        ArrayNode list = properties.putObject("apiServerAccessProfile").putArray("authorizedIPRanges");
        List.of(ranges).forEach(list::add);
        return properties;
    }

    @Test
    @DisplayName("are everybody when there are none, also when nothing is said of them")
    void none() {
        assertThat(AuthorizedRanges.of(Json.newObject()).admit(List.of("198.51.100.7")))
                .isTrue();
        assertThat(AuthorizedRanges.of(properties()).admit(List.of())).isTrue();
    }

    @Test
    @DisplayName("admit whoever has one address in one of them, and nobody else")
    void admit() {
        ObjectNode given = properties("192.0.2.0/25", "203.0.113.7");
        AuthorizedRanges.complete(given);
        AuthorizedRanges ranges = AuthorizedRanges.of(given);
        assertThat(ranges.ranges()).containsExactly("192.0.2.0/25", "203.0.113.7/32");
        assertThat(ranges.admit(List.of("127.0.0.1", "192.0.2.127"))).isTrue();
        assertThat(ranges.admit(List.of("203.0.113.7"))).isTrue();
        assertThat(ranges.admit(List.of("192.0.2.128", "203.0.113.8", "not an address")))
                .isFalse();
        assertThat(ranges.admit(List.of())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "10.0.0.0/33", "10.0.0.1/8", "2001:db8::/32", "10.0.0/24", "300.0.0.1"})
    @DisplayName("are refused when one is no IPv4 range, by its place")
    void refused(String range) {
        assertThatThrownBy(() -> AuthorizedRanges.complete(properties("192.0.2.0/24", range)))
                .isInstanceOf(ArmException.class)
                .hasMessageContaining("authorizedIPRanges[1]");
    }

    @Test
    @DisplayName("are 200 at most")
    void most() {
        String[] most = Collections.nCopies(200, "192.0.2.1").toArray(String[]::new);
        AuthorizedRanges.complete(properties(most));
        String[] more = Collections.nCopies(201, "192.0.2.1").toArray(String[]::new);
        assertThatThrownBy(() -> AuthorizedRanges.complete(properties(more))).hasMessageContaining("201 ranges");
    }
}
