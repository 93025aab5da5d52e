package dev.sigillo.e2e;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** Sends the requests of a walk, four at a time, and kills the server at random moments while they are under way. */
final class RandomWalk {
    private static final int SENDERS = 4;
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration RESTART = Duration.ofMinutes(3);
    private static final Set<String> AT_REST = Set.of("Succeeded", "Failed", "Canceled");

    private final OwnServer server;
    private final ArmClient api;
    private final RandomRequests requests;
    private final History history;
    private final Duration longestWait;
    private final Map<Integer, Duration> kills = new TreeMap<>();
    private final AtomicInteger next = new AtomicInteger();

    /**
     * A request that was sent.
     *
     * @param reply empty when the server was killed before it came: nobody knows what was done
     */
    record Outcome(RandomRequest request, Instant begun, Instant ended, Optional<ArmClient.Reply> reply) {
        boolean accepted() {
            return reply.filter(each -> each.status() < 300).isPresent();
        }

        /** Accepted, or perhaps. */
        boolean mayCount() {
            return reply.isEmpty() || accepted();
        }
    }

    /**
     * @param kills how often the server is killed
     * @param longestWait for the end of one operation
     */
    RandomWalk(
            OwnServer server,
            ArmClient api,
            RandomRequests requests,
            History history,
            long seed,
            int length,
            int kills,
            Duration longestWait) {
        this.server = server;
        this.api = api;
        this.requests = requests;
        this.history = history;
        this.longestWait = longestWait;
        SplittableRandom random = new SplittableRandom(~seed);
        while (this.kills.size() < kills) {
            this.kills.put(random.nextInt(length / 10, length), Duration.ofMillis(random.nextInt(1500)));
        }
    }

