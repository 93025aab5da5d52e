package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/fdbased"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

const (
	card = 1
	mtu  = 1500
)

// tap is the machine's end of its cable.
type tap struct{ fd int }

// openTap takes the machine's tap, as QEMU does: the engine has made it for this user.
func openTap(name string) (tap, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return tap{}, fmt.Errorf("/dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return tap{}, err
	}
	request.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		return tap{}, fmt.Errorf("tap %s: %w", name, err)
	}
	return tap{fd}, unix.SetNonblock(fd, true)
}

// network is TCP over IPv4 as the guest's kernel would have it.
type network struct {
	stack   *stack.Stack
	address netip.Addr
}

// join gives the card its address and the default route. It runs in this process: the machine's user may configure nothing.
func (t tap) join(mac, address, gateway string) (*network, error) {
	hardware, err := net.ParseMAC(mac)
	if err != nil {
		return nil, err
	}
	own, err := netip.ParsePrefix(address)
	if err != nil {
		return nil, err
	}
	router, err := netip.ParseAddr(gateway)
	if err != nil {
		return nil, err
	}
	link, err := fdbased.New(&fdbased.Options{
		FDs: []int{t.fd}, MTU: mtu, EthernetHeader: true, Address: tcpip.LinkAddress(hardware),
		ClosedFunc: func(tcpip.Error) {
			fmt.Fprintln(os.Stderr, "the tap is gone") // and with it the machine's network: the engine is removing both
		},
	})
	if err != nil {
		return nil, err
	}
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	if failed := s.CreateNIC(card, link); failed != nil {
		return nil, fmt.Errorf("card: %s", failed)
	}
	with := tcpip.AddressWithPrefix{Address: tcpip.AddrFrom4(own.Addr().As4()), PrefixLen: own.Bits()}
	if failed := s.AddProtocolAddress(card, tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber, AddressWithPrefix: with}, stack.AddressProperties{}); failed != nil {
		return nil, fmt.Errorf("address %s: %s", address, failed)
	}
	s.SetRouteTable([]tcpip.Route{
		{Destination: with.Subnet(), NIC: card},
		{Destination: header.IPv4EmptySubnet, Gateway: tcpip.AddrFrom4(router.As4()), NIC: card},
	})
	return &network{s, own.Addr()}, nil
}

// DialContext is http.Transport's.
func (n *network) DialContext(ctx context.Context, _, target string) (net.Conn, error) {
	at, err := netip.ParseAddrPort(target)
	if err != nil {
		return nil, fmt.Errorf("%s is no address and port: nodes are told of servers by address", target)
	}
	return gonet.DialContextTCP(ctx, n.stack, full(at.Addr(), at.Port()), ipv4.ProtocolNumber)
}

func (n *network) listen(port uint16) (net.Listener, error) {
	return gonet.ListenTCP(n.stack, full(n.address, port), ipv4.ProtocolNumber)
}

func full(address netip.Addr, port uint16) tcpip.FullAddress {
	return tcpip.FullAddress{NIC: card, Addr: tcpip.AddrFrom4(address.As4()), Port: port}
}
