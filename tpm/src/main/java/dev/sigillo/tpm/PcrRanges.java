package dev.sigillo.tpm;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PCR indices as people write them: {@code 7}, {@code 4,7}, {@code 0-7, 14}. */
public final class PcrRanges {

    private static final Pattern PART = Pattern.compile("([0-9]{1,2})(?:-([0-9]{1,2}))?");

    private static final int LAST = 23;

    private PcrRanges() {}

    /** @throws IllegalArgumentException naming the part that is neither an index of 0 to 23 nor a range of them */
    public static SortedSet<Integer> parse(String text) {
        SortedSet<Integer> pcrs = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part.strip());
            int from = matcher.matches() ? Integer.parseInt(matcher.group(1)) : LAST + 1;
            int to = matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : from;
            if (from > to || to > LAST) {
                throw new IllegalArgumentException(
                        "\"" + part.strip() + "\"; PCRs from 0 to " + LAST + " expected, such as 7 or 0-7,14");
            }
            for (int pcr = from; pcr <= to; pcr++) {
                pcrs.add(pcr);
            }
        }
        return pcrs;
    }

    /** What {@link #parse} reads, with a range where more than one follow each other. */
    public static String text(Iterable<Integer> ascending) {
        List<Integer> pcrs = new ArrayList<>();
        ascending.forEach(pcrs::add);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < pcrs.size(); i++) {
            int first = i;
            while (i + 1 < pcrs.size() && pcrs.get(i + 1) == pcrs.get(i) + 1) {
                i++;
            }
            parts.add(i == first ? pcrs.get(first).toString() : pcrs.get(first) + "-" + pcrs.get(i));
        }
        return String.join(",", parts);
    }
}
