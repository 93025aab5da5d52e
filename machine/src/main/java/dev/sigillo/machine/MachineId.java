package dev.sigillo.machine;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A machine's name, never used twice: {@code m-} and ten characters of base 32 ({@code a-z2-7}). It is also the name of
 * its folder and of its tap, and the subject of its vTPM's EK certificate ({@code CN}).
 */
public record MachineId(String value) implements Comparable<MachineId> {
    private static final Pattern FORM = Pattern.compile("m-[a-z2-7]{10}");
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int LETTERS = 10;

    /** @throws IllegalArgumentException unless it has that form */
    public MachineId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a machine id is m- and ten of a-z2-7, not \"" + value + "\"");
        }
    }

    /** A new id out of 2^50. */
    public static MachineId random(RandomGenerator random) {
        StringBuilder id = new StringBuilder("m-");
        for (int i = 0; i < LETTERS; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new MachineId(id.toString());
    }

    /** Whether the text is a machine id. */
    static boolean matches(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public int compareTo(MachineId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
