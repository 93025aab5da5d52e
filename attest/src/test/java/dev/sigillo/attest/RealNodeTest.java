package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The evidence of real nodes against the manifests that the image build and the probe made before they booted. */
class RealNodeTest {

    private static Verdict judge(RealNode node, Forger forger) {
        return Judge.judge(forger.evidence(), forger.subject(), node.manifest(), Forger.NOW);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("What a node measured is what was computed from its image's files and probed of its shape")
    void honest(boolean secureBoot) {
        RealNode node = RealNode.read(secureBoot);
        Forger forger = node.forger();
        assertThat(forger.evidence().imaList()).as("the forger's list").isEqualTo(node.ima());
        assertThat(forger.evidence().eventLog()).as("the forger's log").isEqualTo(node.log());

        assertThat(judge(node, forger).failures()).isEmpty();
    }

    @ParameterizedTest
    @Tag("broad")
    @ValueSource(booleans = {true, false})
    @DisplayName("Another digest in any one event is refused under that event's name, or what it brings with it")
    void everyEvent(boolean secureBoot) {
        RealNode node = RealNode.read(secureBoot);
        int size = node.forger().events.size();
        for (int at = 0; at < size; at++) {
            Forger forger = node.forger();
            Logged event = forger.events.get(at);
            String component = node.component(forger.events, at);
            forger.events.set(at, event.changed());
            Finding.Broken worst = (Finding.Broken) judge(node, forger).worst().orElseThrow();

            assertThat(worst.component()).as("event %d of %s", at, component).isEqualTo(component);
            Check expected = component.equals(Components.SECURE_BOOT_VARIABLE)
                    ? Check.SECURE_BOOT
                    : Check.byId("pcr." + event.pcr()).orElseThrow();
            assertThat(worst.check()).as(component).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @Tag("broad")
    @ValueSource(booleans = {true, false})
    @DisplayName("Without any one event, or with it twice, nothing passes")
    void removedOrDoubled(boolean secureBoot) {
        RealNode node = RealNode.read(secureBoot);
        int size = node.forger().events.size();
        for (int at = 0; at < size; at++) {
            Forger removed = node.forger();
            Logged event = removed.events.remove(at);
            Forger doubled = node.forger();
            doubled.events.add(at, event);
            for (Forger forger : List.of(removed, doubled)) {
                assertThat(judge(node, forger).failures())
                        .as("%s", event)
                        .extracting(Finding::check)
                        .contains(Check.byId("pcr." + event.pcr()).orElseThrow());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("The other kind of node's evidence is refused, the Secure Boot variable first")
    void otherKind(boolean secureBoot) {
        RealNode node = RealNode.read(secureBoot);
        Finding.Broken worst = (Finding.Broken)
                judge(node, RealNode.read(!secureBoot).forger()).worst().orElseThrow();

        assertThat(worst.check()).isEqualTo(Check.SECURE_BOOT);
        assertThat(worst.component()).isEqualTo(Components.SECURE_BOOT_VARIABLE);
        assertThat(worst.was()).isEqualTo(secureBoot ? "00 (off)" : "01 (on)");
    }

    @ParameterizedTest
    @Tag("broad")
    @ValueSource(booleans = {true, false})
    @DisplayName("A node whose image lacks one of the modules it loaded is refused under the module's name")
    void everyDriver(boolean secureBoot) {
        RealNode node = RealNode.read(secureBoot);
        ReferenceManifest full = node.manifest();
        for (Driver driver : full.drivers()) {
            List<Driver> changed = full.drivers().stream()
                    .map(one -> one.equals(driver) ? new Driver(one.name(), one.path(), Bytes.zeros(32)) : one)
                    .toList();
            ReferenceManifest manifest = new ReferenceManifest(
                    full.image(), secureBoot, true, full.pcrs(), changed, full.commandLine(), full.extensions());
            Finding.Broken worst = (Finding.Broken) judge(new RealNode(node.log(), node.ima(), manifest), node.forger())
                    .worst()
                    .orElseThrow();

            assertThat(worst.component()).isEqualTo("driver " + driver.name());
            assertThat(worst.expected()).isEqualTo("sha256:" + "00".repeat(32));
            assertThat(worst.was()).isEqualTo("sha256:" + driver.sha256());
        }
    }
}
