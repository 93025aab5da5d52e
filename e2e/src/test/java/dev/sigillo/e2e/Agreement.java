package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Whether a server's API, the clusters' own API servers and the host tell the same story of which machines there are. */
final class Agreement {
    private static final Pattern MACHINE = Pattern.compile("\\bm-[a-z0-9]{10}\\b");
    private static final Duration KUBECTL = Duration.ofSeconds(30);

    private final OwnServer server;
    private final ArmClient api;
    private final Leftovers host;
    private final List<String> faults = new ArrayList<>();
    private final Set<String> machines = new TreeSet<>();
    private final Map<String, JsonNode> resources = new TreeMap<>();

    private Agreement(OwnServer server, ArmClient api) {
        this.server = server;
        this.api = api;
        this.host = Leftovers.of(server.home());
    }

    /** What differs now, and the resources as the API has them. */
    record Look(List<String> faults, Map<String, JsonNode> resources) {}

    static Look look(OwnServer server, ArmClient api) throws IOException, InterruptedException {
        Agreement agreement = new Agreement(server, api);
        agreement.all();
        return new Look(List.copyOf(agreement.faults), agreement.resources);
    }

    private void all() throws IOException, InterruptedException {
        int clusters = 0;
        int running = 0;
        for (JsonNode group : list("/resourceGroups")) {
            if (!group.has("managedBy")) {
                resources.put(group.path("name").asString(), group);
            }
        }
        for (JsonNode cluster : list("/providers/Microsoft.ContainerService/managedClusters")) {
            clusters++;
            if (cluster(cluster)) {
                running++;
            }
        }
        same("folders of control planes", clusters, folder("clusters").size());
        onHost(running);
    }

    private List<JsonNode> list(String path) throws IOException, InterruptedException {
        ArmClient.Reply reply = api.get(path);
        if (reply.status() != 200) {
            faults.add("GET " + path + " is " + reply.status() + ": " + reply.text());
        }
        return reply.body().path("value").valueStream().toList();
    }

    /** @return whether it runs */
    private boolean cluster(JsonNode cluster) throws IOException, InterruptedException {
        String id = cluster.path("id").asString();
        String path = id.substring(id.indexOf("/resourceGroups"));
        String[] parts = id.split("/", -1);
        String name = parts[4] + "/" + parts[8];
        resources.put(name, cluster);
        JsonNode properties = cluster.path("properties");
        atRest(name, properties);
        boolean stopped = properties.path("powerState").path("code").asString().equals("Stopped");
        Set<String> nodes = new TreeSet<>();
        for (JsonNode pool : list(path + "/agentPools")) {
            String poolName = pool.path("name").asString();
            resources.put(name + "/" + poolName, pool);
            atRest(name + "/" + poolName, pool.path("properties"));
            int count = stopped ? 0 : pool.path("properties").path("count").asInt();
            List<JsonNode> all = list(path + "/agentPools/" + poolName + "/machines");
            same("machines of " + name + "/" + poolName, count, all.size());
            for (JsonNode machine : all) {
                String phase = machine.path("properties").path("phase").asString();
                if (!phase.equals("READY")) {
                    faults.add("machine " + machine.path("name").asString() + " is " + phase);
                }
                machines.add(machine.path("properties").path("machineId").asString());
                nodes.add(poolName + " " + machine.path("name").asString());
            }
        }
        if (!stopped) {
            same("Ready nodes of " + name, nodes, readyNodes(path));
        }
        return !stopped;
    }

    private void atRest(String name, JsonNode properties) {
        String state = properties.path("provisioningState").asString();
        if (!Set.of("Succeeded", "Canceled").contains(state)) {
            faults.add(name + " is " + state);
        }
    }

    /** {@code POOL NAME} of each, as the cluster's own API server has them; another state stands behind the name. */
    private Set<String> readyNodes(String cluster) throws IOException, InterruptedException {
        ArmClient.Reply reply = api.send(
                "POST", cluster + "/listClusterAdminCredential?api-version=" + ArmClient.VERSION, Map.of(), "");
        String kubeconfig =
                reply.body().path("kubeconfigs").path(0).path("value").asString("");
        Path file = server.home().resolve("walk.kubeconfig");
        Files.write(file, Base64.getDecoder().decode(kubeconfig));
        Shell.Output said = Shell.run(
                KUBECTL,
                Map.of("KUBECONFIG", file.toString()),
                List.of(Installation.required("SIGILLO_KUBERNETES") + "/kubectl", "get", "nodes", "-o", "json"));
        Set<String> nodes = new TreeSet<>();
        if (said.code() != 0) {
            nodes.add(said.err());
            return nodes;
        }
        for (JsonNode node : Json.object(said.out()).path("items")) {
            nodes.add(Cluster.label(node, "agentpool") + " " + Cluster.name(node)
                    + (Cluster.ready(node) ? "" : " not Ready"));
        }
        return nodes;
    }

    /** Processes, sockets, disks and taps of exactly these machines, a namespace for each cluster that runs. */
    private void onHost(int running) {
        List<String> lines = host.onHost();
        same("processes", machines, found(lines.stream().filter(line -> line.contains("-name m-"))));
        same("sockets", machines, found(lines.stream().filter(line -> line.startsWith("/run/"))));
        same("disks", machines, found(folder("machines").stream()));
        List<String> namespaces = lines.stream()
                .filter(line -> line.startsWith("ip netns list: "))
                .map(line -> line.substring("ip netns list: ".length()).split(" ", 2)[0])
                .toList();
        same("namespaces", running, namespaces.size());
        same(
                "taps",
                machines,
                found(namespaces.stream()
                        .flatMap(name -> Shell.run(KUBECTL, Map.of(), List.of("ip", "-n", name, "-o", "link"))
                                .out()
                                .lines())));
    }

    private static Set<String> found(Stream<String> lines) {
        Set<String> found = new TreeSet<>();
        lines.forEach(line -> {
            Matcher matcher = MACHINE.matcher(line);
            while (matcher.find()) {
                found.add(matcher.group());
            }
        });
        return found;
    }

    private List<String> folder(String name) {
        Path folder = server.home().resolve(name);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).toList();
        } catch (IOException e) {
            return List.of(e.toString());
        }
    }

    private void same(String what, Object wanted, Object found) {
        if (!wanted.equals(found)) {
            faults.add(what + ": should be " + wanted + ", are " + found);
        }
    }
}
