package dev.sigillo.arm;

/**
 * What the {@code error} member of an ARM reply says: common types v3, ErrorDetail.
 *
 * @param code for programs, as {@link ArmError#code()}
 * @param message for people: what was wrong and what would be right
 * @param target the field or resource at fault; empty when there is none
 */
public record ErrorBody(String code, String message, String target) {
    public static ErrorBody of(ArmError error, String message, String target) {
        return new ErrorBody(error.code(), message, target);
    }
}
