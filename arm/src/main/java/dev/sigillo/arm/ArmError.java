package dev.sigillo.arm;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/**
 * Every error that the API can answer, with its HTTP status and ARM code (Azure REST common types v3, ErrorResponse).
 *
 * <p>Where Azure has a public code for a case, it is used; a code of ours is marked so.
 */
public enum ArmError {
    INVALID_PARAMETER(400, "InvalidParameter"),
    INVALID_REQUEST_CONTENT(400, "InvalidRequestContent"),
    INVALID_RESOURCE_NAME(400, "InvalidResourceName"),
    MISSING_API_VERSION(400, "MissingApiVersionParameter"),
    INVALID_API_VERSION(400, "InvalidApiVersionParameter"),
    LOCATION_REQUIRED(400, "LocationRequired"),
    /** AKS says OperationNotAllowed here too, as a bad request. */
    LAST_SYSTEM_POOL(400, "OperationNotAllowed"),
    INVALID_RESOURCE_GROUP_LOCATION(409, "InvalidResourceGroupLocation"),
    LOCATION_NOT_AVAILABLE(400, "LocationNotAvailableForResourceType"),
    TRUSTED_LAUNCH_INCOMPATIBLE(400, "TrustedLaunchIncompatibleWithConfig"),
    VM_SIZE_NOT_SUPPORTED(400, "VMSizeNotSupported"),
    OS_NOT_SUPPORTED(400, "OSTypeNotSupported"),
    INSUFFICIENT_SUBNET_SIZE(400, "InsufficientSubnetSize"),
    K8S_VERSION_NOT_SUPPORTED(400, "K8sVersionNotSupported"),
    AGENT_POOL_K8S_VERSION_NOT_SUPPORTED(400, "AgentPoolK8sVersionNotSupported"),
    /** AKS says OperationNotAllowed here too, as a bad request. */
    UPGRADE_NOT_ALLOWED(400, "OperationNotAllowed"),
    NODE_POOL_INCOMPATIBLE(400, "NodePoolMcVersionIncompatible"),
    PROPERTY_CHANGE_NOT_ALLOWED(400, "PropertyChangeNotAllowed"),
    /** Ours: a part of the AKS API that Sigillo does not carry out. */
    NOT_SUPPORTED(400, "NotSupported"),
    INVALID_TEMPLATE(400, "InvalidTemplate"),
    DEPLOYMENT_NOT_FOUND(404, "DeploymentNotFound"),
    DEPLOYMENT_FAILED(409, "DeploymentFailed"),
    BAD_REQUEST(400, "BadRequest"),
    INVALID_TOKEN(401, "InvalidAuthenticationToken"),
    EXPIRED_TOKEN(401, "ExpiredAuthenticationToken"),
    MISSING_TOKEN(401, "AuthenticationFailed"),
    FORBIDDEN(403, "AuthorizationFailed"),
    PRINCIPAL_NOT_FOUND(400, "PrincipalNotFound"),
    ROLE_DEFINITION_NOT_FOUND(404, "RoleDefinitionDoesNotExist"),
    ROLE_ASSIGNMENT_EXISTS(409, "RoleAssignmentExists"),
    ROLE_ASSIGNMENT_UPDATE_NOT_PERMITTED(400, "RoleAssignmentUpdateNotPermitted"),
    ROLE_ASSIGNMENT_NOT_FOUND(404, "RoleAssignmentNotFound"),
    /** Ours: the assignment without which nobody could assign roles any more. */
    LAST_OWNER(409, "LastOwnerAssignment"),
    RESOURCE_NOT_FOUND(404, "ResourceNotFound"),
    RESOURCE_GROUP_NOT_FOUND(404, "ResourceGroupNotFound"),
    SUBSCRIPTION_NOT_FOUND(404, "SubscriptionNotFound"),
    NOT_FOUND(404, "NotFound"),
    METHOD_NOT_ALLOWED(405, "MethodNotAllowed"),
    OPERATION_NOT_ALLOWED(409, "OperationNotAllowed"),
    CONFLICT(409, "Conflict"),
    RESOURCE_GROUP_BEING_DELETED(409, "ResourceGroupBeingDeleted"),
    /** Ours: the host has not enough memory left; processors are shared. */
    NO_HOST_CAPACITY(409, "InsufficientCapacity"),
    ETAG_MISMATCH(412, "PreconditionFailed"),
    REQUEST_TOO_LARGE(413, "RequestEntityTooLarge"),
    URI_TOO_LONG(414, "RequestUriTooLong"),
    UNSUPPORTED_MEDIA_TYPE(415, "UnsupportedMediaType"),
    TOO_MANY_REQUESTS(429, "TooManyRequests"),
    /** Ours, in operations only: a machine did not pass attestation. */
    ATTESTATION_FAILED(409, "AttestationFailed"),
    /** Ours, in operations only: a machine stopped attesting itself, in a pool that has such ones replaced. */
    ATTESTATION_MISSED(409, "AttestationMissed"),
    /** Ours, in operations only: a machine did not start or did not join in time. */
    MACHINE_FAILED(409, "MachineFailed"),
    /** In operations only: the pods of a node that is to be replaced or deleted did not leave it in time. */
    POD_DRAIN_FAILURE(409, "PodDrainFailure"),
    /** Ours, in operations only: the control plane did not become ready. */
    CONTROL_PLANE_FAILED(409, "ControlPlaneFailed"),
    /** In operations only: the resource was deleted while it was being made. */
    OPERATION_PREEMPTED(409, "OperationPreempted"),
    INTERNAL(500, "InternalServerError");

    private final int status;
    private final String code;

    ArmError(int status, String code) {
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** The error with a message that says what was wrong, the value seen, and what would be right. */
    @FormatMethod
    public ArmException because(@FormatString String message, Object... args) {
        return new ArmException(this, args.length == 0 ? message : String.format(message, args), "");
    }

    /** As {@link #because}, naming the field or resource at fault. */
    @FormatMethod
    public ArmException at(String target, @FormatString String message, Object... args) {
        return new ArmException(this, args.length == 0 ? message : String.format(message, args), target);
    }
}
