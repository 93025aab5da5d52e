package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

// configDrive is what the machine is told at its creation; here always with a token, as there is no vTPM.
type configDrive struct {
	Machine       string `json:"machine"`
	Address       string `json:"address"`
	Gateway       string `json:"gateway"`
	Enrolment     string `json:"enrolment"`
	CaCertificate string `json:"caCertificate"`
	Token         string `json:"token"`
}

func readConfigDrive(path string) (configDrive, error) {
	var drive configDrive
	file, err := os.Open(path)
	if err != nil {
		return drive, err
	}
	defer file.Close()
	disk, err := io.ReadAll(io.LimitReader(file, 64<<10))
	if err != nil {
		return drive, err
	}
	text, _, _ := bytes.Cut(disk, []byte{0})
	if err := json.Unmarshal(text, &drive); err != nil {
		return drive, fmt.Errorf("config drive: %w", err)
	}
	if drive.Token == "" {
		return drive, errors.New("config drive: no token, and the stand-in has no vTPM")
	}
	return drive, nil
}

// joined is what the enrolment server hands to a node that it lets in.
type joined struct {
	NodeName          string `json:"nodeName"`
	ApiServer         string `json:"apiServer"`
	ClusterCa         string `json:"clusterCa"`
	Certificate       string `json:"certificate"`
	RenewAfterSeconds int    `json:"renewAfterSeconds"`
	PodCidr           string `json:"podCidr"`
	address           string
	identity          *tls.Certificate
}

// enrolment is the client's side without a vTPM: by the token once, by the present certificate later.
type enrolment struct {
	drive   configDrive
	network *network
	// The server binds the token to the first key that it is shown with.
	key *ecdsa.PrivateKey
}

func (e *enrolment) ask(ctx context.Context, step string, identity func() *tls.Certificate, body, reply any) error {
	server, err := newClient(e.drive.Enrolment, e.drive.CaCertificate, e.network, identity)
	if err != nil {
		return err
	}
	defer server.http.CloseIdleConnections()
	return server.do(ctx, http.MethodPost, "/enrolment/v1/"+step, plainJSON, body, reply)
}

type nodeReply struct {
	Node joined `json:"node"`
}

func (e *enrolment) byToken(ctx context.Context) (joined, error) {
	var session struct {
		Session     string `json:"session"`
		NodeName    string `json:"nodeName"`
		NodeAddress string `json:"nodeAddress"`
	}
	opening := map[string]string{"machine": e.drive.Machine, "token": e.drive.Token}
	if err := e.ask(ctx, "token", nil, opening, &session); err != nil {
		return joined{}, err
	}
	evidence, err := requests(session.NodeName, e.key)
	if err != nil {
		return joined{}, err
	}
	evidence["session"] = session.Session
	var reply nodeReply
	if err := e.ask(ctx, "evidence", nil, evidence, &reply); err != nil {
		return joined{}, err
	}
	reply.Node.address = session.NodeAddress
	return reply.Node.with(e.key)
}

func (e *enrolment) renew(ctx context.Context, before joined) (joined, error) {
	key, err := newKey()
	if err != nil {
		return joined{}, err
	}
	body, err := requests(before.NodeName, key)
	if err != nil {
		return joined{}, err
	}
	var reply nodeReply
	if err := e.ask(ctx, "renew", func() *tls.Certificate { return before.identity }, body, &reply); err != nil {
		return joined{}, err
	}
	reply.Node.address = before.address
	return reply.Node.with(key)
}

func (j joined) with(key *ecdsa.PrivateKey) (joined, error) {
	if j.RenewAfterSeconds < 1 {
		return j, fmt.Errorf("renewAfterSeconds is %d", j.RenewAfterSeconds)
	}
	identity, err := keyPair(j.Certificate, key)
	j.identity = identity
	return j, err
}

// enrolUntil repeats an attempt until it succeeds: the server may not be there yet, or not be able to judge yet.
func enrolUntil(attempt func() (joined, error)) joined {
	for {
		got, err := attempt()
		if err == nil {
			return got
		}
		if is(err, http.StatusForbidden) {
			log.Printf("REFUSED: %v", err)
			time.Sleep(30 * time.Second)
			continue
		}
		log.Printf("not yet: %v", err)
		time.Sleep(time.Second)
	}
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// requests is the key and the request for the kubelet's client certificate.
func requests(nodeName string, key *ecdsa.PrivateKey) (map[string]string, error) {
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	request, err := certificateRequest(nodeName, key, false, nil)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"kubeletKey": base64.StdEncoding.EncodeToString(spki),
		"clientCsr":  base64.StdEncoding.EncodeToString(request),
	}, nil
}

// certificateRequest is PKCS#10, DER; for a server with the node's name and address.
func certificateRequest(nodeName string, key *ecdsa.PrivateKey, serving bool, address net.IP) ([]byte, error) {
	template := &x509.CertificateRequest{Subject: pkix.Name{Organization: []string{"system:nodes"}, CommonName: "system:node:" + nodeName}}
	if serving {
		template.DNSNames = []string{nodeName}
		template.IPAddresses = []net.IP{address}
	}
	return x509.CreateCertificateRequest(rand.Reader, template, key)
}

func keyPair(certificate string, key *ecdsa.PrivateKey) (*tls.Certificate, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair([]byte(certificate), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return &pair, err
}
