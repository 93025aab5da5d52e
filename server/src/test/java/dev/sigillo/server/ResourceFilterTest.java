package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.ResourceGroupRecord;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceFilterTest {
    private static final ClusterRecord CLUSTER = new ClusterRecord(
            "/id",
            "c1",
            1,
            "rg",
            "One",
            "eastus",
            "{\"tags\":{\"env\":\"it's\"}}",
            "Succeeded",
            false,
            1,
            Instant.EPOCH);

    @ParameterizedTest
    @DisplayName("comparisons joined by and, in any case, hold together")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ""                                                                               | true
            resourceGroup eq 'RG'                                                            | true
            resourceGroup eq 'other'                                                         | false
            resourceGroup eq 'rg' and resourceType eq 'microsoft.containerservice/MANAGEDCLUSTERS' | true
            resourceGroup eq 'rg' and resourceType eq 'Microsoft.Compute/virtualMachines'    | false
            name eq 'one' AND location eq 'East US'                                          | true
            tagName eq 'env' and tagValue eq 'it''s'                                         | true
            tagName eq 'env' and tagValue eq 'prod'                                          | false
            tagName eq 'nope'                                                                | false
            """)
    void takes(String filter, boolean taken) {
        assertThat(ResourceFilter.parse(filter).takes(CLUSTER)).isEqualTo(taken);
    }

    @ParameterizedTest
    @DisplayName("anything else is refused and not passed over")
    @ValueSource(
            strings = {
                "resourceGroup",
                "resourceGroup ne 'rg'",
                "resourceGroup eq rg",
                "resourceGroup eq 'rg",
                "resourceGroup eq 'rg' or name eq 'x'",
                "resourceGroup eq 'rg' and ",
                "resourceGroup eq 'rg' andname eq 'x'",
                "and",
                "plan eq 'x'",
                "substringof('a', name)",
                " "
            })
    void refuses(String filter) {
        assertThatThrownBy(() -> ResourceFilter.parse(filter))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.INVALID_PARAMETER))
                .hasMessageContaining("$filter");
    }

    @ParameterizedTest
    @DisplayName("groups are compared by the same words")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            tagName eq 'a' and tagValue eq 'b' | true
            tagName eq 'a' and tagValue eq 'c' | false
            name eq 'RG1'                      | true
            """)
    void groups(String filter, boolean taken) {
        ResourceGroupRecord group =
                new ResourceGroupRecord("rg1", "eastus", "{\"a\":\"b\"}", "Succeeded", false, 1, Instant.EPOCH);
        assertThat(ResourceFilter.parse(filter).takes(group)).isEqualTo(taken);
    }
}
