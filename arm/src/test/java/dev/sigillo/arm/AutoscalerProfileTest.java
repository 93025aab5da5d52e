package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("autoScalerProfile")
class AutoscalerProfileTest {
    private final ClusterRules rules =
            new ClusterRules(Locations.shipped(), () -> new KubernetesVersions(List.of("1.35.4")));

    private ObjectNode create(String profile) {
        return rules.create("rg", "one", request(profile));
    }

    private static ObjectNode request(String profile) {
        return Json.object("{\"location\":\"eastus\",\"properties\":{\"autoScalerProfile\":" + profile + "}}");
    }

    private static JsonNode profile(ObjectNode cluster) {
        return cluster.path("properties").path("autoScalerProfile");
    }

    private static AutoscalerProfile read(ObjectNode cluster) {
        return DesiredCluster.of(Json.text(cluster)).autoscaler();
    }

    @Test
    @DisplayName("that is not there is not shown, and means the defaults: a node goes after five minutes")
    void absent() {
        ObjectNode cluster = rules.create("rg", "one", Json.object("{\"location\":\"eastus\"}"));
        assertThat(profile(cluster).isMissingNode()).isTrue();
        assertThat(read(cluster).unneeded()).isEqualTo(Duration.ofMinutes(5));
        assertThat(read(cluster).scanInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(read(cluster)).isEqualTo(read(create("{}")));
    }

    @Test
    @DisplayName("is shown with every key, in the forms of Azure's API")
    void complete() {
        JsonNode profile = profile(create("{\"scale-down-unneeded-time\":\"1h30m\",\"expander\":\"Least-Waste\","
                + "\"ignore-daemonsets-utilization\":\"true\"}"));
        assertThat(profile.propertyNames()).hasSize(20).containsAll(AutoscalerProfile.keys());
        assertThat(profile.path("scale-down-unneeded-time").asString()).isEqualTo("1h30m");
        assertThat(profile.path("expander").asString()).isEqualTo("least-waste");
        assertThat(profile.path("ignore-daemonsets-utilization").isBoolean()).isTrue();
        assertThat(profile.path("skip-nodes-with-system-pods").isString()).isTrue();
    }

    @Test
    @DisplayName("means what it says")
    void means() {
        AutoscalerProfile profile = read(create("""
                {"scan-interval":"20s","new-pod-scale-up-delay":"1m","scale-down-delay-after-add":"2m",
                 "scale-down-delay-after-delete":"3m","scale-down-delay-after-failure":"4m",
                 "scale-down-unneeded-time":"5m30s","scale-down-utilization-threshold":"0.25",
                 "max-graceful-termination-sec":"60","expander":"most-pods","max-empty-bulk-delete":"2",
                 "skip-nodes-with-local-storage":"false","skip-nodes-with-system-pods":"false",
                 "ignore-daemonsets-utilization":true}"""));
        assertThat(profile)
                .isEqualTo(new AutoscalerProfile(
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(3),
                        Duration.ofMinutes(4),
                        Duration.ofSeconds(330),
                        0.25,
                        Duration.ofMinutes(1),
                        AutoscalerProfile.Expander.MOST_PODS,
                        2,
                        false,
                        false,
                        true));
    }

    @ParameterizedTest
    @DisplayName("that cannot be carried out is refused by its key")
    @CsvSource(delimiter = '|', textBlock = """
            {"scan-interval":"soon"}                     | INVALID_PARAMETER | scan-interval is invalid: it is "soon" and must be a duration
            {"scan-interval":"0s"}                       | INVALID_PARAMETER | must be at least 1s
            {"scan-interval":""}                         | INVALID_PARAMETER | must be a duration
            {"scan-interval":["10s"]}                    | INVALID_PARAMETER | must be a duration
            {"scale-down-unneeded-time":"-1m"}           | INVALID_PARAMETER | must be a duration
            {"scale-down-unneeded-time":"999999h"}       | INVALID_PARAMETER | must be a duration
            {"scale-down-utilization-threshold":"1.5"}   | INVALID_PARAMETER | must be a number from 0 to 1
            {"scale-down-utilization-threshold":"NaN"}   | INVALID_PARAMETER | must be a number from 0 to 1
            {"max-graceful-termination-sec":"9e9"}       | INVALID_PARAMETER | must be a whole number
            {"max-empty-bulk-delete":"99999999999"}      | INVALID_PARAMETER | must be a whole number
            {"skip-nodes-with-system-pods":"perhaps"}    | INVALID_PARAMETER | must be true or false
            {"expander":"best"}                          | INVALID_PARAMETER | must be random, most-pods or least-waste
            {"expander":"priority"}                      | NOT_SUPPORTED     | no ConfigMap is read here
            {"balance-similar-node-groups":"true"}       | NOT_SUPPORTED     | one pool does as well as two
            {"scan-intervall":"10s"}                     | INVALID_PARAMETER | it has no 'scan-intervall'
            """)
    void refused(String profile, ArmError error, String words) {
        assertThatThrownBy(() -> create(profile))
                .isInstanceOfSatisfying(ArmException.class, e -> {
                    assertThat(e.error()).isEqualTo(error);
                    assertThat(e.body().target()).startsWith("properties.autoScalerProfile.");
                })
                .hasMessageContaining(words);
    }

    @Test
    @DisplayName("of another form is no object")
    void noObject() {
        assertThatThrownBy(() -> rules.checkTypes(request("7"))).hasMessageContaining("must be an object");
    }

    @Test
    @DisplayName("is replaced as a whole, kept by a request without it, and taken back to the defaults by an empty one")
    void updates() {
        ObjectNode kept = create("{\"scan-interval\":\"20s\"}");
        assertThat(rules.update(kept, Json.object("{\"properties\":{}}"))).isEqualTo(kept);
        assertThat(rules.update(kept, Json.object("{\"properties\":{\"autoScalerProfile\":null}}")))
                .isEqualTo(kept);
        assertThat(read(rules.update(kept, request("{\"scale-down-unneeded-time\":\"1m\"}")))
                        .scanInterval())
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(rules.update(kept, request("{}"))).isEqualTo(create("{\"scan-interval\":\"10s\"}"));
    }

    @Test
    @DisplayName("docs/azure-compatibility.md says of every key whether it works")
    void documented() throws IOException {
        String table = Files.readString(Path.of("../docs/azure-compatibility.md"));
        assertThat(AutoscalerProfile.keys()).allMatch(key -> table.contains("`" + key + "`"));
    }
}
