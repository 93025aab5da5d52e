package dev.sigillo.attest;

import dev.sigillo.eventlog.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The cheapest way from the expected to the logged events (Levenshtein), so that one inserted event does not make every
 * later one look changed. A pair of the same type counts as changed before it counts as one missing and one extra.
 *
 * @param differences in order; empty if the sequences are equal
 * @param pairs expected and logged events of equal digest
 */
record Alignment(List<Difference> differences, List<Pair> pairs) {

    private static final int CHANGED = 2;
    private static final int RETYPED = 3;
    private static final int ONE_SIDED = 2;
    private static final long MAX_CELLS = 2_000_000;

    record Pair(ExpectedEvent expected, Event logged) {}

    static Alignment of(List<ExpectedEvent> expected, List<Event> logged) {
        List<Difference> differences = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        int start = 0;
        int shorter = Math.min(expected.size(), logged.size());
        while (start < shorter && same(expected.get(start), logged.get(start))) {
            pairs.add(new Pair(expected.get(start), logged.get(start)));
            start++;
        }
        int tail = 0;
        while (tail < shorter - start
                && same(expected.get(expected.size() - 1 - tail), logged.get(logged.size() - 1 - tail))) {
            pairs.add(new Pair(expected.get(expected.size() - 1 - tail), logged.get(logged.size() - 1 - tail)));
            tail++;
        }
        if (start + tail == expected.size() && start + tail == logged.size()) {
            return new Alignment(differences, pairs);
        }
        align(
                expected.subList(start, expected.size() - tail),
                logged.subList(start, logged.size() - tail),
                differences,
                pairs);
        return new Alignment(differences, pairs);
    }

    private static boolean same(ExpectedEvent expected, Event logged) {
        return expected.digest().equals(Claims.digest(logged));
    }

    private static void align(
            List<ExpectedEvent> expected, List<Event> logged, List<Difference> differences, List<Pair> pairs) {
        if ((long) expected.size() * logged.size() > MAX_CELLS) {
            // Hostile length: it is wrong anyway, and the first difference is enough to say so.
            differences.add(new Difference(Optional.of(expected.getFirst()), Optional.of(logged.getFirst())));
            return;
        }
        int[][] cost = cost(expected, logged);
        List<Difference> backwards = new ArrayList<>();
        int i = expected.size();
        int j = logged.size();
        while (i > 0 || j > 0) {
            if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + change(expected.get(i - 1), logged.get(j - 1))) {
                ExpectedEvent wanted = expected.get(--i);
                Event had = logged.get(--j);
                if (same(wanted, had)) {
                    pairs.add(new Pair(wanted, had));
                } else {
                    backwards.add(new Difference(Optional.of(wanted), Optional.of(had)));
                }
            } else if (j > 0 && cost[i][j] == cost[i][j - 1] + ONE_SIDED) {
                backwards.add(new Difference(Optional.empty(), Optional.of(logged.get(--j))));
            } else {
                backwards.add(new Difference(Optional.of(expected.get(--i)), Optional.empty()));
            }
        }
        Collections.reverse(backwards);
        differences.addAll(backwards);
    }

    private static int[][] cost(List<ExpectedEvent> expected, List<Event> logged) {
        int[][] cost = new int[expected.size() + 1][logged.size() + 1];
        for (int i = 0; i <= expected.size(); i++) {
            for (int j = 0; j <= logged.size(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = ONE_SIDED * (i + j);
                } else {
                    cost[i][j] = Math.min(
                            cost[i - 1][j - 1] + change(expected.get(i - 1), logged.get(j - 1)),
                            ONE_SIDED + Math.min(cost[i - 1][j], cost[i][j - 1]));
                }
            }
        }
        return cost;
    }

    private static int change(ExpectedEvent expected, Event logged) {
        if (same(expected, logged)) {
            return 0;
        }
        return expected.type().equals(logged.typeName()) ? CHANGED : RETYPED;
    }
}
