package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

    private static final String LINE = "/vmlinuz ro quiet sigillo.roothash=aa sigillo.verity=53878:bb";

    @ParameterizedTest
    @CsvSource({
        "/vmlinuz ro quiet sigillo.roothash=cc sigillo.verity=53878:bb, root file system (dm-verity root hash)",
        "/vmlinuz ro quiet sigillo.roothash=cc sigillo.verity=60000:dd, root file system (dm-verity root hash)",
        "/vmlinuz ro quiet sigillo.roothash=aa sigillo.verity=53878:dd, root file system (dm-verity root hash)",
        "/vmlinuz rw quiet sigillo.roothash=cc sigillo.verity=53878:bb, kernel command line",
        "/vmlinuz ro quiet sigillo.roothash=cc sigillo.verity=53878:bb x, kernel command line",
        "/vmlinuz ro quiet sigillo.roothash=cc, kernel command line",
        "/vmlinuz ro quiet evil.roothash=cc sigillo.verity=53878:bb, kernel command line",
        "/vmlinuz ro sigillo.roothash=aa quiet sigillo.verity=53878:bb, kernel command line",
        "/vmlinuz  ro quiet sigillo.roothash=aa sigillo.verity=53878:bb, kernel command line"
    })
    @DisplayName("Another root hash alone is another root file system; whatever else changed is the command line")
    void component(String was, String component) {
        assertThat(CommandLine.component(LINE, was)).isEqualTo(component);
    }
}
