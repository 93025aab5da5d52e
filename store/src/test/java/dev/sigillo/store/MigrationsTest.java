package dev.sigillo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    private static final Map<String, String> FILES = Map.of(
            "1.sql", "CREATE TABLE one (a TEXT); CREATE TABLE two (a TEXT);",
            "2.sql", "ALTER TABLE one ADD COLUMN b TEXT;",
            "bad.sql", "CREATE TABLE three (a TEXT); CREATE TABLE one (a TEXT);");

    @TempDir
    Path folder;

    private Jdbi jdbi = Jdbi.create("jdbc:sqlite::memory:");

    @BeforeEach
    void opens() {
        jdbi = Jdbi.create("jdbc:sqlite:" + folder.resolve("m.db"));
    }

    private void run(String... files) {
        Migrations.run(jdbi, List.of(files), file -> FILES.getOrDefault(file, ""));
    }

    private int tables() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name <> 'migration'")
                .mapTo(Integer.class)
                .one());
    }

    @Test
    @DisplayName("each file runs once, and a new one runs on top")
    void runsOnce() {
        run("1.sql");
        run("1.sql");
        run("1.sql", "2.sql");
        assertThat(tables()).isEqualTo(2);
    }

    @Test
    @DisplayName("a file that changed after it ran stops the start and is named")
    void refusesChangedFile() {
        run("1.sql");
        assertThatThrownBy(() -> Migrations.run(jdbi, List.of("1.sql"), _ -> "CREATE TABLE other (a TEXT);"))
                .hasMessageContaining("1.sql")
                .hasMessageContaining("must not change");
    }

    @Test
    @DisplayName("a database with more migrations than are known stops the start")
    void refusesNewerDatabase() {
        run("1.sql", "2.sql");
        assertThatThrownBy(() -> run("1.sql")).hasMessageContaining("newer Sigillo");
    }

    @Test
    @DisplayName("a file that fails half-way leaves nothing of itself")
    void rollsBack() {
        run("1.sql");
        assertThatThrownBy(() -> run("1.sql", "bad.sql")).isInstanceOf(RuntimeException.class);
        assertThat(tables()).isEqualTo(2);
    }
}
