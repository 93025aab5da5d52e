package dev.sigillo.cli;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PCR numbers as people write them: {@code 4}, {@code 4,7}, {@code 0-7,14}. */
final class PcrList {
    private static final Pattern PART = Pattern.compile("(\\d{1,2})(?:-(\\d{1,2}))?");
    private static final int LAST = 23;

    private PcrList() {}

    /** @throws Failure if one of them is no list of PCRs, naming the option and what was typed */
    static Set<Integer> of(String option, List<String> lists) {
        Set<Integer> pcrs = new TreeSet<>();
        for (String list : lists) {
            for (String part : list.split(",", -1)) {
                Matcher matcher = PART.matcher(part.strip());
                int from = matcher.matches() ? Integer.parseInt(matcher.group(1)) : LAST + 1;
                int to = matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : from;
                if (from > to || to > LAST) {
                    throw Failure.usage("%s is %s; it must be PCRs of 0 to %d, such as 4 or 4,7 or 0-7."
                            .formatted(option, Fields.safe(list), LAST));
                }
                for (int pcr = from; pcr <= to; pcr++) {
                    pcrs.add(pcr);
                }
            }
        }
        return pcrs;
    }
}
