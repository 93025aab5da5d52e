package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsAndTaintsTest {
    private static final LabelsAndTaints SOME = LabelsAndTaints.of(
            Map.of("b", "", "a/b", "c"),
            List.of(new Taint("k", "", "NoExecute"), new Taint("x.y/z", "v", "NoSchedule")));

    @Test
    @DisplayName("what was given is read again from its text")
    void readAgain() {
        assertThat(SOME.text()).isEqualTo("a/b=c\nb=\n\nk=:NoExecute\nx.y/z=v:NoSchedule");
        assertThat(LabelsAndTaints.parse(SOME.text())).isEqualTo(SOME);
        LabelsAndTaints none = LabelsAndTaints.of(Map.of(), List.of());
        assertThat(LabelsAndTaints.parse(none.text())).isEqualTo(none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "a", "=b", "\n\nx", "\n\n=:", "\n\na:b=c"})
    @DisplayName("a text of another form gives nothing that it does not say")
    void otherForms(String text) {
        assertThat(LabelsAndTaints.parse(text)).isEqualTo(LabelsAndTaints.of(Map.of(), List.of()));
    }
}
