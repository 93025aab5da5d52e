package dev.sigillo.attest;

/**
 * Text in which {@code *} stands for any characters, none among them. The time to match is that of pattern times text,
 * whatever stands in either.
 *
 * @param pattern at most 1,024 characters
 */
public record WordPattern(String pattern) {

    /** Characters of a pattern. */
    public static final int MAX_SIZE = 1024;

    /** @throws IllegalArgumentException if it is empty or too long */
    public WordPattern {
        if (pattern.isEmpty() || pattern.length() > MAX_SIZE) {
            throw new IllegalArgumentException(pattern.length() + " characters, 1 to " + MAX_SIZE + " expected");
        }
    }

    /** Whether the whole text is of this form. */
    public boolean matches(String text) {
        int at = 0;
        int in = 0;
        int star = -1;
        int retry = 0;
        while (in < text.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                retry = in;
            } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++retry;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
