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
     * @param busy clusters with an operation of their own under way, and so with ears for little else
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
        List<String> all = clusters();
        List<String> idle =
                all.stream().filter(each -> !glance.busy().contains(each)).toList();
        List<String> of = idle.isEmpty() || random.nextInt(5) == 0 ? all : idle;
        ValidDraft draft = new ValidDraft(number, random, trusted, of.get(random.nextInt(of.size())));
        return number < GROUPS.size() ? draft.group(GROUPS.get(number)) : draft.any(glance);
    }
}
