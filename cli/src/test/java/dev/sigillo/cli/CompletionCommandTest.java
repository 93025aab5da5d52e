package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("sigillo completion, in the shells themselves")
class CompletionCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Path script(String shell) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        int code = Main.run(Map.of(), new Console(stream, stream, false, false, false), "completion", shell);
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(code).as(text).isZero();
        return Files.writeString(folder.resolve("sigillo." + shell), text);
    }

    /** Lines that a shell prints for a program of its own language. */
    private List<String> lines(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text.lines().toList();
    }

    private List<String> bash(String... words) throws IOException, InterruptedException {
        String program =
                """
                source %s
                COMP_WORDS=(%s); COMP_CWORD=%d
                %s
                printf '%%s\\n' "${COMPREPLY[@]}\"""".formatted(script("bash"), "sigillo " + String.join(" ", words), words.length, "_complete_sigillo");
        return lines("bash", "--norc", "-c", program).stream()
                .map(String::strip)
                .toList();
    }

    private List<String> fish(String line) throws IOException, InterruptedException {
        return lines("fish", "--no-config", "-c", "source " + script("fish") + "; complete -C '" + line + "'").stream()
                .map(found -> found.split("\t", 2)[0])
                .toList();
    }

    @Test
    @DisplayName("bash: commands and options by what they begin with")
    void bash() throws IOException, InterruptedException {
        assertThat(bash("node")).containsExactlyInAnyOrder("nodepool", "nodes");
        assertThat(bash("nodepool", "update", "--enable-s")).contains("--enable-secure-boot");
    }

    @Test
    @DisplayName("zsh: the script loads and gives sigillo a completion")
    void zsh() throws IOException, InterruptedException {
        assertThat(lines(
                        "zsh",
                        "-f",
                        "-c",
                        "autoload -U compinit; compinit -u -D; source " + script("zsh") + "; print ${_comps[sigillo]}"))
                .anyMatch(line -> line.contains("_bash_complete") && line.contains("_complete_sigillo"));
    }

    @Test
    @DisplayName("fish: commands, subcommands, options and the words that an option takes")
    void fish() throws IOException, InterruptedException {
        assertThat(fish("sigillo node")).containsExactly("nodepool", "nodes");
        assertThat(fish("sigillo nodepool up")).containsExactly("update");
        assertThat(fish("sigillo nodepool update np --enable-s")).containsExactly("--enable-secure-boot");
        assertThat(fish("sigillo nodes --output ")).containsExactlyInAnyOrder("json", "table", "names");
        assertThat(fish("sigillo completion ")).containsExactlyInAnyOrder("bash", "zsh", "fish");
    }

    @Test
    @DisplayName("fish: a command that reads a file offers files, others do not")
    void fishFiles() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("boot.log"), "");
        assertThat(fish("sigillo eventlog show boot")).containsExactly("boot.log");
        assertThat(fish("sigillo nodes boot")).isEmpty();
    }
}
