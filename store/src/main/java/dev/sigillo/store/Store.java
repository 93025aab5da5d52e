package dev.sigillo.store;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All aggregates, one {@code *Store} each.
 *
 * <p>A call on a store of the outermost {@code Store} is a transaction of its own. {@link #inTransaction} gives a second
 * {@code Store} whose calls all succeed or all fail together:
 * <pre>{@code
 * store.useTransaction(tx -> {
 *     tx.pools().setState(clusterId, "np1", "Succeeded");
 *     tx.operations().succeed(operationId);
 * });
 * }</pre>
 */
public final class Store implements AutoCloseable {
    private final Sql sql;
    private final Clock clock;

    private Store(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Opens or makes the SQLite file {@code file}. */
    public static Store open(Path file, Clock clock) {
        return on(Database.openSqlite(file), clock);
    }

    public static Store on(Database database, Clock clock) {
        return new Store(database, clock);
    }

    /**
     * All or nothing, and alone: no other write of this process runs meanwhile. Inside use only the {@code Store} given;
     * do nothing slow.
     */
    public <T> T inTransaction(Function<Store, T> work) {
        if (sql instanceof Sql.InTransaction) {
            return work.apply(this);
        }
        return sql.write(handle -> work.apply(new Store(new Sql.InTransaction(handle), clock)));
    }

    public void useTransaction(Consumer<Store> work) {
        inTransaction(tx -> {
            work.accept(tx);
            return true;
        });
    }

    /** What {@code work} would give, with nothing of it done in the end. */
    public <T> T rehearse(Function<Store, T> work) {
        List<T> result = new ArrayList<>();
        try {
            useTransaction(tx -> {
                result.add(work.apply(tx));
                throw new Rehearsed();
            });
        } catch (Rehearsed over) {
            return result.getFirst();
        }
        throw new IllegalStateException("a rehearsal was not undone");
    }

    /** Undoes a transaction that went well. */
    private static final class Rehearsed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Rehearsed() {
            super("", null, false, false);
        }
    }

    public SettingStore settings() {
        return new SettingStore(sql);
    }

    public PrincipalStore principals() {
        return new PrincipalStore(sql, clock);
    }

    public RefreshTokenStore refreshTokens() {
        return new RefreshTokenStore(sql, clock);
    }

    public RoleAssignmentStore roleAssignments() {
        return new RoleAssignmentStore(sql, clock);
    }

    public AuditStore audit() {
        return new AuditStore(sql, clock);
    }

    public ResourceGroupStore resourceGroups() {
        return new ResourceGroupStore(sql, clock);
    }

    public ClusterStore clusters() {
        return new ClusterStore(sql, clock);
    }

    public PoolStore pools() {
        return new PoolStore(sql, clock);
    }

    public MachineStore machines() {
        return new MachineStore(sql, clock);
    }

    public DeploymentStore deployments() {
        return new DeploymentStore(sql, clock);
    }

    public CommandStore commands() {
        return new CommandStore(sql, clock);
    }

    public OperationStore operations() {
        return new OperationStore(sql, clock);
    }

    public VerdictStore verdicts() {
        return new VerdictStore(sql, clock);
    }

    public EvidenceStore evidence() {
        return new EvidenceStore(sql, clock);
    }

    public AlertStore alerts() {
        return new AlertStore(sql, clock);
    }

    public ReferenceStore references() {
        return new ReferenceStore(sql, clock);
    }

    public NonceStore nonces() {
        return new NonceStore(sql, clock);
    }

    public JoinTokenStore joinTokens() {
        return new JoinTokenStore(sql, clock);
    }

    public EnrolledKeyStore enrolledKeys() {
        return new EnrolledKeyStore(sql, clock);
    }

    @Override
    public void close() {
        if (sql instanceof Database database) {
            database.close();
        }
    }
}
