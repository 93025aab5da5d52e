package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real namespaces, veth pairs, bridges and rules. */
@Tag("boots")
class NetworksTest extends RealEngine {
    private static final int REFUSED = 1;
    /** As timeout(1) says it. */
    private static final int TIMED_OUT = 124;

    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    /** All of the network as the kernel shows it, with the handles that tell a rule from one that was loaded anew. */
    private String kernel() {
        return run("""
                ip -o link show %1$s | sed 's/ state .*//'
                ip -4 -o addr show dev %1$s | cut -d' ' -f2-8
                ip -4 route show dev %1$s
                nft -a list table inet sigillo_%2$s
                nsenter --net=/run/netns/%3$s sh -euc '
                  ip -o link show | sed "s/ state .*//" | sort -k2
                  ip -4 -o addr show | cut -d" " -f2-8 | sort -k2
                  ip -4 route show | sort
                  nft -a list ruleset'
                """.formatted(hostEnd(), tag, namespace()));
    }

    /** Without what differs from one making to the next. */
    private String shape() {
        return kernel().replaceAll("# handle \\d+", "").replaceAll("(?m)^\\d+: |@\\w+|<[^>]*>| linkdown", "");
    }

    @Test
    @DisplayName("a network opens, opens again without a change, and closes without a trace")
    void opensAndCloses() throws IOException {
        String forwarding = Files.readString(FORWARDING);
        assertThat(engine.network(NETWORK)).isEmpty();
        NetworkView view = engine.openNetwork(NETWORK, INDEX);
        assertThat(engine.network(NETWORK)).contains(view);
        String before = kernel();
        long start = System.nanoTime();
        assertThat(engine.openNetwork(NETWORK, INDEX)).isEqualTo(view);
        assertThat(another().openNetwork(NETWORK, INDEX)).isEqualTo(view);
        System.out.println("opening an open network takes " + (System.nanoTime() - start) / 2_000_000 + " ms");
        assertThat(kernel()).as("not one rule was loaded anew").isEqualTo(before);
        assertThat(run("ip route get " + view.gateway())).contains(hostEnd());
        assertThatThrownBy(() -> engine.openNetwork(new NetworkId("c2"), INDEX))
                .hasMessageContaining("index " + INDEX + " belongs to network c1");
        engine.closeNetwork(NETWORK);
        engine.closeNetwork(NETWORK);
        assertThat(engine.network(NETWORK)).isEmpty();
        Folders.remove(home.run());
        assertThat(leftovers()).isEmpty();
        assertThat(Files.readString(FORWARDING)).isEqualTo(forwarding);
    }

    /** What a restart of the host leaves: the records. */
    private void restartHost() {
        run("""
                ip link delete %1$s
                ip netns delete %2$s
                nft delete table inet sigillo_%3$s
                rm -rf /run/sigillo-%3$s
                """.formatted(hostEnd(), namespace(), tag));
    }

    @Test
    @DisplayName("after a restart of the host the network is not there; opened again, it is as before")
    void hostRestarted() {
        NetworkView view = engine.openNetwork(NETWORK, INDEX);
        String before = shape();
        restartHost();
        EmbeddedEngine second = another();
        assertThat(second.network(NETWORK)).isEmpty();
        assertThat(second.openNetwork(NETWORK, INDEX)).isEqualTo(view);
        assertThat(second.network(NETWORK)).contains(view);
        assertThat(shape()).isEqualTo(before);
        second.closeNetwork(NETWORK);
    }

    @Test
    @DisplayName("a network that a restart of the host took away can be closed at once")
    void closedAfterRestart() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        restartHost();
        EmbeddedEngine second = another();
        second.closeNetwork(NETWORK);
        assertThat(second.network(NETWORK)).isEmpty();
        Folders.remove(home.run());
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @DisplayName("whatever single piece is missing, the network is not usable or is mended by the next opening")
    void half() {
        NetworkView view = engine.openNetwork(NETWORK, INDEX);
        String whole = shape();
        String inside = "nsenter --net=/run/netns/" + namespace() + " ";
        List<String> unusable = List.of(
                "ip link delete " + hostEnd(),
                "ip netns delete " + namespace(),
                "ip netns delete " + namespace() + "; : > /run/netns/" + namespace(),
                "ip addr flush dev " + hostEnd(),
                "ip link set " + hostEnd() + " down");
        List<String> lacking = List.of(
                "nft delete table inet sigillo_" + tag,
                inside + "nft flush ruleset",
                inside + "nft delete table bridge sigillo",
                inside + "ip link delete up0",
                inside + "ip link delete br0",
                inside + "ip addr flush dev br0",
                inside + "ip route delete default",
                "ip route delete " + view.nodeSubnet());
        for (String blow : unusable) {
            run(blow);
            assertThat(another().network(NETWORK)).as(blow).isEmpty();
            assertThat(another().openNetwork(NETWORK, INDEX)).as(blow).isEqualTo(view);
            assertThat(shape()).as(blow).isEqualTo(whole);
        }
        for (String blow : lacking) {
            run(blow);
            assertThat(another().openNetwork(NETWORK, INDEX)).as(blow).isEqualTo(view);
            assertThat(shape()).as(blow).isEqualTo(whole);
            assertThat(engine.network(NETWORK)).as(blow).contains(view);
        }
    }

    @Test
    @DisplayName("a namespace that is lost while processes hold it does not keep its veth pair")
    void heldNamespace() {
        NetworkView view = engine.openNetwork(NETWORK, INDEX);
        run("nsenter --net=/run/netns/" + namespace() + " sleep 30 > /dev/null 2>&1 & echo $! > "
                + folder.resolve("pid"));
        run("ip netns delete " + namespace());
        assertThat(engine.network(NETWORK)).isEmpty();
        assertThat(engine.openNetwork(NETWORK, INDEX)).isEqualTo(view);
        assertThat(run("ip -n " + namespace() + " link show up0")).contains("UP");
        run("kill $(cat " + folder.resolve("pid") + ")");
    }