    List<Outcome> run(int length) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService killer = Executors.newSingleThreadExecutor()) {
            List<Future<List<Outcome>>> all = new ArrayList<>();
            List<Future<?>> deaths = new ArrayList<>();
            Callable<List<Outcome>> sender = () -> {
                List<Outcome> own = new ArrayList<>();
                for (int number = next.getAndIncrement(); number < length; number = next.getAndIncrement()) {
                    Duration moment = kills.get(number);
                    if (moment != null) {
                        synchronized (deaths) {
                            deaths.add(killer.submit(() -> killAfter(moment)));
                        }
                    }
                    Outcome outcome = send(requests.at(number, look()));
                    own.add(outcome);
                    if (outcome.accepted() && outcome.request().waits()) {
                        await(outcome, longestWait);
                    }
                    Thread.sleep(outcome.request().pause());
                }
                return own;
            };
            for (int number = 0; number < SENDERS; number++) {
                all.add(senders.submit(sender));
            }
            for (Future<List<Outcome>> each : all) {
                outcomes.addAll(each.get());
            }
            for (Future<?> death : deaths) {
                death.get();
            }
        }
        return outcomes;
    }

    private void killAfter(Duration moment) {
        try {
            Thread.sleep(moment);
            history.say("kill -9");
            server.kill();
            server.up();
            history.say("up again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits a while for something to do where everything is busy. */
    private RandomRequests.Glance look() throws IOException, InterruptedException {
        RandomRequests.Glance glance = glance();
        for (int tries = 0; tries < 20 && glance.allBusy(); tries++) {
            Thread.sleep(POLL);
            glance = glance();
        }
        return glance;
    }

    private RandomRequests.Glance glance() throws IOException, InterruptedException {
        Set<String> there = new HashSet<>();
        Set<String> stopped = new HashSet<>();
        Set<String> busy = new HashSet<>();
        for (JsonNode group : patiently(() -> api.get("/resourceGroups")).body().path("value")) {
            there.add(group.path("name").asString());
        }
        for (JsonNode cluster : patiently(() -> api.get("/providers/Microsoft.ContainerService/managedClusters"))
                .body()
                .path("value")) {
            String[] id = cluster.path("id").asString().split("/", -1);
            String name = id[4] + "/" + id[8];
            there.add(name);
            if (isBusy(cluster.path("properties"))) {
                busy.add(name);
            }
            cluster.path("properties").path("agentPoolProfiles").forEach(pool -> {
                if (isBusy(pool)) {
                    busy.add(name + "/" + pool.path("name").asString());
                }
            });
            if (cluster.path("properties")
                    .path("powerState")
                    .path("code")
                    .asString()
                    .equals("Stopped")) {
                stopped.add(name);
            }
        }
        return new RandomRequests.Glance(there, stopped, busy);
    }

    private static boolean isBusy(JsonNode properties) {
        return !AT_REST.contains(properties.path("provisioningState").asString());
    }

    private Outcome send(RandomRequest request) throws IOException, InterruptedException {
        String machine = "none";
        if (request.machines().isPresent()) {
            List<String> names = new ArrayList<>();
            patiently(() -> api.get(request.machines().get()))
                    .body()
                    .path("value")
                    .forEach(each -> names.add(each.path("name").asString()));
            machine = names.isEmpty() ? machine : names.get(request.number() % names.size());
        }
        String body = request.body().replace(RandomRequest.MACHINE, machine);
        Instant begun = Instant.now();
        Instant deadline = begun.plus(RESTART);
        while (true) {
            try {
                ArmClient.Reply reply = api.send(request.method(), request.target(), request.headers(), body);
                Outcome outcome = new Outcome(request, begun, Instant.now(), Optional.of(reply));
                history.say(outcome, machine);
                return outcome;
            } catch (ConnectException nobody) { // nothing was sent
                require(deadline, nobody);
                Thread.sleep(POLL);
                begun = Instant.now();
            } catch (IOException broken) {
                Outcome outcome = new Outcome(request, begun, Instant.now(), Optional.empty());
                history.say(outcome, machine);
                return outcome;
            }
        }
    }

    private interface Ask {
        ArmClient.Reply ask() throws IOException, InterruptedException;
    }

    /** For what changes nothing: again and again while the server is down. */
    private static ArmClient.Reply patiently(Ask ask) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(RESTART);
        while (true) {
            try {
                return ask.ask();
            } catch (IOException down) {
                require(deadline, down);
                Thread.sleep(POLL);
            }
        }
    }

    private static void require(Instant deadline, IOException why) throws IOException {
        if (Instant.now().isAfter(deadline)) {
            throw new IOException("no server for " + RESTART, why);
        }
    }

    /**
     * Waits for the end of what was accepted.
     *
     * @return how it ended: Succeeded, Failed or Canceled; Gone if the server does not know it; else that it has not ended
     */
    String await(Outcome outcome, Duration limit) throws IOException, InterruptedException {
        Optional<String> url = outcome.reply().flatMap(ArmClient.Reply::operation);
        if (url.isEmpty()) {
            return "Succeeded";
        }
        Instant deadline = Instant.now().plus(limit);
        while (true) {
            ArmClient.Reply reply = patiently(() -> api.get(url.get()));
            String state = state(reply);
            if (AT_REST.contains(state) || state.equals("Gone")) {
                history.say("#%d ended: %s %s"
                        .formatted(
                                outcome.request().number(), state, reply.body().path("error")));
                return state;
            }
            if (Instant.now().isAfter(deadline)) {
                history.say("#%d has not ended after %s: %s"
                        .formatted(outcome.request().number(), limit, reply.text()));
                return "not ended after " + limit + ": HTTP " + reply.status() + " " + reply.text();
            }
            Thread.sleep(POLL);
        }
    }

    private static String state(ArmClient.Reply reply) {
        JsonNode status = reply.body().path("status");
        return switch (reply.status()) {
            case 404 -> "Gone";
            case 409 -> "Failed"; // the end of a group's deletion has no other form
            default ->
                status.isString() ? status.asString() : reply.status() == 200 ? "Succeeded" : "HTTP " + reply.status();
        };
    }
}
