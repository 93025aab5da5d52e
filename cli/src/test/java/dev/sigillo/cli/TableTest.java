package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final PrintStream NOWHERE = new PrintStream(PrintStream.nullOutputStream());
    private static final Console PLAIN = new Console(NOWHERE, NOWHERE, true, false, false);
    private static final Console COLOURED = new Console(NOWHERE, NOWHERE, true, false, true);

    @Test
    @DisplayName("Columns are as wide as their widest cell, and lines do not end in blanks")
    void widths() {
        Table table = new Table("NAME", "N");
        table.row("a-long-name", "1");

        assertThat(table.text(PLAIN)).isEqualTo("NAME          N\na-long-name   1");
    }

    @Test
    @DisplayName("A column that is empty in every row is left out; in a table without rows all are shown")
    void emptyColumns() {
        Table table = new Table("NAME", "REASON");
        assertThat(table.text(PLAIN)).isEqualTo("NAME   REASON");

        table.row("a", "");
        assertThat(table.text(PLAIN)).isEqualTo("NAME\na");
    }

    @Test
    @DisplayName("Colour takes no place")
    void colour() {
        Table table = new Table("S", "N");
        table.row(COLOURED.green("ok"), "1");
        table.row("FAILED", "2");

        assertThat(table.text(COLOURED).lines().toList().get(1)).isEqualTo("\033[32mok\033[0m       1");
    }

    @Test
    @DisplayName("On a narrow terminal the last column goes on under itself, between words, each part in its colour")
    void narrow() {
        Table table = new Table("CHECK", "WHY");
        table.row("log.replay", COLOURED.red("the log does not lead to the quoted value of PCR 8"));

        assertThat(table.text(PLAIN, 37).lines().skip(1))
                .containsExactly(
                        "log.replay   \033[31mthe log does not lead to\033[0m",
                        "             \033[31mthe quoted value of PCR\033[0m",
                        "             \033[31m8\033[0m");
        assertThat(table.text(PLAIN).lines()).hasSize(2);
    }

    @Test
    @DisplayName("A row needs a cell for each heading")
    void cells() {
        assertThatThrownBy(() -> new Table("A", "B").row("1")).hasMessage("1 cells for 2 columns");
    }
}
