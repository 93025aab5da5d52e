package dev.sigillo.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.OperationStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A database of the first release")
class FirstReleaseTest {
    private static final String ID = StoreContract.ID;

    @TempDir
    Path folder;

    Store store;

    @BeforeEach
    void opens() throws IOException {
        Path file = folder.resolve("first.db");
        try (InputStream in = FirstReleaseTest.class.getResourceAsStream("first-release.sql")) {
            String sql = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            Jdbi.create("jdbc:sqlite:" + file)
                    .useHandle(handle -> handle.createScript(sql).execute());
        }
        store = Store.open(file, Clock.systemUTC());
    }

    @AfterEach
    void closes() {
        store.close();
    }

    @Test
    @DisplayName("opens with all that it holds")
    void reads() {
        assertThat(store.settings().find("port")).contains("18443");
        assertThat(store.principals().find("client-1").orElseThrow().displayName())
                .isEqualTo("the first principal");
        assertThat(store.resourceGroups().find("DEMO").orElseThrow().tags()).isEqualTo("{\"a\":\"b\"}");
        assertThat(store.clusters().byId(ID).orElseThrow().shortId()).isEqualTo("c1");
        assertThat(store.pools().find(ID, "np1").orElseThrow().body()).isEqualTo("{\"count\":1}");
        assertThat(store.pools().find(ID, "np1").orElseThrow().heedsBudgets()).isFalse();
        MachineRecord machine = store.machines().find("m-1").orElseThrow();
        assertThat(machine.phase()).isEqualTo(Phase.READY);
        assertThat(machine.leaseUntil()).contains(Instant.ofEpochMilli(1795651800000L));
        assertThat(machine.given().orElseThrow().reference()).contains("cc");
        assertThat(store.verdicts().latest("m-1").orElseThrow().passing()).isTrue();
        assertThat(store.evidence().find("dd")).contains(new byte[] {1, 2});
        assertThat(store.references().find("cc")).contains("{}");
        assertThat(store.enrolledKeys().find("m-1").orElseThrow().akName()).isEqualTo("name");
    }

    @Test
    @DisplayName("goes on where it was: what was under way ends, what is new is kept")
    void writes() {
        assertThat(store.operations().openOfPool(ID, "np1"))
                .singleElement()
                .extracting(operation -> operation.id())
                .isEqualTo("o-1");
        store.operations().fail("o-1", new ErrorBody("Code", "why", ""));
        assertThat(store.operations().find("o-1").orElseThrow().status()).isEqualTo(OperationStatus.FAILED);
        store.resourceGroups().put("New", "eastus", "null");
        store.deployments().put("New", "d", "{}");
        assertThat(store.deployments().find("new", "D")).isPresent();
    }
}
