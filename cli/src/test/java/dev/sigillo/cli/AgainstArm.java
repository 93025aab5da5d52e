package dev.sigillo.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of commands against an API have in common: a home whose server answers what each test lays down. */
abstract class AgainstArm {
    @TempDir
    Path home = Path.of("");

    final FakeArm arm = new FakeArm();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    Map<String, String> environment = Map.of();

    @BeforeEach
    void home() throws IOException {
        environment = arm.home(home);
    }

    @AfterEach
    void stop() {
        arm.close();
    }

    final Console console(boolean terminal) {
        return new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                false,
                false);
    }

    /** What it says comes after what was said before. */
    int run(boolean terminal, String... arguments) {
        return Main.run(environment, console(terminal), arguments);
    }

    static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
