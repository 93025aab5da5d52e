package dev.sigillo.server;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many requests each address has under way: one node's must not fill the memory that all others need as well. */
final class Peers {
    /** An honest node has one. */
    static final int AT_ONCE = 2;

    static final String TOO_MANY = "this address has " + AT_ONCE + " requests under way, and may have no more";

    private final ConcurrentMap<String, Integer> busy = new ConcurrentHashMap<>();

    /** Whether one more may begin; {@link #leave} follows if so. */
    boolean enter(String address) {
        int now = busy.merge(address, 1, Integer::sum);
        if (now > AT_ONCE) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(String address) {
        busy.computeIfPresent(address, (key, present) -> present > 1 ? present - 1 : null);
    }
}
