package dev.sigillo.reconcile;

import dev.sigillo.reconcile.Desired.DesiredPool;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.reconcile.Observed.SeenNode;
import dev.sigillo.store.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The way of a pool from machines of one make to those of another: a function, without I/O. New machines come first, at
 * most so many more than asked for; an old one goes when a new one is Ready in its place. So the pool never has fewer
 * nodes than before, nor than asked for. Nodes that this roll has set aside, since their pods do not leave, count for
 * nothing; when there are more of them than the surge, or nothing else is left, it is stuck.
 */
final class Roll {
    private final DesiredPool pool;
    private final List<SeenMachine> old = new ArrayList<>();
    private final List<SeenMachine> aside = new ArrayList<>();
    private final List<SeenMachine> made = new ArrayList<>();

    /** @param live the pool's machines that have not ended */
    Roll(DesiredPool pool, List<SeenMachine> live) {
        this.pool = pool;
        for (SeenMachine machine : live) {
            (pool.make().isMetBy(machine.make()) ? made : isAside(machine) ? aside : old).add(machine);
        }
    }

    boolean isOver() {
        return old.isEmpty() && aside.isEmpty();
    }

    List<SeenMachine> aside() {
        return aside;
    }

    boolean isStuck() {
        long inPlace = made.stream().filter(this::isInPlace).count();
        return aside.size() > pool.replacing().surge()
                || (!aside.isEmpty() && old.isEmpty() && inPlace >= pool.count());
    }

    /** By what a roll is known on the nodes that it sets aside: the next one tries them again. */
    static Optional<String> name(DesiredPool pool) {
        return pool.replacing().cordons() ? pool.began().map(Instant::toString) : Optional.empty();
    }

    private boolean isAside(SeenMachine machine) {
        Optional<String> by = machine.node().map(SeenNode::setAside);
        return machine.phase() == Phase.READY && by.isPresent() && by.equals(name(pool));
    }

    /** Old ones that were never Ready: they hold no pods, and nobody waits for them. */
    List<SeenMachine> unborn() {
        return old.stream().filter(machine -> machine.phase() != Phase.READY).toList();
    }

    /**
     * How many machines to book now.
     *
     * @param ending machines that end with this plan: what becomes of them the next one sees
     */
    int missing(int ending) {
        int room = pool.count() + pool.replacing().surge() - old.size() + unborn().size() - made.size() - ending;
        return Math.max(0, Math.min(pool.count() - made.size() - ending, room));
    }

    /** Old ones to go now: those that do not work first, then the oldest. */
    List<SeenMachine> retiring() {
        List<SeenMachine> going = old.stream()
                .filter(machine -> machine.phase() == Phase.READY)
                .sorted(Comparator.comparing(Roll::works).thenComparing(SeenMachine::bookedAt))
                .toList();
        long inPlace = made.stream().filter(this::isInPlace).count();
        long spare = Math.clamp(going.size() + inPlace - pool.count(), 0, going.size());
        return going.subList(0, (int) spare);
    }

    private boolean isInPlace(SeenMachine machine) {
        return machine.phase() == Phase.READY
                && machine.node()
                        .filter(SeenNode::ready)
                        .filter(node ->
                                node.lasting().compareTo(pool.replacing().soak()) >= 0)
                        .isPresent();
    }

    private static boolean works(SeenMachine machine) {
        return machine.node().filter(SeenNode::ready).isPresent();
    }
}
