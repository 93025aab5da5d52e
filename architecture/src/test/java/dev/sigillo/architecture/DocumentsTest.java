package dev.sigillo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the documents say about the tree is so. */
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
    private static final Pattern LAYOUT = Pattern.compile("^(\\w+)/ .*start at (\\w+\\.java)$");
    private static final Pattern STATUS = Pattern.compile("Accepted|Proposed|Aborted.*|Superseded by .*");

    private final Path root = root();

    @Test
    @DisplayName("docs/attestation.md and docs/policies.md name every check with its rules, and say what each rule is")
    void checks() throws IOException {
        String text = Files.readString(root.resolve("docs/attestation.md"));
        String policies = Files.readString(root.resolve("docs/policies.md"));
        for (Check check : Check.values()) {
            assertThat(check.isPolicyOnly() ? policies : text)
                    .contains("| `" + check.id() + "` | " + check.rule() + " |");
            for (String rule : check.rule().split("[-, ]+")) {
                assertThat(text + policies).contains("\n| " + rule + " | ");
            }
        }
    }

    @Test
    @DisplayName("Every relative link of every document leads to a file")
    void links() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                String target = link.group(1);
                if (!target.contains(":") && !Files.exists(document.resolveSibling(target))) {
                    broken.add(root.relativize(document) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    @DisplayName("The README's layout names folders and first classes that exist")
    void layout() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String line : Files.readAllLines(root.resolve("README.md"))) {
            Matcher row = LAYOUT.matcher(line);
            if (row.matches() && find(root.resolve(row.group(1)), row.group(2)).isEmpty()) {
                missing.add(line);
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    @DisplayName("A decision has its status on line 1 and says what it costs and what would change our mind")
    void decisions() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("docs/adr"))) {
            for (Path file : files.toList()) {
                assertThat(file.getFileName().toString()).matches("\\d{4}-[a-z0-9-]+\\.md");
                assertThat(Files.readAllLines(file).getFirst())
                        .as(file.toString())
                        .matches(STATUS);
                assertThat(Files.readString(file))
                        .as(file.toString())
                        .contains(
                                "**Context.**", "**Choice.**", "**What it costs.**", "**What would change our mind.**");
            }
        }
    }

    private List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path folder : List.of(root, root.resolve("docs"), root.resolve("docs/adr"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
            }
        }
        return documents;
    }

    private static Optional<Path> find(Path folder, String name) throws IOException {
        if (!Files.isDirectory(folder.resolve("src"))) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(folder.resolve("src"))) {
            return files.filter(file -> file.endsWith(name)).findFirst();
        }
    }

    private static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(".mvn"))) {
                return at;
            }
        }
        throw new IllegalStateException("the tests run inside the source tree");
    }
}
