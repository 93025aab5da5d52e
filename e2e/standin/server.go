package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

const (
	kubeletPort = 10250
	requestsAt  = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
)

// serve is the kubelet's server, as far as the API server is asked through it: /healthz, for clients of the cluster's authority.
func (n *node) serve(ctx context.Context) {
	var certificate *tls.Certificate
	n.until("serving certificate", func() (err error) {
		certificate, err = n.servingCertificate(ctx)
		return err
	})
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM([]byte(n.present.Load().ClusterCa))
	listener, err := n.network.listen(kubeletPort)
	if err != nil {
		log.Fatal(err)
	}
	handler := http.NewServeMux()
	handler.HandleFunc("GET /healthz", func(to http.ResponseWriter, _ *http.Request) { io.WriteString(to, "ok") })
	server := &http.Server{Handler: handler, ErrorLog: log.Default(), ReadHeaderTimeout: patience}
	log.Fatal(server.Serve(tls.NewListener(listener, &tls.Config{
		Certificates: []tls.Certificate{*certificate}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, MinVersion: tls.VersionTLS12})))
}

// servingCertificate asks the cluster, as a kubelet with serverTLSBootstrap does, and waits until somebody has decided.
func (n *node) servingCertificate(ctx context.Context) (*tls.Certificate, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	present := n.present.Load()
	der, err := certificateRequest(present.NodeName, key, true, net.ParseIP(present.address).To4())
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
	type request struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
		Status struct {
			Certificate string `json:"certificate"`
			Conditions  []struct {
				Type string `json:"type"`
			} `json:"conditions"`
		} `json:"status"`
	}
	var seen request
	err = n.api.post(ctx, requestsAt, map[string]any{
		"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": map[string]string{"generateName": "csr-"},
		"spec": map[string]any{
			"request": base64.StdEncoding.EncodeToString(text), "signerName": "kubernetes.io/kubelet-serving",
			"usages": []string{"digital signature", "server auth"}}}, &seen)
	if err != nil {
		return nil, err
	}
	name := seen.Metadata.Name
	for range 120 {
		time.Sleep(250 * time.Millisecond)
		if err := n.api.get(ctx, requestsAt+"/"+name, &seen); err != nil {
			return nil, err
		}
		if seen.Status.Certificate != "" {
			certificate, err := base64.StdEncoding.DecodeString(seen.Status.Certificate)
			if err != nil {
				return nil, err
			}
			return keyPair(string(certificate), key)
		}
		for _, condition := range seen.Status.Conditions {
			if condition.Type != "Approved" {
				return nil, errors.New(name + " was " + condition.Type)
			}
		}
	}
	return nil, errors.New(name + " was not decided in 30 s")
}
