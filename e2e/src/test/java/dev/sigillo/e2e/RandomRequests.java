package dev.sigillo.e2e;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A walk over a few groups, clusters and pools: valid requests and invalid ones, drawn by a seed and by a glance at which
 * clusters there are. What cannot be done at its moment, because others were quicker, has to be refused.
 */
final class RandomRequests {
    static final List<String> GROUPS = List.of("r1", "r2");
    /** With the group that each is in. */
    static final List<String> CLUSTERS = List.of("r1/c1", "r1/c2", "r2/c3");

    private final long seed;
    private final boolean trusted;

    /** @param trusted whether pools may have both flags: then machines are real, slow and few */
    RandomRequests(long seed, boolean trusted) {
        this.seed = seed;
        this.trusted = trusted;
    }

    /**
     * What was seen shortly before.
     *
     * @param there groups and {@code GROUP/CLUSTER}
     * @param stopped clusters
     * @param busy clusters with an operation of their own under way, and {@code GROUP/CLUSTER/POOL}
     */
    record Glance(Set<String> there, Set<String> stopped, Set<String> busy) {
        boolean allBusy() {
            return !there.isEmpty() && busy.containsAll(CLUSTERS);
        }
    }

    /** Real machines have room, and time, for two. */
    private List<String> clusters() {
        return CLUSTERS.subList(0, trusted ? 2 : CLUSTERS.size());
    }

    RandomRequest at(int number, Glance glance) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        String cluster = idle(clusters(), "", glance, random);
        String pool =
                random.nextInt(8) == 0 ? RequestDraft.SYSTEM : idle(RequestDraft.POOLS, cluster + "/", glance, random);
        ValidDraft draft = new ValidDraft(number, random, trusted, cluster, pool);
        return number < GROUPS.size() ? draft.group(GROUPS.get(number)) : draft.any(glance);
    }

    /** Mostly one that has nothing to do; now and then one that has, which is to refuse. */
    private static String idle(List<String> names, String path, Glance glance, SplittableRandom random) {
        List<String> idle = names.stream()
                .filter(name -> !glance.busy().contains(path + name))
                .toList();
        List<String> of = idle.isEmpty() || random.nextInt(5) == 0 ? names : idle;
        return of.get(random.nextInt(of.size()));
    }
}
