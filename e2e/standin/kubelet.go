package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"
)

const (
	podsEvery   = time.Second
	leaseEvery  = 5 * time.Second
	statusEvery = 10 * time.Second
)

// node is what the agent and the kubelet are together on a real one.
type node struct {
	machine   hardware
	enrolment enrolment
	network   *network
	present   atomic.Pointer[joined]
	api       *client
	version   string
	// Of pods that were told to run.
	addresses map[string]string
	last      netip.Addr
}

func newNode(machine hardware, drive configDrive, network *network) *node {
	return &node{machine: machine, enrolment: enrolment{drive: drive, network: network}, network: network, addresses: map[string]string{}}
}

// live joins and then does what a kubelet does, until the process ends.
func (n *node) live(ctx context.Context) error {
	key, err := newKey()
	if err != nil {
		return err
	}
	n.enrolment.key = key
	first := enrolUntil(func() (joined, error) { return n.enrolment.byToken(ctx) })
	n.present.Store(&first)
	pods, err := netip.ParsePrefix(first.PodCidr)
	if err != nil {
		return err
	}
	n.last = pods.Addr().Next()
	n.api, err = newClient(first.ApiServer, first.ClusterCa, n.network, func() *tls.Certificate { return n.present.Load().identity })
	if err != nil {
		return err
	}
	log.Printf("joined as %s, next verdict in %d s", first.NodeName, first.RenewAfterSeconds)
	go n.renew(ctx, first)
	go n.serve(ctx)
	n.until("register", func() error { return n.register(ctx) })
	n.until("status", func() error { return n.reportStatus(ctx) })
	go n.every(statusEvery, "status", func() error { return n.reportStatus(ctx) })
	go n.every(leaseEvery, "lease", func() error { return n.renewLease(ctx) })
	n.every(podsEvery, "pods", func() error { return n.runPods(ctx) })
	return nil
}

func (n *node) renew(ctx context.Context, present joined) {
	for {
		time.Sleep(time.Duration(present.RenewAfterSeconds) * time.Second)
		present = enrolUntil(func() (joined, error) { return n.enrolment.renew(ctx, present) })
		n.present.Store(&present)
		n.api.http.CloseIdleConnections() // the old certificate's
		log.Print("renewed")
	}
}

func (n *node) until(what string, do func() error) {
	for err := do(); err != nil; err = do() {
		log.Printf("%s: %v", what, err)
		time.Sleep(500 * time.Millisecond)
	}
}

func (n *node) every(pause time.Duration, what string, do func() error) {
	for {
		if err := do(); err != nil {
			log.Printf("%s: %v", what, err)
		}
		time.Sleep(pause)
	}
}

// register is a kubelet's: it creates its Node if there is none, and writes the labels that are its own to write.
func (n *node) register(ctx context.Context) error {
	var version struct {
		GitVersion string `json:"gitVersion"`
	}
	if err := n.api.get(ctx, "/version", &version); err != nil {
		return err
	}
	n.version = version.GitVersion
	name := n.present.Load().NodeName
	metadata := map[string]any{"name": name, "labels": map[string]string{
		"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}}
	made := n.api.post(ctx, "/api/v1/nodes", map[string]any{"apiVersion": "v1", "kind": "Node", "metadata": metadata}, nil)
	if is(made, http.StatusConflict) {
		return n.api.patch(ctx, "/api/v1/nodes/"+name, map[string]any{"metadata": map[string]any{"labels": metadata["labels"]}})
	}
	return made
}

func (n *node) reportStatus(ctx context.Context) error {
	present := n.present.Load()
	now := time.Now().UTC().Format(time.RFC3339)
	condition := func(kind, status, reason, message string) map[string]string {
		return map[string]string{"type": kind, "status": status, "reason": reason, "message": message, "lastHeartbeatTime": now, "lastTransitionTime": n.since()}
	}
	amounts := map[string]string{
		"cpu": fmt.Sprint(n.machine.cpus), "memory": fmt.Sprintf("%dMi", n.machine.memoryMib), "pods": "110", "ephemeral-storage": "10Gi"}
	return n.api.patch(ctx, "/api/v1/nodes/"+present.NodeName+"/status", map[string]any{"status": map[string]any{
		"capacity": amounts, "allocatable": amounts,
		"conditions": []any{
			condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "the stand-in has sufficient memory available"),
			condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "the stand-in has no disk pressure"),
			condition("PIDPressure", "False", "KubeletHasSufficientPID", "the stand-in has sufficient PID available"),
			condition("Ready", "True", "KubeletReady", "the stand-in is posting ready status"),
		},
		"addresses": []any{
			map[string]string{"type": "InternalIP", "address": present.address},
			map[string]string{"type": "Hostname", "address": present.NodeName},
		},
		"daemonEndpoints": map[string]any{"kubeletEndpoint": map[string]int{"Port": kubeletPort}},
		"nodeInfo": map[string]string{
			"machineID": n.machine.name, "systemUUID": n.machine.name, "bootID": n.machine.name, "kernelVersion": "none", "osImage": "stand-in",
			"containerRuntimeVersion": "stand-in://0", "kubeletVersion": n.version, "kubeProxyVersion": "", "operatingSystem": "linux", "architecture": "amd64"},
	}})
}

var began = time.Now().UTC().Format(time.RFC3339)

// since is when the conditions became what they are: at once, and they stay.
func (n *node) since() string { return began }

func (n *node) renewLease(ctx context.Context) error {
	name := n.present.Load().NodeName
	leases := "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
	spec := map[string]any{"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": time.Now().UTC().Format("2006-01-02T15:04:05.000000Z07:00")}
	err := n.api.patch(ctx, leases+"/"+name, map[string]any{"spec": spec})
	if is(err, http.StatusNotFound) {
		return n.api.post(ctx, leases, map[string]any{
			"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": map[string]string{"name": name, "namespace": "kube-node-lease"}, "spec": spec}, nil)
	}
	return err
}
