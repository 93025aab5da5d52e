package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The name servers of nodes")
class ResolversTest {

    @TempDir
    private Path folder;

    private List<String> of(String etc, String resolved) throws IOException {
        return Resolvers.of(List.of(
                Files.writeString(folder.resolve("etc"), etc),
                Files.writeString(folder.resolve("resolved"), resolved),
                folder.resolve("absent")));
    }

    @Test
    @DisplayName("are the host's IPv4 ones, three at most")
    void host() throws Exception {
        assertThat(of("""
                        search x
                        nameserver 192.0.2.1
                        nameserver ::1
                        nameserver 192.0.2.1
                        nameserver 192.0.2.2
                        nameserver 192.0.2.3
                        nameserver 192.0.2.4
                        """, "nameserver 198.51.100.1\n")).containsExactly("192.0.2.1", "192.0.2.2", "192.0.2.3");
    }

    @Test
    @DisplayName("are those that the host's stub asks, where the host has only its stub")
    void stub() throws Exception {
        assertThat(of("nameserver 127.0.0.53\noptions edns0\n", "nameserver 198.51.100.1\n"))
                .containsExactly("198.51.100.1");
    }

    @Test
    @DisplayName("are none where the host names none")
    void none() throws Exception {
        assertThat(of("nameserver 127.0.0.1\n", "")).isEmpty();
    }
}
