package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// patience is how long one request may take; a server that hangs is asked again.
const patience = 20 * time.Second

// client speaks JSON over HTTPS with one server, whose certificate must come of one authority and name the address dialled.
type client struct {
	base string
	http *http.Client
}

// refused is a reply of the server that is not a success.
type refused struct {
	status int
	body   string
}

func (r *refused) Error() string { return fmt.Sprintf("HTTP %d: %.300s", r.status, r.body) }

// is tells whether the error is the server's reply with that status.
func is(err error, status int) bool {
	reply, found := err.(*refused)
	return found && reply.status == status
}

// newClient makes a client; identity, if not nil, is presented to a server that asks.
func newClient(base, authorityPem string, network *network, identity func() *tls.Certificate) (*client, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(authorityPem)) {
		return nil, fmt.Errorf("no certificate in the authority for %s", base)
	}
	settings := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}
	if identity != nil {
		settings.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return identity(), nil }
	}
	transport := &http.Transport{DialContext: network.DialContext, TLSClientConfig: settings, IdleConnTimeout: time.Minute}
	return &client{base, &http.Client{Transport: transport, Timeout: patience}}, nil
}

// do sends body as JSON, if there is one, and reads the reply into reply, if that is not nil.
func (c *client) do(ctx context.Context, method, path, mediaType string, body, reply any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", mediaType)
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 16<<20))
	if err != nil {
		return err
	}
	if response.StatusCode/100 != 2 {
		return &refused{response.StatusCode, string(text)}
	}
	if reply == nil {
		return nil
	}
	return json.Unmarshal(text, reply)
}

const (
	plainJSON = "application/json"
	mergeJSON = "application/strategic-merge-patch+json"
)

func (c *client) get(ctx context.Context, path string, reply any) error {
	return c.do(ctx, http.MethodGet, path, plainJSON, nil, reply)
}

func (c *client) post(ctx context.Context, path string, body, reply any) error {
	return c.do(ctx, http.MethodPost, path, plainJSON, body, reply)
}

func (c *client) patch(ctx context.Context, path string, body any) error {
	return c.do(ctx, http.MethodPatch, path, mergeJSON, body, nil)
}
