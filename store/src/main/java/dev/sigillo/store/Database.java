package dev.sigillo.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The database behind a {@link Store}.
 *
 * <p>SQLite in WAL mode with {@code synchronous=FULL}: what a reply has promised survives a power cut. Writers queue on
 * one fair lock of this process; the busy timeout is for other processes (a backup, a person with the sqlite3 shell).
 */
public final class Database implements AutoCloseable, Sql {
    private static final int BUSY_TIMEOUT_MILLIS = 10_000;

    private final Jdbi jdbi;
    private final Connection keeper;
    private final ReentrantLock writer = new ReentrantLock(true);

    private Database(Jdbi jdbi, Connection keeper) {
        this.jdbi = jdbi;
        this.keeper = keeper;
    }

    /** Opens or makes the file and brings it to the newest form. */
    public static Database openSqlite(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.enforceForeignKeys(true);
        // A transaction that reads first and writes later could otherwise fail half-way, busy timeout or not.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        createPrivate(file);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        try {
            // The last connection that closes folds the WAL back and deletes it; this one stays, so that no other does.
            Database database = new Database(Jdbi.create(source), source.getConnection());
            Migrations.run(database.jdbi);
            return database;
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "cannot open the database " + file + ": " + e.getMessage() + "; is its folder writable?", e);
        }
    }

    /** Owner only: it holds hashes of secrets. SQLite gives its log files the same mode. */
    private static void createPrivate(Path file) {
        if (Files.exists(file)) {
            return;
        }
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the database " + file + ": is its folder there?", e);
        }
    }

    @Override
    public <T> T read(Function<Handle, T> work) {
        return jdbi.withHandle(work::apply);
    }

    @Override
    public <T> T write(Function<Handle, T> work) {
        if (writer.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a write inside a transaction must go through the transaction's own Store, or it waits for itself");
        }
        writer.lock();
        try {
            return jdbi.inTransaction(work::apply);
        } finally {
            writer.unlock();
        }
    }

    @Override
    public void close() {
        try {
            keeper.close();
        } catch (SQLException e) {
            throw new IllegalStateException("the database did not close: " + e.getMessage(), e);
        }
    }
}
