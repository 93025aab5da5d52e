// The Azure SDK for JavaScript against a Sigillo: one walk over its API, unmodified.
// Environment as walk.py has it, with NODE_EXTRA_CA_CERTS for the server's certificate. Prints a line for each step and
// ends with another exit code than 0 at the first one that does not hold.
import assert from "node:assert/strict";
import { ContainerServiceClient } from "@azure/arm-containerservice";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";

const { SIGILLO_ENDPOINT: endpoint, SIGILLO_TENANT: tenant, SIGILLO_SUBSCRIPTION: subscription } = process.env;
const { SIGILLO_CLIENT_ID: id, SIGILLO_CLIENT_SECRET: secret } = process.env;
const group = "javascript";
const name = "javascript1";
const quick = { updateIntervalInMs: 1000 };

const login = (secret) =>
  new ClientSecretCredential(tenant, id, secret, { authorityHost: endpoint, disableInstanceDiscovery: true });
const where = { endpoint, credentials: { scopes: `${endpoint}/.default` } };
const aks = new ContainerServiceClient(login(secret), subscription, where);
const groups = new ResourceManagementClient(login(secret), subscription, {
  endpoint,
  credentialScopes: [`${endpoint}/.default`],
});

const cluster = (count, vmSize = "Standard_D2s_v5") => ({
  location: "eastus",
  dnsPrefix: name,
  agentPoolProfiles: [
    { name: "nodepool1", mode: "System", count, vmSize, securityProfile: { enableVtpm: true, enableSecureBoot: true } },
  ],
});

async function all(pages) {
  const found = [];
  for await (const each of pages) found.push(each);
  return found;
}

async function refused(code, call, status) {
  await assert.rejects(call, (error) => {
    assert.equal(error.code, code, String(error));
    if (status) assert.equal(error.statusCode, status, String(error));
    return true;
  });
}

const steps = {
  async "logs in, and not with a wrong secret"() {
    assert.ok((await login(secret).getToken(`${endpoint}/.default`)).token);
    await assert.rejects(login("wrong").getToken(`${endpoint}/.default`), /AADSTS7000215/);
  },
  async catalogues() {
    const { values } = await aks.managedClusters.listKubernetesVersions("eastus");
    assert.ok(values.some((version) => Object.keys(version.patchVersions).length > 0));
    const operations = (await all(aks.operations.list())).map((operation) => operation.name);
    assert.ok(operations.includes("Microsoft.ContainerService/managedClusters/write"), String(operations));
  },
  async "makes group"() {
    const made = await groups.resourceGroups.createOrUpdate(group, { location: "eastus" });
    assert.equal(made.properties.provisioningState, "Succeeded");
    assert.deepEqual((await groups.resourceGroups.update(group, { tags: { by: "walk" } })).tags, { by: "walk" });
  },
  async "is refused"() {
    await refused("InsufficientCapacity", aks.managedClusters.createOrUpdate(group, "no", cluster(200)), 409);
    const gen1 = aks.managedClusters.createOrUpdate(group, "no", cluster(1, "Standard_A2_v2"));
    await refused("TrustedLaunchIncompatibleWithConfig", gen1, 400);
    await refused("ResourceNotFound", aks.managedClusters.get(group, "no"), 404);
    assert.deepEqual(await all(aks.managedClusters.listByResourceGroup(group)), []);
  },
  async "makes cluster, and aborts that"() {
    const poller = aks.managedClusters.createOrUpdate(group, name, cluster(1), quick);
    await poller.poll();
    assert.equal((await aks.managedClusters.get(group, name)).provisioningState, "Creating");
    await aks.managedClusters.abortLatestOperation(group, name, quick);
    await assert.rejects(poller.pollUntilDone(), /canceled|OperationPreempted|aborted/i);
    const now = await aks.managedClusters.get(group, name);
    assert.equal(now.provisioningState, "Canceled");
    assert.equal(now.agentPoolProfiles[0].securityProfile.enableVtpm, true);
    assert.ok((await all(aks.managedClusters.list())).some((each) => each.name === name));
  },
  async "tags cluster"() {
    const before = await aks.managedClusters.get(group, name);
    const tags = { tags: { by: "javascript" } };
    const other = aks.managedClusters.updateTags(group, name, tags, { ifMatch: "another" });
    await refused("PreconditionFailed", other, 412);
    const after = await aks.managedClusters.updateTags(group, name, tags, { ...quick, ifMatch: before.eTag });
    assert.deepEqual(after.tags, tags.tags);
    assert.notEqual(after.eTag, before.eTag);
  },
  async pools() {
    const pool = { mode: "User", count: 0, vmSize: "Standard_D2s_v5", nodeLabels: { tier: "one" } };
    pool.securityProfile = { enableVtpm: true, enableSecureBoot: false };
    const put = (options) => aks.agentPools.createOrUpdate(group, name, "walk1", pool, { ...quick, ...options });
    const made = await put();
    assert.equal(made.provisioningState, "Succeeded");
    assert.deepEqual([made.securityProfile.enableVtpm, made.securityProfile.enableSecureBoot], [true, false]);
    assert.equal((await put()).eTag, made.eTag, "the same request again changes nothing");
    assert.deepEqual((await all(aks.agentPools.list(group, name))).map((each) => each.name), ["nodepool1", "walk1"]);
    pool.nodeLabels = { tier: "two" };
    await refused("PreconditionFailed", put({ ifMatch: "another" }), 412);
    assert.deepEqual((await put({ ifMatch: made.eTag })).nodeLabels, { tier: "two" });
    pool.securityProfile.enableSecureBoot = true;
    assert.equal((await put()).securityProfile.enableSecureBoot, true);
    await refused("OperationNotAllowed", aks.agentPools.delete(group, name, "nodepool1"), 400);
  },
  async reads() {
    assert.ok((await aks.managedClusters.getUpgradeProfile(group, name)).controlPlaneProfile.kubernetesVersion);
    assert.ok((await aks.agentPools.getUpgradeProfile(group, name, "walk1")).latestNodeImageVersion);
    assert.ok((await aks.agentPools.getAvailableAgentPoolVersions(group, name)).agentPoolVersions);
    for (const machine of await all(aks.machines.list(group, name, "nodepool1"))) {
      assert.equal((await aks.machines.get(group, name, "nodepool1", machine.name)).id, machine.id);
    }
    for (const listed of [
      await aks.managedClusters.listClusterUserCredentials(group, name),
      await aks.managedClusters.listClusterAdminCredentials(group, name),
    ]) {
      assert.match(Buffer.from(listed.kubeconfigs[0].value).toString(), /kind: Config/);
    }
  },
  async removes() {
    await aks.agentPools.delete(group, name, "walk1", quick);
    await refused("NotFound", aks.agentPools.get(group, name, "walk1"), 404);
    await aks.managedClusters.delete(group, name, quick);
    await refused("ResourceNotFound", aks.managedClusters.get(group, name), 404);
    await groups.resourceGroups.beginDeleteAndWait(group, quick);
    assert.equal((await groups.resourceGroups.checkExistence(group)).body, false);
  },
};

for (const [step, walk] of Object.entries(steps)) {
  await walk();
  console.log(step);
}
console.log("the whole walk held");
