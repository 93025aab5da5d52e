package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.testkit.ForAll;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FilterTest {
    private static final NetworkPlan ONE = new NetworkPlan("3f2a", new NetworkId("c1"), 1, true);
    private static final NetworkPlan TWO = new NetworkPlan("3f2a", new NetworkId("c2"), 2, true);
    private static final MachineId ID = new MachineId("m-abcdefghij");

    private static String bridge(boolean cut) {
        return BridgeFilter.text(ONE, List.of(Port.of(ID, "10.224.1.5", "10.244.3.0/24", cut, List.of(), 7)));
    }

    @Test
    @DisplayName("a tap speaks with its machine's MAC address, for its own and its pods' addresses, in ARP and IPv4")
    void ordinaryPort() {
        String mac = Port.mac(ID);
        assertThat(bridge(false))
                .contains("""
                        chain from_m_abcdefghij {
                        ether saddr != %1$s drop
                        ether type arp arp saddr ether %1$s arp saddr ip 10.224.1.5 accept
                        ether type ip udp sport 67 drop
                        ether type ip ip saddr 10.224.1.5 accept
                        ether type ip ip saddr 10.244.3.0/24 accept
                        drop
                        }
                        """.formatted(mac))
                .contains("\"m-abcdefghij\" : jump from_m_abcdefghij")
                .contains("type filter hook prerouting priority -200; policy drop;");
    }

    @Test
    @DisplayName("a cut tap speaks ARP with the gateway and TCP with the enrolment port, both ways, and nothing else")
    void cutPort() {
        assertThat(bridge(true))
                .contains("arp daddr ip 10.224.1.1 accept")
                .contains("ip saddr 10.224.1.5 ip daddr 10.239.1.1 tcp dport 9443 accept\ndrop")
                .contains("ip saddr 10.239.1.1 tcp sport 9443 accept\ndrop")
                .doesNotContain("10.244.3.0/24");
    }

    @Test
    @DisplayName(
            "a tap speaks for the services that are reached through its machine, in IPv4 alone, and not when it is cut")
    void services() {
        List<String> served = List.of("10.224.1.224", "10.224.1.230");
        Port serving = Port.of(ID, "10.224.1.5", "10.244.3.0/24", false, served, 7);
        assertThat(BridgeFilter.text(ONE, List.of(serving)))
                .contains("ether type ip ip saddr { 10.224.1.224, 10.224.1.230 } accept\ndrop");
        assertThat(NetworkScripts.attach(serving)).contains("ip route replace 10.224.1.230 via 10.224.1.5 dev br0");
        assertThat(NetworkScripts.detach(serving)).contains("ip route delete 10.224.1.230 via 10.224.1.5 ");
        Port cut = Port.of(ID, "10.224.1.5", "10.244.3.0/24", true, served, 7);
        assertThat(BridgeFilter.text(ONE, List.of(cut))).doesNotContain("10.224.1.224");
        assertThatThrownBy(() -> Port.of(ID, "10.224.1.5", "10.244.3.0/24", false, List.of("10.224.1.5 accept"), 7))
                .hasMessageContaining("a.b.c.d");
    }

    @Test
    @DisplayName("all taps of a network are in one statement, since nft keeps only one")
    void severalPorts() {
        Port one = Port.of(ID, "10.224.1.5", "10.244.3.0/24", false, List.of(), 7);
        Port two = Port.of(new MachineId("m-bbbbbbbbbb"), "10.224.1.6", "10.244.4.0/24", false, List.of(), 7);
        assertThat(BridgeFilter.text(ONE, List.of(one, two)))
                .contains("elements = { \"m-abcdefghij\" : jump from_m_abcdefghij,"
                        + " \"m-bbbbbbbbbb\" : jump from_m_bbbbbbbbbb }");
    }

    @Test
    @DisplayName("without ports the bridge passes nothing")
    void noPorts() {
        assertThat(BridgeFilter.text(ONE, List.of())).doesNotContain("accept").contains("policy drop");
    }

    @Test
    @DisplayName("from a network the host is reached on that network's enrolment port only, other networks are not")
    void host() {
        String text = HostFilter.text("3f2a", List.of(ONE, TWO), false);
        assertThat(text)
                .contains("iifname \"sg3f2a1h\" jump input_1")
                .contains("ip daddr 10.239.1.1 tcp dport 9443 accept")
                .contains("ip daddr { 10.224.0.0/16, 10.239.0.0/16, 169.254.0.0/16, 127.0.0.0/8 } drop")
                .contains("oifname \"sg3f2a2h\" drop")
                .doesNotContain("iifname != \"sg*\" oifname != \"sg*\" drop");
        assertThat(HostFilter.text("3f2a", List.of(ONE), true))
                .as("forwarding that Sigillo turned on stays off for all others")
                .contains("iifname != \"sg*\" oifname != \"sg*\" drop");
        assertThat(HostFilter.text("3f2a", List.of(), false)).doesNotContain("{");
    }

    @Test
    @DisplayName("interface names fit Linux's 15 characters for every index")
    void names() {
        for (int index = 1; index <= 254; index++) {
            assertThat(new NetworkPlan("3f2a", new NetworkId("c1"), index, true).hostEnd())
                    .hasSizeLessThan(16);
        }
        assertThatThrownBy(() -> new NetworkPlan("3f2a", new NetworkId("c1"), 255, true))
                .hasMessageContaining("1 to 254");
    }

    @Test
    @DisplayName("nothing but a plain IPv4 address or block reaches a rule")
    void addresses() {
        for (String bad : List.of("10.224.1", "10.224.1.256", "10.224.1.05", "::1", "10.224.1.5 accept", "")) {
            assertThatThrownBy(() -> Port.of(ID, bad, "10.244.3.0/24", false, List.of(), 7))
                    .as(bad)
                    .hasMessageContaining("a.b.c.d");
        }
        for (String bad : List.of("10.244.3.1/24", "10.244.3.0", "0.0.0.0/0", "10.244.3.0/33", "10.244.3.0/24 }")) {
            assertThatThrownBy(() -> Port.of(ID, "10.224.1.5", bad, false, List.of(), 7))
                    .as(bad)
                    .hasMessageContaining("IPv4 block");
        }
        assertThat(Ipv4Block.parse("10.224.1.0/24").contains("10.224.1.255")).isTrue();
        assertThat(Ipv4Block.parse("10.224.1.0/24").contains("10.224.2.0")).isFalse();
    }

    @Test
    @DisplayName("machine ids are m- and ten of base 32, and no two are alike")
    void ids() {
        ForAll.seeds(50, random -> assertThat(MachineId.random(random).value()).matches("m-[a-z2-7]{10}"));
        assertThatThrownBy(() -> new MachineId("m-abc; rm")).hasMessageContaining("m- and ten");
    }
}
