package main

import (
	"context"
	"net/http"
	"time"
)

type pod struct {
	Metadata struct {
		Namespace         string  `json:"namespace"`
		Name              string  `json:"name"`
		UID               string  `json:"uid"`
		DeletionTimestamp *string `json:"deletionTimestamp"`
	} `json:"metadata"`
	Spec struct {
		Containers []struct {
			Name  string `json:"name"`
			Image string `json:"image"`
		} `json:"containers"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase"`
	} `json:"status"`
}

// runPods says of each pod on this node that it runs, and of each that is to go that it has gone.
func (n *node) runPods(ctx context.Context) error {
	var pods struct {
		Items []pod `json:"items"`
	}
	if err := n.api.get(ctx, "/api/v1/pods?fieldSelector=spec.nodeName%3D"+n.present.Load().NodeName, &pods); err != nil {
		return err
	}
	for _, each := range pods.Items {
		path := "/api/v1/namespaces/" + each.Metadata.Namespace + "/pods/" + each.Metadata.Name
		var err error
		switch {
		case each.Metadata.DeletionTimestamp != nil:
			delete(n.addresses, each.Metadata.UID)
			err = n.api.do(ctx, http.MethodDelete, path, plainJSON, map[string]any{
				"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0, "preconditions": map[string]string{"uid": each.Metadata.UID}}, nil)
		case each.Status.Phase == "Pending":
			err = n.api.patch(ctx, path+"/status", n.running(each))
		}
		if err != nil && !is(err, http.StatusNotFound) && !is(err, http.StatusConflict) {
			return err
		}
	}
	return nil
}

func (n *node) running(p pod) map[string]any {
	address, known := n.addresses[p.Metadata.UID]
	if !known {
		n.last = n.last.Next()
		address = n.last.String()
		n.addresses[p.Metadata.UID] = address
	}
	now := time.Now().UTC().Format(time.RFC3339)
	conditions, containers := []any{}, []any{}
	for _, kind := range []string{"Initialized", "Ready", "ContainersReady"} {
		conditions = append(conditions, map[string]string{"type": kind, "status": "True", "lastTransitionTime": now})
	}
	for _, each := range p.Spec.Containers {
		containers = append(containers, map[string]any{
			"name": each.Name, "image": each.Image, "imageID": each.Image, "containerID": "stand-in://" + each.Name, "ready": true, "started": true,
			"restartCount": 0, "state": map[string]any{"running": map[string]string{"startedAt": now}}})
	}
	return map[string]any{"metadata": map[string]string{"uid": p.Metadata.UID}, "status": map[string]any{
		"phase": "Running", "startTime": now, "hostIP": n.present.Load().address, "podIP": address,
		"podIPs": []any{map[string]string{"ip": address}}, "conditions": conditions, "containerStatuses": containers}}
}
