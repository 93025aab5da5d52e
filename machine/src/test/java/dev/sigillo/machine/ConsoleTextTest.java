package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTextTest {
    @TempDir
    private Path folder;

    @Test
    @DisplayName("escape sequences, titles, bells, carriage returns and direction marks of a guest are gone")
    void hostile() {
        String hostile =
                "\u001b[2J\u001b[01;31mred\u001b[0m \u001b]0;title\u0007ok\r\n\u202eevil\u202c\ttab\u0000\u009b31m";
        assertThat(ConsoleText.safe(hostile)).isEqualTo("red ok\nevil\ttab31m");
    }

    @Test
    @DisplayName("a megabyte of nothing but escape sequences is nothing")
    void endless() {
        assertThat(ConsoleText.safe("\u001b[m".repeat(350_000))).isEmpty();
        assertThat(ConsoleText.safe("\u001b]".repeat(500_000))).isEmpty();
        assertThat(ConsoleText.safe("a" + "\u001b[1;1H".repeat(100_000) + "b")).isEqualTo("a\nb");
    }

    @Test
    @DisplayName("an escape that is cut off leaves no escape")
    void cutOff() {
        assertThat(ConsoleText.safe("a\u001b")).isEqualTo("a");
        assertThat(ConsoleText.safe("a\u001b[")).doesNotContain("\u001b");
    }

    @Test
    @DisplayName("a screen drawn by moving the cursor becomes lines, one for each place that text was put to")
    void screen() {
        String menu =
                "one\u001b[2J\u001b[01;01H\u001b[=3h\u001b[2J\u001b[01;01Htwo\r\n\u001b[05;10Hthree\u001b[1mbold\u001b[6fsix";
        assertThat(ConsoleText.safe(menu)).isEqualTo("one\ntwo\nthreebold\nsix");
        assertThat(ConsoleText.safe("\u001b[2J\u001b[01;01Hfirst")).isEqualTo("first");
        assertThat(ConsoleText.line("a\nb\u001b[Hc\u0007" + "d".repeat(9), 8)).isEqualTo("a b cddd…");
    }

    @Test
    @DisplayName("the tail runs over the rotation, oldest first, whichever file is the newer")
    void rotation() throws IOException {
        Path log = folder.resolve("console.log");
        Path other = folder.resolve("console.log.1");
        Files.writeString(log, "old");
        Files.writeString(other, "new");
        Files.setLastModifiedTime(log, FileTime.fromMillis(1000));
        Files.setLastModifiedTime(other, FileTime.fromMillis(2000));
        assertThat(ConsoleText.tail(log, 5)).isEqualTo("ldnew");
        assertThat(ConsoleText.tail(folder.resolve("absent"), 5)).isEmpty();
    }
}
