// The Azure SDK for Go against a Sigillo: one walk over its API, unmodified.
//
// Environment as walk.py has it, with SSL_CERT_FILE for the server's certificate. Prints a line for each step and ends with
// another exit code than 0 at the first one that does not hold.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	aks "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/containerservice/armcontainerservice/v6"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
)

const group, name = "go", "go1"

var (
	endpoint = os.Getenv("SIGILLO_ENDPOINT")
	sigillo  = cloud.Configuration{
		ActiveDirectoryAuthorityHost: endpoint,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: endpoint, Audience: endpoint},
		},
	}
	quick = &runtime.PollUntilDoneOptions{Frequency: time.Second}
)

// walk has the clients and the first thing that did not hold, which ends the program.
type walk struct {
	context.Context
	clusters *aks.ManagedClustersClient
	pools    *aks.AgentPoolsClient
	machines *aks.MachinesClient
	groups   *armresources.ResourceGroupsClient
	factory  *aks.ClientFactory
}

func must[T any](value T, err error) T {
	held(err == nil, "%v", err)
	return value
}

func held(holds bool, format string, values ...any) {
	if !holds {
		panic(fmt.Sprintf(format, values...))
	}
}

func refused(err error, status int, code string) {
	var response *azcore.ResponseError
	held(errors.As(err, &response), "%s was expected, and was: %v", code, err)
	held(response.StatusCode == status && response.ErrorCode == code, "%d %s was expected: %v", status, code, err)
}

func login(secret string) (*azidentity.ClientSecretCredential, error) {
	return azidentity.NewClientSecretCredential(os.Getenv("SIGILLO_TENANT"), os.Getenv("SIGILLO_CLIENT_ID"), secret,
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions: azcore.ClientOptions{Cloud: sigillo}, DisableInstanceDiscovery: true})
}

func logsIn() walk {
	ctx := context.Background()
	_, err := must(login("wrong")).GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{endpoint + "/.default"}})
	held(err != nil && strings.Contains(err.Error(), "AADSTS7000215"), "a wrong secret: %v", err)
	credential := must(login(os.Getenv("SIGILLO_CLIENT_SECRET")))
	options := &arm.ClientOptions{ClientOptions: azcore.ClientOptions{Cloud: sigillo}}
	subscription := os.Getenv("SIGILLO_SUBSCRIPTION")
	factory := must(aks.NewClientFactory(subscription, credential, options))
	groups := must(armresources.NewResourceGroupsClient(subscription, credential, options))
	return walk{ctx, factory.NewManagedClustersClient(), factory.NewAgentPoolsClient(), factory.NewMachinesClient(), groups, factory}
}

func cluster(count int32, size string) aks.ManagedCluster {
	return aks.ManagedCluster{
		Location: to.Ptr("eastus"),
		Properties: &aks.ManagedClusterProperties{
			DNSPrefix: to.Ptr(name),
			AgentPoolProfiles: []*aks.ManagedClusterAgentPoolProfile{{
				Name: to.Ptr("nodepool1"), Mode: to.Ptr(aks.AgentPoolModeSystem), Count: &count, VMSize: &size,
				SecurityProfile: &aks.AgentPoolSecurityProfile{EnableVTPM: to.Ptr(true), EnableSecureBoot: to.Ptr(true)},
			}},
		},
	}
}

func (w walk) catalogues() {
	versions := must(w.clusters.ListKubernetesVersions(w, "eastus", nil))
	held(len(versions.Values) > 0 && len(versions.Values[0].PatchVersions) > 0, "no versions")
	operations := must(w.factory.NewOperationsClient().NewListPager(nil).NextPage(w)).Value
	held(slices.ContainsFunc(operations, func(each *aks.OperationValue) bool {
		return *each.Name == "Microsoft.ContainerService/managedClusters/write"
	}), "the operations lack one")
}

func (w walk) makesGroup() {
	made := must(w.groups.CreateOrUpdate(w, group, armresources.ResourceGroup{Location: to.Ptr("eastus")}, nil))
	held(*made.Properties.ProvisioningState == "Succeeded", "the group is %v", made)
	tagged := must(w.groups.Update(w, group, armresources.ResourceGroupPatchable{Tags: map[string]*string{"by": to.Ptr("walk")}}, nil))
	held(*tagged.Tags["by"] == "walk", "the tags are %v", tagged.Tags)
}

func (w walk) isRefused() {
	_, err := w.clusters.BeginCreateOrUpdate(w, group, "no", cluster(200, "Standard_D2s_v5"), nil)
	refused(err, 409, "InsufficientCapacity")
	_, err = w.clusters.BeginCreateOrUpdate(w, group, "no", cluster(1, "Standard_A2_v2"), nil)
	refused(err, 400, "TrustedLaunchIncompatibleWithConfig")
	_, err = w.clusters.Get(w, group, "no", nil)
	refused(err, 404, "ResourceNotFound")
}

func (w walk) makesClusterAndAbortsThat() {
	poller := must(w.clusters.BeginCreateOrUpdate(w, group, name, cluster(1, "Standard_D2s_v5"), nil))
	held(!poller.Done(), "made at once")
	abort := must(w.clusters.BeginAbortLatestOperation(w, group, name, nil))
	must(abort.PollUntilDone(w, quick))
	_, err := poller.PollUntilDone(w, quick)
	held(err != nil && strings.Contains(err.Error(), "OperationPreempted"), "an aborted creation ended with %v", err)
	now := must(w.clusters.Get(w, group, name, nil))
	held(*now.Properties.ProvisioningState == "Canceled", "the state is %s", *now.Properties.ProvisioningState)
	all := must(w.clusters.NewListByResourceGroupPager(group, nil).NextPage(w)).Value
	held(len(all) == 1 && *all[0].Name == name, "the list is %v", all)
	must(w.clusters.NewListPager(nil).NextPage(w))
}

