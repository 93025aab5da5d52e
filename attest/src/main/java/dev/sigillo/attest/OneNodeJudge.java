package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Rule 6: one EK and one AK belong to one machine, for as long as either exists. Guarantee when the finding holds: no
 * other machine has enrolled with this EK or this AK, and this machine with no other.
 */
public final class OneNodeJudge {

    private OneNodeJudge() {}

    /**
     * The keys that a machine enrolled with.
     *
     * @param ekPublic TPMT_PUBLIC of its EK
     * @param akName Name of its AK
     */
    public record Enrolled(String machine, Bytes ekPublic, Bytes akName) {

        private boolean sharesKeyWith(TpmPublic ek, TpmPublic ak) {
            return ekPublic.equals(ek.encoded()) || akName.equals(ak.name());
        }
    }

    /**
     * @param enrolled at least what is enrolled of this machine, and all that shares a key with it
     * @return the finding for {@link Check#ONE_NODE}
     */
    public static Finding judge(String machine, TpmPublic ek, TpmPublic ak, Collection<Enrolled> enrolled) {
        List<String> wrong = new ArrayList<>();
        for (Enrolled one : enrolled) {
            boolean mine = one.machine().equals(machine);
            if (mine && !one.ekPublic().equals(ek.encoded())) {
                wrong.add("another EK than its first");
            }
            if (mine && !one.akName().equals(ak.name())) {
                wrong.add("another AK than its first, " + one.akName().hex());
            }
        }
        others(machine, ek, ak, enrolled).forEach(other -> wrong.add("a key of machine " + other));
        return wrong.isEmpty()
                ? Finding.held(Check.ONE_NODE)
                : Finding.broken(
                        Check.ONE_NODE,
                        "the EK and AK of its first enrolment, which no other machine has",
                        String.join("; ", wrong),
                        "AK " + ak.name().hex());
    }

    /** The other machines that enrolled with one of these keys: the alert is theirs too. */
    public static List<String> others(String machine, TpmPublic ek, TpmPublic ak, Collection<Enrolled> enrolled) {
        return enrolled.stream()
                .filter(one -> !one.machine().equals(machine) && one.sharesKeyWith(ek, ak))
                .map(Enrolled::machine)
                .sorted()
                .distinct()
                .toList();
    }
}
