package dev.sigillo.store;

import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Alerts in SQLite")
class SqliteAlertTest extends AlertContract {
    @TempDir
    Path folder;

    @Override
    Store open(Clock clock) {
        return Store.open(folder.resolve("sigillo.db"), clock);
    }
}