func (w walk) tagsCluster() {
	before := must(w.clusters.Get(w, group, name, nil))
	tags := aks.TagsObject{Tags: map[string]*string{"by": to.Ptr("go")}}
	_, err := w.clusters.BeginUpdateTags(w, group, name, tags, &aks.ManagedClustersClientBeginUpdateTagsOptions{IfMatch: to.Ptr("another")})
	refused(err, 412, "PreconditionFailed")
	poller := must(w.clusters.BeginUpdateTags(w, group, name, tags, &aks.ManagedClustersClientBeginUpdateTagsOptions{IfMatch: before.ETag}))
	held(*must(poller.PollUntilDone(w, quick)).Tags["by"] == "go", "the tags did not change")
}

func (w walk) changesPools() {
	pool := aks.AgentPool{Properties: &aks.ManagedClusterAgentPoolProfileProperties{
		Mode: to.Ptr(aks.AgentPoolModeUser), Count: to.Ptr(int32(0)), VMSize: to.Ptr("Standard_D2s_v5"),
		NodeLabels:      map[string]*string{"tier": to.Ptr("one")},
		SecurityProfile: &aks.AgentPoolSecurityProfile{EnableVTPM: to.Ptr(true), EnableSecureBoot: to.Ptr(false)},
	}}
	put := func(match *string) (aks.AgentPoolsClientCreateOrUpdateResponse, error) {
		poller, err := w.pools.BeginCreateOrUpdate(w, group, name, "walk1", pool, &aks.AgentPoolsClientBeginCreateOrUpdateOptions{IfMatch: match})
		if err != nil {
			return aks.AgentPoolsClientCreateOrUpdateResponse{}, err
		}
		return poller.PollUntilDone(w, quick)
	}
	made := must(put(nil))
	held(*made.Properties.ProvisioningState == "Succeeded" && *made.Properties.SecurityProfile.EnableVTPM, "the pool is %v", made)
	held(*must(put(nil)).Properties.ETag == *made.Properties.ETag, "the same request again changed something")
	held(len(must(w.pools.NewListPager(group, name, nil).NextPage(w)).Value) == 2, "there are not two pools")
	pool.Properties.NodeLabels["tier"] = to.Ptr("two")
	_, err := put(to.Ptr("another"))
	refused(err, 412, "PreconditionFailed")
	held(*must(put(made.Properties.ETag)).Properties.NodeLabels["tier"] == "two", "the label did not change")
	pool.Properties.SecurityProfile.EnableSecureBoot = to.Ptr(true)
	held(*must(put(nil)).Properties.SecurityProfile.EnableSecureBoot, "Secure Boot is off")
	_, err = w.pools.BeginDelete(w, group, name, "nodepool1", nil)
	refused(err, 400, "OperationNotAllowed")
}

func (w walk) reads() {
	held(*must(w.clusters.GetUpgradeProfile(w, group, name, nil)).Properties.ControlPlaneProfile.KubernetesVersion != "", "no version")
	held(*must(w.pools.GetUpgradeProfile(w, group, name, "walk1", nil)).Properties.LatestNodeImageVersion != "", "no image")
	held(len(must(w.pools.GetAvailableAgentPoolVersions(w, group, name, nil)).Properties.AgentPoolVersions) > 0, "no versions of pools")
	for _, machine := range must(w.machines.NewListPager(group, name, "nodepool1", nil).NextPage(w)).Value {
		held(*must(w.machines.Get(w, group, name, "nodepool1", *machine.Name, nil)).ID == *machine.ID, "another machine")
	}
	user := must(w.clusters.ListClusterUserCredentials(w, group, name, nil)).Kubeconfigs[0].Value
	admin := must(w.clusters.ListClusterAdminCredentials(w, group, name, nil)).Kubeconfigs[0].Value
	held(strings.Contains(string(user), "kind: Config") && strings.Contains(string(admin), "kind: Config"), "no kubeconfig")
}

func (w walk) removes() {
	must(must(w.pools.BeginDelete(w, group, name, "walk1", nil)).PollUntilDone(w, quick))
	_, err := w.pools.Get(w, group, name, "walk1", nil)
	refused(err, 404, "NotFound")
	must(must(w.clusters.BeginDelete(w, group, name, nil)).PollUntilDone(w, quick))
	_, err = w.clusters.Get(w, group, name, nil)
	refused(err, 404, "ResourceNotFound")
	must(must(w.groups.BeginDelete(w, group, nil)).PollUntilDone(w, quick))
	held(!must(w.groups.CheckExistence(w, group, nil)).Success, "the group is still there")
}

func main() {
	w := logsIn()
	fmt.Println("logs in, and not with a wrong secret")
	for _, step := range []struct {
		name string
		walk func()
	}{
		{"catalogues", w.catalogues},
		{"makes group", w.makesGroup},
		{"is refused", w.isRefused},
		{"makes cluster and aborts that", w.makesClusterAndAbortsThat},
		{"tags cluster", w.tagsCluster},
		{"changes pools", w.changesPools},
		{"reads", w.reads},
		{"removes", w.removes},
	} {
		step.walk()
		fmt.Println(step.name)
	}
	fmt.Println("the whole walk held")
}
