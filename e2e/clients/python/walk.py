"""The Azure SDK for Python against a Sigillo: one walk over its API, unmodified.

Environment: SIGILLO_ENDPOINT, SIGILLO_TENANT, SIGILLO_SUBSCRIPTION, SIGILLO_CLIENT_ID, SIGILLO_CLIENT_SECRET, and
REQUESTS_CA_BUNDLE, by which the server's certificate is trusted. Prints a line for each step; the first one that does
not hold ends it with a traceback and an exit code other than 0.
"""

import os

from azure.core import MatchConditions
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.identity import ClientSecretCredential
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.containerservice.models import (
    AgentPool,
    AgentPoolSecurityProfile,
    ManagedCluster,
    ManagedClusterAgentPoolProfile,
    TagsObject,
)
from azure.mgmt.resource.resources import ResourceManagementClient

ENDPOINT = os.environ["SIGILLO_ENDPOINT"]
GROUP = "python"
CLUSTER = "python1"


def credential(tenant, secret, **how):
    return ClientSecretCredential(tenant, os.environ["SIGILLO_CLIENT_ID"], secret, authority=ENDPOINT, **how)


def client(kind, login):
    return kind(
        login,
        os.environ["SIGILLO_SUBSCRIPTION"],
        base_url=ENDPOINT,
        credential_scopes=[ENDPOINT + "/.default"],
    )


def cluster(count, size="Standard_D2s_v5", vtpm=True):
    return ManagedCluster(
        location="eastus",
        dns_prefix=CLUSTER,
        agent_pool_profiles=[
            ManagedClusterAgentPoolProfile(
                name="nodepool1",
                mode="System",
                count=count,
                vm_size=size,
                security_profile=AgentPoolSecurityProfile(enable_vtpm=vtpm, enable_secure_boot=True),
            )
        ],
    )


def refused(kind, code, call):
    try:
        call()
    except kind as error:
        assert error.error.code == code, error
        return error
    raise AssertionError(f"{code} was expected")


def logs_in():
    secret = os.environ["SIGILLO_CLIENT_SECRET"]
    scope = ENDPOINT + "/.default"
    # As an ADFS, which asks nobody whether the authority is real, and as Entra ID.
    assert credential("adfs", secret).get_token(scope).token
    assert credential(os.environ["SIGILLO_TENANT"], secret, disable_instance_discovery=True).get_token(scope).token
    try:
        credential("adfs", "wrong").get_token(scope)
    except ClientAuthenticationError as error:
        assert "AADSTS7000215" in str(error), error
    else:
        raise AssertionError("a wrong secret was taken")
    return credential("adfs", secret)


def catalogues(aks):
    versions = aks.managed_clusters.list_kubernetes_versions("eastus")
    assert [patch for version in versions.values_property for patch in version.patch_versions]
    operations = [operation.name for operation in aks.operations.list()]
    assert "Microsoft.ContainerService/managedClusters/write" in operations, operations


def makes_group(groups):
    made = groups.resource_groups.create_or_update(GROUP, {"location": "eastus", "tags": {"by": "python"}})
    assert made.properties.provisioning_state == "Succeeded"
    assert groups.resource_groups.update(GROUP, {"tags": {"by": "walk"}}).tags == {"by": "walk"}
    assert groups.resource_groups.check_existence(GROUP)
    assert GROUP in [each.name for each in groups.resource_groups.list()]


def is_refused(aks):
    clusters = aks.managed_clusters
    error = refused(HttpResponseError, "InsufficientCapacity", lambda: clusters.begin_create_or_update(GROUP, "no", cluster(200)))
    assert error.status_code == 409 and "MiB" in error.message
    error = refused(
        HttpResponseError,
        "TrustedLaunchIncompatibleWithConfig",
        lambda: clusters.begin_create_or_update(GROUP, "no", cluster(1, size="Standard_A2_v2")),
    )
    assert error.status_code == 400 and "Standard_A2_v2" in error.message
    refused(ResourceNotFoundError, "ResourceNotFound", lambda: clusters.get(GROUP, "no"))
    refused(ResourceNotFoundError, "ResourceGroupNotFound", lambda: clusters.get("nowhere", "no"))
    assert list(clusters.list_by_resource_group(GROUP)) == []


def makes_cluster(aks):
    """The creation is aborted, since no machine is needed here: what the poller then says is what a failure looks like."""
    poller = aks.managed_clusters.begin_create_or_update(GROUP, CLUSTER, cluster(1))
    assert not poller.done()
    made = aks.managed_clusters.get(GROUP, CLUSTER)
    assert made.provisioning_state == "Creating" and made.e_tag and made.id.endswith("/" + CLUSTER), made
    assert made.agent_pool_profiles[0].security_profile.enable_vtpm is True
    aks.managed_clusters.begin_abort_latest_operation(GROUP, CLUSTER).result(120)
    error = refused(HttpResponseError, "OperationPreempted", lambda: poller.result(120))
    assert poller.status() == "Canceled", error
    assert aks.managed_clusters.get(GROUP, CLUSTER).provisioning_state == "Canceled"
    assert CLUSTER in [each.name for each in aks.managed_clusters.list_by_resource_group(GROUP)]
    assert CLUSTER in [each.name for each in aks.managed_clusters.list()]


