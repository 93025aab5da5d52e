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
                "startswith(name, 'a')",
                "startswith(tagname, a)",
                "startswith(tagname, 'a'",
                "startswith tagname 'a'",
                " "
            })
    void refuses(String filter) {
        assertThatThrownBy(() -> ResourceFilter.parse(filter))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.INVALID_PARAMETER))
                .hasMessageContaining("$filter");
    }

    @ParameterizedTest
    @DisplayName(
            "groups are compared by the same words; what is said of tags is said of one tag, whose name has any case")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            tagName eq 'a' and tagValue eq 'b' | true
            tagName eq 'a' and tagValue eq 'c' | false
            tagName eq 'A'                     | true
            tagName eq 'a' and tagValue eq 'B' | false
            tagName eq 'a' and tagValue eq '2' | false
            tagValue eq '2' and tagName eq 'k2' | true
            startswith(tagname, 'K')           | true
            StartsWith( tagName ,'k2' )        | true
            startswith(tagname, 'k3')          | false
            startswith(tagname, '')            | true
            startswith(tagname, 'a') and tagValue eq '2' | false
            startswith(tagname, 'k') and tagValue eq '2' and location eq 'eastus' | true
            name eq 'RG1'                      | true
            """)
    void groups(String filter, boolean taken) {
        ResourceGroupRecord group = new ResourceGroupRecord(
                "rg1", "eastus", "{\"a\":\"b\",\"k2\":\"2\"}", "Succeeded", false, 1, Instant.EPOCH);
        assertThat(ResourceFilter.parse(filter).takes(group)).isEqualTo(taken);
    }
}
