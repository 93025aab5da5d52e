package dev.sigillo.attest;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A regular expression over hostile text that cannot run away: the text has a ceiling, and every character that the
 * matcher looks at is counted. One that needs more looks than its ceiling, a thousand for each character, has no answer.
 *
 * @param pattern must match the whole text
 */
public record BoundedRegex(Pattern pattern) {

    /** Characters of a text; a kernel takes 2,048, or 4,096 on some architectures. */
    public static final int MAX_TEXT = 4096;

    private static final long LOOKS_PER_CHARACTER = 1000;

    /** Whether the whole text matches; nothing if that cannot be told within the ceilings. */
    public Optional<Boolean> matches(String text) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        try {
            return Optional.of(pattern.matcher(new Counted(text)).matches());
        } catch (TooManyLooks | StackOverflowError runaway) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BoundedRegex that && pattern.pattern().equals(that.pattern.pattern());
    }

    @Override
    public int hashCode() {
        return pattern.pattern().hashCode();
    }

    private static final class TooManyLooks extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyLooks() {
            super("too many looks", null, false, false);
        }
    }

    private static final class Counted implements CharSequence {
        private final String text;
        private long left;

        Counted(String text) {
            this.text = text;
            this.left = LOOKS_PER_CHARACTER * (text.length() + 1);
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new TooManyLooks();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
