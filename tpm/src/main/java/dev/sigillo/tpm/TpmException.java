package dev.sigillo.tpm;

import java.io.IOException;

/** The TPM refused a command. Says which, its TPM_RC in hex, and what that means (TPM 2.0 Library, Part 2, 6.6 TPM_RC). */
public final class TpmException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String command;
    private final int code;

    TpmException(String command, int code) {
        super(command + " failed with TPM_RC 0x" + Integer.toHexString(code) + ": " + meaning(code));
        this.command = command;
        this.code = code;
    }

    /** As Part 3 names it, {@code TPM2_Quote}. */
    public String command() {
        return command;
    }

    /** TPM_RC as it came. */
    public int code() {
        return code;
    }

    /** TPM_RC without the number of the handle, parameter or session it complains about. */
    public int error() {
        return isFormat1(code) ? code & 0x0BF : code;
    }

    private static boolean isFormat1(int code) {
        return (code & 0x080) != 0;
    }

    static String meaning(int code) {
        if (!isFormat1(code)) {
            return plain(code);
        }
        int number = (code >> 8) & 0x7;
        String subject;
        if ((code & 0x040) != 0) {
            subject = "parameter " + ((code >> 8) & 0xF);
        } else if ((code & 0x800) != 0) {
            subject = "session " + number;
        } else {
            subject = "handle " + number;
        }
        return about(code & 0x3F) + " (" + subject + ")";
    }

    private static String plain(int code) {
        return switch (code) {
            case 0x100 -> "not started; TPM2_Startup must come first";
            case 0x101 -> "the TPM is in failure mode; reset it";
            case 0x121 -> "refused by policy: wrong platform, PCR or authorization changed";
            case 0x12F -> "authorization is not available for this use";
            case 0x143 -> "the command is not known to this TPM";
            case 0x148 -> "the NV index is locked";
            case 0x149 -> "the NV index may not be used with this authorization";
            case 0x14A -> "the NV index was never written";
            case 0x14B -> "no room in NV memory";
            case 0x14C -> "the NV index or persistent handle is already defined";
            case 0x902 -> "no room for another object; flush one";
            case 0x903 -> "no room for another session; flush one";
            case 0x908, 0x90A, 0x922 -> "busy; the same command may be sent again";
            case 0x910, 0x911, 0x912, 0x913, 0x914, 0x915, 0x916 -> "no object under the handle given";
            case 0x918 -> "no session under the handle given";
            case 0x920 -> "NV memory is written too often just now";
            case 0x921 -> "locked out after too many wrong authorizations";
            default -> "see TPM_RC in Part 2";
        };
    }

    private static String about(int error) {
        return switch (error) {
            case 0x01 -> "an algorithm is not supported";
            case 0x02 -> "inconsistent attributes";
            case 0x03 -> "a hash algorithm is not supported or not appropriate";
            case 0x04 -> "value out of range";
            case 0x05 -> "the hierarchy is disabled or wrong";
            case 0x0A -> "wrong type";
            case 0x0B -> "no such handle";
            case 0x0E -> "authorization failed";
            case 0x10 -> "wrong scheme";
            case 0x12 -> "the key or key size is not supported";
            case 0x15 -> "wrong size";
            case 0x1A -> "too few bytes";
            case 0x1C -> "the key is not fit for the use";
            case 0x1D -> "a policy check failed";
            case 0x1F -> "an integrity check failed: the blob was made for another TPM or key, or was changed";
            case 0x22 -> "bad authorization value";
            case 0x25 -> "a point is not on the curve, or a curve is not supported";
            default -> "see TPM_RC format-one error 0x" + Integer.toHexString(error) + " in Part 2";
        };
    }
}
