package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.store.Phase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A machine of a node resource group")
class NodeResourceGroupsTest {
    @ParameterizedTest
    @DisplayName("is provisioned as far as its phase says")
    @CsvSource({
        "BOOKED, Creating",
        "STARTED, Creating",
        "ADMITTED, Creating",
        "READY, Succeeded",
        "LEAVING, Deleting",
        "LOST, Deleting",
        "QUARANTINED, Failed",
        "FAILED, Failed"
    })
    void state(Phase phase, String state) {
        assertThat(NodeResourceGroups.state(phase)).isEqualTo(state);
    }
}
