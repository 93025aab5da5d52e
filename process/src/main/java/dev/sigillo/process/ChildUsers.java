package dev.sigillo.process;

/**
 * Users for machines that no account stands for: each child gets one of its own, so that one that broke out can neither
 * signal nor look into another. Debian's adduser and subordinate ids, and systemd and its containers, leave 0x70000000 to
 * 0x7FFDFFFF alone (systemd, "Users, Groups, UIDs and GIDs"); this is the end of it, control planes have the beginning.
 * Every tag of four hex digits has its share, so two homes never meet.
 *
 * @param tag the home's four hex digits
 */
public record ChildUsers(String tag) {
    private static final int SIGILLOS = 0x7000_0000;
    private static final int FIRST = 0x7900_0000;
    private static final int LAST = 0x7FFD_FFFF;
    /** Users of one home. */
    public static final int COUNT = (LAST - FIRST + 1) / (1 << 16);

    /** @throws IllegalArgumentException unless the tag is four hex digits */
    public ChildUsers {
        if (!tag.matches("[0-9a-f]{4}")) {
            throw new IllegalArgumentException("a home's tag is four hex digits, not \"" + tag + "\"");
        }
    }

    /**
     * The n-th user, whose group has the same number.
     *
     * @throws IllegalArgumentException outside 0 to {@link #COUNT} - 1
     */
    public int user(int n) {
        if (n < 0 || n >= COUNT) {
            throw new IllegalArgumentException(
                    "a home has %d users for children, there is no number %d".formatted(COUNT, n));
        }
        return FIRST + Integer.parseInt(tag, 16) * COUNT + n;
    }

    /** Whether it is one of this home's. */
    public boolean contains(long user) {
        return user >= user(0) && user <= user(COUNT - 1);
    }

    /** Whether it is in the range that only Sigillo uses, for machines or for control planes. */
    static boolean inRange(long user) {
        return user >= SIGILLOS && user <= LAST;
    }
}
