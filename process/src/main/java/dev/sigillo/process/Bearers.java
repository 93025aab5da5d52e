package dev.sigillo.process;

/** Whose processes may bear a child's name: any user may put any name into an environment. */
@FunctionalInterface
public interface Bearers {
    /**
     * @param name as in {@link ChildSpec#name}
     * @param user the process's user by number; never root, who may bear every name
     */
    boolean mayBear(String name, long user);

    /** Sigillo's own: users of the {@link ChildUsers}. */
    static Bearers sigillos() {
        return (name, user) -> ChildUsers.inRange(user);
    }
}
