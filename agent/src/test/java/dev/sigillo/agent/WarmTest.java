package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WarmTest {

    @Test
    @DisplayName("the training run needs neither network nor TPM and comes to its end")
    void runs() {
        assertThatCode(() -> Main.main(new String[] {"--warm"})).doesNotThrowAnyException();
    }
}
