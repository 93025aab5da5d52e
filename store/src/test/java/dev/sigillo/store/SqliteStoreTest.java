package dev.sigillo.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("SQLite")
class SqliteStoreTest extends StoreContract {
    @TempDir
    Path folder;

    @Override
    Store open(Clock clock) {
        return Store.open(folder.resolve("sigillo.db"), clock);
    }

    @Override
    void execute(String sql) {
        try (Database database = Database.openSqlite(folder.resolve("sigillo.db"))) {
            database.<Integer>write(handle -> handle.execute(sql));
        }
    }

    @Test
    @DisplayName("keeps a write-ahead log and waits for the disk at each commit")
    void durable() {
        try (Database database = Database.openSqlite(folder.resolve("sigillo.db"))) {
            assertThat(database.<String>read(handle -> handle.createQuery("PRAGMA journal_mode")
                            .mapTo(String.class)
                            .one()))
                    .isEqualTo("wal");
            assertThat(database.<Integer>read(handle -> handle.createQuery("PRAGMA synchronous")
                            .mapTo(Integer.class)
                            .one()))
                    .isEqualTo(2);
        }
    }
}
