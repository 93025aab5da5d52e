package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CompatibilityTest {

    @Test
    @DisplayName("docs/azure-compatibility.md names every field that is known or refused, and why it is refused")
    void everyField() throws IOException {
        String table = Files.readString(Path.of("../docs/azure-compatibility.md"));
        assertThat(Stream.concat(PoolFields.KNOWN.keySet().stream(), Unsupported.reasons().keySet().stream()))
                .allMatch(field -> table.contains("`" + field + "`") || table.contains("`" + field + "."));
        Unsupported.reasons()
                .forEach((field, why) -> assertThat(table.lines())
                        .as(field)
                        .anyMatch(line -> line.startsWith("| `" + field + "` | refused") && line.endsWith(why + " |")));
    }
}
