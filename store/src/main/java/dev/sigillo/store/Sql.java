package dev.sigillo.store;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Where a store's statements run: each on its own, or all in the one transaction that a caller holds. */
interface Sql {
    <T> T read(Function<Handle, T> work);

    <T> T write(Function<Handle, T> work);

    /** All in the transaction of {@code handle}. */
    record InTransaction(Handle handle) implements Sql {
        @Override
        public <T> T read(Function<Handle, T> work) {
            return work.apply(handle);
        }

        @Override
        public <T> T write(Function<Handle, T> work) {
            return work.apply(handle);
        }
    }
}
