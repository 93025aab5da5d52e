package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("A pool that is scaled by itself")
class AutoScalingTest {
    private static final String SCALED = "{\"enableAutoScaling\":true,\"minCount\":1,\"maxCount\":3,\"count\":2}";

    private final PoolRules rules =
            new PoolRules(Sizes.shipped(), () -> new KubernetesVersions(List.of("1.35.4")), (_, _) -> "image-1");

    private ObjectNode create(String properties) {
        return rules.create("np1", Json.object(properties), "");
    }

    private ObjectNode update(ObjectNode kept, String properties) {
        return rules.update("np1", kept, Json.object(properties));
    }

    private static void refused(String target, String words, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(ArmException.class, e -> {
                    assertThat(e.error()).isEqualTo(ArmError.INVALID_PARAMETER);
                    assertThat(e.body().target()).isEqualTo(target);
                })
                .hasMessageContaining(words);
    }

    @Test
    @DisplayName("keeps its bounds, begins with the count that is asked for, and without one with the least")
    void begins() {
        ObjectNode pool = create(SCALED);
        assertThat(DesiredPool.of("np1", Json.text(pool)).autoScaling()).contains(new AutoScaling(1, 3));
        assertThat(pool.path("count").asInt()).isEqualTo(2);
        assertThat(create("{\"enableAutoScaling\":true,\"minCount\":0,\"maxCount\":3}")
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(DesiredPool.of("np1", Json.text(create("{}"))).autoScaling()).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("has bounds that make sense, and a count within them")
    @CsvSource(delimiter = '|', textBlock = """
            "minCount":1                                        | maxCount | specify both min-count and max-count
            "maxCount":1                                        | minCount | specify both min-count and max-count
            "minCount":3,"maxCount":2                           | minCount | minCount is 3 and maxCount is 2
            "minCount":0,"maxCount":0                           | maxCount | from 1 to 1000
            "minCount":-1,"maxCount":2                          | minCount | takes a minCount from 0
            "minCount":0,"maxCount":2,"mode":"system"           | minCount | A System pool takes a minCount from 1
            "minCount":1,"maxCount":1001                        | maxCount | from 1 to 1000
            "minCount":1,"maxCount":3,"count":4                 | count    | count was 4. It must be greater or equal to minCount:1 and less than or equal to maxCount:3
            "minCount":2,"maxCount":3,"count":1                 | count    | count was 1
            """)
    void bounds(String fields, String field, String words) {
        refused("properties." + field, words, () -> create("{\"enableAutoScaling\":true," + fields + "}"));
    }

    @Test
    @DisplayName("bounds are for such a pool alone, be it new or not")
    void boundsAlone() {
        refused(
                "properties.minCount",
                "Enable the cluster autoscaler",
                () -> create("{\"minCount\":1,\"maxCount\":2}"));
        ObjectNode plain = create("{\"count\":1}");
        refused("properties.maxCount", "Enable the cluster autoscaler", () -> update(plain, "{\"maxCount\":2}"));
    }

    @Test
    @DisplayName("is not scaled by a request: its count is what az read a while ago")
    void countIsNotRead() {
        ObjectNode kept = create(SCALED);
        assertThat(update(kept, "{\"count\":1}")).isEqualTo(kept);
        assertThat(update(kept, "{\"count\":1,\"tags\":{\"a\":\"b\"}}")
                        .path("count")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    @DisplayName("has a count within its bounds as soon as these change")
    void clamps() {
        ObjectNode kept = create(SCALED);
        assertThat(update(kept, "{\"minCount\":3}").path("count").asInt()).isEqualTo(3);
        assertThat(update(kept, "{\"maxCount\":1}").path("count").asInt()).isEqualTo(1);
        assertThat(update(create("{\"count\":5}"), "{\"enableAutoScaling\":true,\"minCount\":1,\"maxCount\":3}")
                        .path("count")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    @DisplayName("becomes so by an update that does not scale it too, in Azure's words")
    void enables() {
        ObjectNode kept = create("{\"count\":2}");
        String enable = "\"enableAutoScaling\":true,\"minCount\":1,\"maxCount\":5";
        assertThat(update(kept, "{\"count\":2," + enable + "}").path("maxCount").asInt())
                .isEqualTo(5);
        refused(
                "properties.count",
                "Cannot manually scale and enable cluster autoscaler in the same update operation on VMSS Agentpool 'np1'",
                () -> update(kept, "{\"count\":3," + enable + "}"));
    }

    @ParameterizedTest
    @DisplayName("ceases to be so and loses its bounds, whether the request says nothing, null or what they were")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"enableAutoScaling\":false",
                "\"enableAutoScaling\":false,\"minCount\":null,\"maxCount\":null",
                "\"enableAutoScaling\":false,\"minCount\":1,\"maxCount\":3"
            })
    void disables(String fields) {
        ObjectNode pool = update(create(SCALED), "{" + fields + "}");
        assertThat(pool.has("minCount")).isFalse();
        assertThat(pool.has("maxCount")).isFalse();
        assertThat(pool.path("count").asInt()).isEqualTo(2);
        assertThat(pool.path("enableAutoScaling").asBoolean()).isFalse();
    }

    @Test
    @DisplayName("is never resized beyond its bounds; any other pool is")
    void resizes() {
        assertThat(rules.resize(create(SCALED), 0).path("count").asInt()).isEqualTo(1);
        assertThat(rules.resize(create("{}"), 0).path("count").asInt()).isZero();
    }
}
