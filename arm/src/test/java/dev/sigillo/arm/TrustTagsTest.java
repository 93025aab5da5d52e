package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("Tags that say on what terms nodes are trusted")
class TrustTagsTest {

    private static ObjectNode tag(String name, String value) {
        return Json.newObject().put(name, value);
    }

    private static ObjectNode tagged(String name, String value) {
        ObjectNode pool = Json.newObject();
        pool.set("tags", tag(name, value));
        return pool;
    }

    @Test
    @DisplayName("without tags nodes attest themselves every minute, and one that fails is quarantined for good")
    void defaults() {
        ObjectNode none = Json.newObject();
        assertThat(TrustTags.interval(none)).isEqualTo(Duration.ofSeconds(60));
        assertThat(TrustTags.onUntrusted(none)).isEqualTo(OnUntrusted.QUARANTINE);
        assertThat(TrustTags.recoversByReboot(none)).isFalse();
        assertThat(TrustTags.interval(Json.newObject().path("tags"))).isEqualTo(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "3600, 3600", "61, 61"})
    @DisplayName("the interval is 10 to 3600 seconds")
    void interval(String value, int seconds) {
        ObjectNode tags = tag("Sigillo-Attestation-Interval", value);
        TrustTags.checkCluster(tags);
        assertThat(TrustTags.interval(tags)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"10, 60", "60, 210", "61, 213", "3600, 12600"})
    @DisplayName("a verdict counts for three intervals and half of one more, which is at least 30 seconds")
    void holds(int interval, int seconds) {
        assertThat(TrustTags.holds(Duration.ofSeconds(interval)).toSeconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "3601", "0", "-60", "60s", "1e2", "060", "", "99999999999"})
    @DisplayName("any other is refused, with the value seen and what would be right")
    void wrongInterval(String value) {
        assertThatThrownBy(() -> TrustTags.checkCluster(tag(TrustTags.INTERVAL, value)))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.INVALID_PARAMETER))
                .hasMessageContaining("'" + value + "'")
                .hasMessageContaining("from 10 to 3600");
    }

    @Test
    @DisplayName("a drill's fault is read; another word, or a pool whose machines could not be caught, is refused")
    void drill() {
        assertThat(TrustTags.drill(Json.newObject())).isEmpty();
        assertThat(TrustTags.drill(tag("Sigillo-Drill", "cmdline"))).contains(DrillFault.COMMAND_LINE);
        assertThatThrownBy(() -> TrustTags.checkPool(tagged(TrustTags.DRILL, "format")))
                .hasMessageContaining("'format'")
                .hasMessageContaining("'unsigned-kernel', 'initrd', 'cmdline'");
        ObjectNode pool = Json.newObject();
        pool.putObject("tags").put(TrustTags.DRILL, "initrd");
        ObjectNode security = pool.putObject("securityProfile").put("enableVTPM", true);
        assertThatThrownBy(() -> TrustTags.checkPool(pool)).hasMessageContaining("Secure Boot, vTPM and the taint");
        security.put("enableSecureBoot", true);
        assertThatThrownBy(() -> TrustTags.checkPool(pool)).hasMessageContaining("sigillo-drill=true:NoSchedule");
        pool.putArray("nodeTaints").add(TrustTags.DRILL_TAINT);
        TrustTags.checkPool(pool);
        pool.put("mode", "System");
        assertThatThrownBy(() -> TrustTags.checkPool(pool)).hasMessageContaining("mode User");
        pool.remove("tags");
        TrustTags.checkPool(pool);
    }

    @Test
    @DisplayName("the words of a pool are read, and any other is refused with the allowed ones")
    void words() {
        assertThat(TrustTags.onUntrusted(tag(TrustTags.ON_UNTRUSTED, "alert-only")))
                .isEqualTo(OnUntrusted.ALERT_ONLY);
        assertThat(TrustTags.onUntrusted(tag(TrustTags.ON_UNTRUSTED, "replace")))
                .isEqualTo(OnUntrusted.REPLACE);
        assertThat(TrustTags.recoversByReboot(tag(TrustTags.RECOVERY, "reboot")))
                .isTrue();
        TrustTags.checkPool(tagged(TrustTags.RECOVERY, "new-machine"));
        assertThatThrownBy(() -> TrustTags.checkPool(tagged(TrustTags.ON_UNTRUSTED, "Replace")))
                .hasMessageContaining("'Replace'")
                .hasMessageContaining("'alert-only', 'quarantine', 'replace'");
        assertThatThrownBy(() -> TrustTags.checkPool(tagged(TrustTags.RECOVERY, "yes")))
                .hasMessageContaining("'new-machine', 'reboot'");
    }
}
