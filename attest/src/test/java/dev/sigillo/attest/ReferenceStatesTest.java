package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.ReferenceStates.State;
import dev.sigillo.attest.ReferenceStates.StateVerdict;
import dev.sigillo.bytes.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A machine between two updates")
class ReferenceStatesTest {

    private static final String KERNEL = "kernel /vmlinuz";

    /** A machine of these files, everything about it consistent. */
    private static Forger machine(boolean newKernel, boolean newGrub) {
        Forger forger = new Forger(true);
        if (newKernel) {
            forger.change(KERNEL);
            forger.change(Components.INITRD);
        }
        if (newGrub) {
            forger.change(Components.GRUB);
        }
        return forger;
    }

    private static State state(boolean newKernel, boolean newGrub) {
        Forger forger = machine(newKernel, newGrub);
        String name = (newKernel ? "new" : "old") + " kernel, " + (newGrub ? "new" : "old") + " GRUB";
        return new State(name, Forger.manifest(true, forger.events, HonestBoot.COMMAND_LINE, ImaForge.DRIVERS));
    }

    private static ReferenceStates states() {
        return new ReferenceStates(
                List.of(state(true, true), state(false, true), state(true, false), state(false, false)));
    }

    private static StateVerdict judge(Forger forger) {
        return states().judge(forger.evidence(), forger.subject(), Forger.NOW);
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    @DisplayName("is in the state whose files it booted, and passes in it")
    void named(boolean newKernel, boolean newGrub) {
        StateVerdict verdict = judge(machine(newKernel, newGrub));

        assertThat(verdict.state()).isEqualTo(state(newKernel, newGrub).name());
        assertThat(verdict.exact()).isTrue();
        assertThat(verdict.verdict().passing()).isTrue();
    }

    @Test
    @DisplayName("and of another initrd is named with its state, and the initrd with it")
    void component() {
        Forger forger = machine(true, false);
        forger.change(Components.INITRD);
        StateVerdict verdict = judge(forger);

        assertThat(verdict.state()).isEqualTo("new kernel, old GRUB");
        assertThat(verdict.exact()).isFalse();
        assertThat(verdict.verdict().failures())
                .singleElement()
                .extracting(Finding::check, Finding::component)
                .containsExactly(Check.BOOT_FILES, Components.INITRD);
    }

    @Test
    @DisplayName("and of a kernel that is neither is told the nearest state, and the kernel")
    void foreignKernel() {
        Forger forger = machine(false, false);
        forger.change(KERNEL);
        forger.change(KERNEL);
        StateVerdict verdict = judge(forger);

        assertThat(verdict.state()).isEqualTo("old kernel, old GRUB");
        assertThat(verdict.exact()).isFalse();
        assertThat(verdict.verdict().failures()).extracting(Finding::component).contains(KERNEL);
    }

    @Test
    @DisplayName("that claims the values of one state and signs those of another is judged by what was signed")
    void claimed() {
        Forger forger = machine(true, false);
        forger.change(Components.SHIM);
        forger.sent.putAll(new TreeMap<>(machine(true, true).registers()));

        assertThat(judge(forger).verdict().passing()).isFalse();
    }

    @Test
    @DisplayName("without a log is still in the state whose values it signed")
    void noLog() {
        Forger forger = machine(false, true);
        forger.sentLog = Optional.of(Bytes.empty());
        StateVerdict verdict = judge(forger);

        assertThat(verdict.state()).isEqualTo("old kernel, new GRUB");
        assertThat(verdict.exact()).isTrue();
        assertThat(verdict.verdict().passing()).isFalse();
    }

    @Test
    @DisplayName("is in one of at least one, each of a name of its own")
    void names() {
        State one = state(true, true);

        assertThatThrownBy(() -> new ReferenceStates(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReferenceStates(List.of(one, one))).isInstanceOf(IllegalArgumentException.class);
        assertThat(ReferenceStates.of(one.manifest()).states())
                .extracting(State::name)
                .containsExactly(one.manifest().image());
    }
}
