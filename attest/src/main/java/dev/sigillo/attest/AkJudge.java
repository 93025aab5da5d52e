package dev.sigillo.attest;

import dev.sigillo.tpm.TpmPublic;
import java.util.List;

/** Rules 2, 3 and 4: whether a key may be an AK at all. */
public final class AkJudge {

    public static List<Finding> judge(TpmPublic ak) {
        return List.of(Finding.undecided(Check.AK_ATTRIBUTES, ak.toString()));
    }

    private AkJudge() {}
}