def tags_cluster(aks):
    before = aks.managed_clusters.get(GROUP, CLUSTER)
    tags = TagsObject(tags={"by": "python"})
    refused(
        ResourceModifiedError,
        "PreconditionFailed",
        lambda: aks.managed_clusters.begin_update_tags(
            GROUP, CLUSTER, tags, etag="another", match_condition=MatchConditions.IfNotModified
        ),
    )
    after = aks.managed_clusters.begin_update_tags(
        GROUP, CLUSTER, tags, etag=before.e_tag, match_condition=MatchConditions.IfNotModified
    ).result(120)
    assert after.tags == {"by": "python"} and after.e_tag != before.e_tag


def pools(aks):
    pool = AgentPool(
        mode="User",
        count=0,
        vm_size="Standard_D2s_v5",
        node_labels={"tier": "one"},
        security_profile=AgentPoolSecurityProfile(enable_vtpm=True, enable_secure_boot=False),
    )
    made = aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, "walk1", pool).result(120)
    assert made.provisioning_state == "Succeeded" and made.count == 0 and made.node_labels == {"tier": "one"}, made
    assert made.security_profile.enable_vtpm is True and made.security_profile.enable_secure_boot is False
    again = aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, "walk1", pool).result(120)
    assert again.e_tag == made.e_tag, "the same request again changes nothing"
    assert [each.name for each in aks.agent_pools.list(GROUP, CLUSTER)] == ["nodepool1", "walk1"]

    pool.node_labels = {"tier": "two"}
    refused(
        ResourceModifiedError,
        "PreconditionFailed",
        lambda: aks.agent_pools.begin_create_or_update(
            GROUP, CLUSTER, "walk1", pool, etag="another", match_condition=MatchConditions.IfNotModified
        ),
    )
    changed = aks.agent_pools.begin_create_or_update(
        GROUP, CLUSTER, "walk1", pool, etag=made.e_tag, match_condition=MatchConditions.IfNotModified
    ).result(120)
    assert changed.node_labels == {"tier": "two"} and changed.e_tag != made.e_tag
    pool.security_profile.enable_secure_boot = True
    toggled = aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, "walk1", pool).result(120)
    assert toggled.security_profile.enable_secure_boot is True
    refused(HttpResponseError, "InvalidParameter", lambda: aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, "Upper", pool))
    refused(HttpResponseError, "OperationNotAllowed", lambda: aks.agent_pools.begin_delete(GROUP, CLUSTER, "nodepool1"))


def reads(aks):
    assert aks.managed_clusters.get_upgrade_profile(GROUP, CLUSTER).control_plane_profile.kubernetes_version
    profile = aks.agent_pools.get_upgrade_profile(GROUP, CLUSTER, "walk1")
    assert profile.latest_node_image_version and profile.os_type == "Linux"
    assert aks.agent_pools.get_available_agent_pool_versions(GROUP, CLUSTER).agent_pool_versions
    for machine in aks.machines.list(GROUP, CLUSTER, "nodepool1"):
        assert aks.machines.get(GROUP, CLUSTER, "nodepool1", machine.name).id == machine.id
    assert list(aks.machines.list(GROUP, CLUSTER, "walk1")) == []
    for listed in (
        aks.managed_clusters.list_cluster_user_credentials(GROUP, CLUSTER),
        aks.managed_clusters.list_cluster_admin_credentials(GROUP, CLUSTER),
    ):
        assert b"kind: Config" in bytes(listed.kubeconfigs[0].value)


def removes(aks, groups):
    aks.agent_pools.begin_delete(GROUP, CLUSTER, "walk1").result(120)
    refused(ResourceNotFoundError, "NotFound", lambda: aks.agent_pools.get(GROUP, CLUSTER, "walk1"))
    aks.managed_clusters.begin_delete(GROUP, CLUSTER).result(120)
    refused(ResourceNotFoundError, "ResourceNotFound", lambda: aks.managed_clusters.get(GROUP, CLUSTER))
    groups.resource_groups.begin_delete(GROUP).result(120)
    assert not groups.resource_groups.check_existence(GROUP)


def main():
    login = logs_in()
    print("logs in, and not with a wrong secret")
    aks = client(ContainerServiceClient, login)
    groups = client(ResourceManagementClient, login)
    for step, arguments in (
        (catalogues, (aks,)),
        (makes_group, (groups,)),
        (is_refused, (aks,)),
        (makes_cluster, (aks,)),
        (tags_cluster, (aks,)),
        (pools, (aks,)),
        (reads, (aks,)),
        (removes, (aks, groups)),
    ):
        step(*arguments)
        print(step.__name__.replace("_", " "))
    print("the whole walk held")


if __name__ == "__main__":
    main()