    @Test
    @DisplayName(
            "a table that a killed home left does not stand in the way of another home's network of these addresses")
    void tableLeft() {
        String left = tag.equals("dead") ? "beef" : "dead";
        run("nft -f - <<'.'\n"
                + HostFilter.text(left, List.of(new NetworkPlan(left, new NetworkId("c9"), INDEX, true)), true)
                + ".\n");
        try {
            NetworkView view = engine.openNetwork(NETWORK, INDEX);
            assertThat(knock(view)).as("nobody listens, but the way is open").isEqualTo(REFUSED);
            NetworkView other = engine.openNetwork(new NetworkId("c2"), INDEX == 254 ? 253 : INDEX + 1);
            assertThat(knock(other)).as("from one network to another's address").isEqualTo(TIMED_OUT);
        } finally {
            engine.closeNetwork(new NetworkId("c2"));
            run("nft delete table inet " + HostFilter.table(left));
        }
    }

    @Test
    @DisplayName(
            "a host that is shut out does not reach the API server, but Sigillo does, from an address that no other user has; it lasts")
    void hostShutOut() {
        NetworkView view = engine.openNetwork(NETWORK, INDEX);
        String api = "< /dev/tcp/" + view.gateway() + "/" + NetworkPlan.API_PORT;
        run("nsenter --net=/run/netns/%s python3 -m http.server --bind %s %d > /dev/null 2>&1 & echo $! > %s"
                .formatted(namespace(), view.gateway(), NetworkPlan.API_PORT, folder.resolve("pid")));
        try {
            run("for i in $(seq 100); do bash -c '" + api + "' 2> /dev/null && break; sleep 0.1; done");
            String from =
                    "timeout 2 python3 -c \"import socket; socket.create_connection(('%s', %d), 2, ('%s', 0))\" 2> /dev/null"
                            .formatted(view.gateway(), NetworkPlan.API_PORT, view.serverAddress());
            engine.admitHost(NETWORK, false);
            flushRules();
            for (EmbeddedEngine each : List.of(engine, another())) {
                each.openNetwork(NETWORK, INDEX);
                assertThat(exit("timeout 2 bash -c '" + api + "' 2> /dev/null"))
                        .as("anybody")
                        .isEqualTo(REFUSED);
                assertThat(exit(from)).as("Sigillo").isZero();
                assertThat(exit("setpriv --reuid=65534 --clear-groups " + from))
                        .as("another user, from Sigillo's address")
                        .isNotZero();
                assertThat(exit("nsenter --net=/run/netns/%s bash -c '%s'".formatted(namespace(), api)))
                        .as("in the network")
                        .isZero();
            }
            another().admitHost(NETWORK, true);
            assertThat(exit("timeout 2 bash -c '" + api + "' 2> /dev/null")).isZero();
        } finally {
            run("kill $(cat " + folder.resolve("pid") + ")");
        }
    }

    @Test
    @DisplayName("a network of before Sigillo had an address of its own in it is usable, and gets the address")
    void withoutServerAddress() {
        NetworkView view = engine.openNetwork(NETWORK, INDEX);
        String whole = shape();
        run("ip addr delete %s/32 dev %s".formatted(view.serverAddress(), hostEnd()));
        EmbeddedEngine second = another();
        assertThat(second.network(NETWORK)).as("what runs in it goes on").contains(view);
        second.admitHost(NETWORK, true);
        // nft lists tables in the order in which they were made.
        assertThat(shape().lines())
                .containsExactlyInAnyOrderElementsOf(whole.lines().toList());
    }

    /** Somebody flushes all rules. */
    private void flushRules() {
        run("nsenter --net=/run/netns/" + namespace() + " nft flush ruleset");
    }

    /** From inside the network: how the shell's attempt to connect ends. */
    private int knock(NetworkView of) {
        return exit("nsenter --net=/run/netns/%s timeout 2 bash -c '< /dev/tcp/%s/%d' 2> /dev/null"
                .formatted(namespace(), of.enrolmentAddress(), of.enrolmentPort()));
    }

    @Test
    @DisplayName("a record without network, as a kill leaves it, is finished by open and by close")
    void recordOnly() throws IOException {
        Folders.ensure(home.networks(), Folders.OWNER_ONLY);
        Json.write(home.networks().resolve("c1.json"), new Networks.NetworkRecord("c1", INDEX, false));
        assertThat(engine.network(NETWORK)).isEmpty();
        assertThat(engine.openNetwork(NETWORK, INDEX).enrolmentAddress()).isEqualTo("10.239." + INDEX + ".1");
        restartHost();
        engine.closeNetwork(NETWORK);
        assertThat(home.networks()).isEmptyDirectory();
    }

    @Test
    @DisplayName("taps and routes of the machines come back with the network; a cut port comes back cut")
    void machinesPorts() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(false));
        engine.isolate(id, true);
        String before = shape();
        new Qemu(home, new dev.sigillo.process.Children(), id).stop();
        restartHost();
        EmbeddedEngine second = another();
        second.isolate(id, true);
        second.openNetwork(NETWORK, INDEX);
        assertThat(shape()).isEqualTo(before).contains(id.value(), "arp daddr ip 10.224." + INDEX + ".1");
        assertThat(second.look(id).orElseThrow().state()).isEqualTo(MachineState.STOPPED);
        assertThat(second.create(spec(false)).state()).isEqualTo(MachineState.RUNNING);
        assertThat(second.look(id).orElseThrow().host().starts()).isEqualTo(2);
    }
}
