package dev.sigillo.store;

import java.util.Optional;

/** What is chosen once and kept: ports, subnets, the subscription's id. */
public final class SettingStore {
    private final Sql sql;

    SettingStore(Sql sql) {
        this.sql = sql;
    }

    public Optional<String> find(String name) {
        return sql.read(handle -> handle.createQuery("SELECT value FROM setting WHERE name = :name")
                .bind("name", name)
                .mapTo(String.class)
                .findOne());
    }

    public void put(String name, String value) {
        sql.write(handle ->
                handle.createUpdate("""
                        INSERT INTO setting (name, value) VALUES (:name, :value)
                            ON CONFLICT (name) DO UPDATE SET value = excluded.value""").bind("name", name).bind("value", value).execute());
    }

    /** The value kept under this name, or {@code proposal}, which is kept from now on. */
    public String chooseOnce(String name, String proposal) {
        return sql.write(handle -> handle.createQuery("""
                        INSERT INTO setting (name, value) VALUES (:name, :value)
                            ON CONFLICT (name) DO UPDATE SET value = setting.value RETURNING value""")
                .bind("name", name)
                .bind("value", proposal)
                .mapTo(String.class)
                .one());
    }
}
