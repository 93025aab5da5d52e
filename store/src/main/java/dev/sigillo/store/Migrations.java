package dev.sigillo.store;

import dev.sigillo.arm.ArmError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Numbered SQL files, each run once, in order, in its own transaction.
 *
 * <p>The SHA-256 of every file that ran is kept: a file that changed afterwards, or a database from a newer Sigillo, stops
 * the start instead of working on tables of unknown form.
 */
final class Migrations {
    /** Append only. A released file never changes. */
    private static final List<String> FILES = List.of(
            "0001-first.sql",
            "0002-deployment.sql",
            "0003-role-assignment.sql",
            "0004-audit-event.sql",
            "0005-command.sql",
            "0006-identity.sql",
            "0007-os-disk.sql",
            "0008-server-ca.sql",
            "0009-alert.sql",
            "0010-lease.sql",
            "0011-heeds-budgets.sql",
            "0012-audit-append-only.sql");

    private Migrations() {}

    static void run(Jdbi jdbi) {
        run(jdbi, FILES, Migrations::read);
    }

    static void run(Jdbi jdbi, List<String> files, Function<String, String> read) {
        jdbi.useTransaction(handle -> {
            handle.execute("""
                    CREATE TABLE IF NOT EXISTS migration (
                        number INTEGER PRIMARY KEY,
                        file   TEXT NOT NULL,
                        sha256 TEXT NOT NULL
                    )""");
            int known = handle.createQuery("SELECT COALESCE(MAX(number), 0) FROM migration")
                    .mapTo(Integer.class)
                    .one();
            if (known > files.size()) {
                throw ArmError.INTERNAL.because(
                        "the database has migration %d, this Sigillo knows %d: start the newer Sigillo that wrote it",
                        known, files.size());
            }
        });
        for (int at = 0; at < files.size(); at++) {
            int number = at + 1;
            String file = files.get(at);
            String sql = read.apply(file);
            jdbi.useTransaction(handle -> one(handle, number, file, sql));
        }
    }

    private static void one(Handle handle, int number, String file, String sql) {
        String sha256 = Sha256.hex(sql.getBytes(StandardCharsets.UTF_8));
        Optional<String> ran = handle.createQuery("SELECT sha256 FROM migration WHERE number = :number")
                .bind("number", number)
                .mapTo(String.class)
                .findOne();
        if (ran.isPresent()) {
            if (!ran.get().equals(sha256)) {
                throw ArmError.INTERNAL.because(
                        "migration %s ran with SHA-256 %s and is now %s: a released migration must not change; add a new one",
                        file, ran.get(), sha256);
            }
            return;
        }
        handle.createScript(sql).execute();
        handle.createUpdate("INSERT INTO migration (number, file, sha256) VALUES (:number, :file, :sha256)")
                .bind("number", number)
                .bind("file", file)
                .bind("sha256", sha256)
                .execute();
    }

    private static String read(String file) {
        try (InputStream in = Migrations.class.getResourceAsStream("migrations/" + file)) {
            if (in == null) {
                throw new IllegalStateException("migration " + file + " is not in the jar: build Sigillo again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("migration " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
