// qemu-system-x86_64 of the tests that need many machines and no boot chain: a process that is started as the machine engine
// starts QEMU (same command line, jail, user and network), speaks QMP, and plays a node of a pool without vTPM at its tap.
// What it cannot play (a vTPM, a firmware probe, --version) it hands to the real QEMU, the next of the name on PATH.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"syscall"
)

func main() {
	machine, plays := parseHardware(os.Args[1:])
	if !plays {
		log.Fatal(becomeRealQemu())
	}
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	log.SetPrefix("stand-in ")
	if err := run(machine); err != nil {
		log.Fatal(err)
	}
}

// run returns only by an error: a machine ends by QMP's quit or by a signal, whose default is right.
func run(machine hardware) error {
	network, err := openTap(machine.tap)
	if err != nil {
		return err
	}
	if err := serveQmp(machine.qmpSocket); err != nil {
		return err
	}
	drive, err := readConfigDrive(machine.configDrive)
	if err != nil {
		return err
	}
	log.Printf("this is machine %s, %s", drive.Machine, drive.Address)
	stack, err := network.join(machine.mac, drive.Address, drive.Gateway)
	if err != nil {
		return err
	}
	return newNode(machine, drive, stack).live(context.Background())
}

func becomeRealQemu() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		program := filepath.Join(folder, "qemu-system-x86_64")
		real, err := filepath.EvalSymlinks(program)
		if err == nil && real != self {
			return syscall.Exec(program, os.Args, os.Environ())
		}
	}
	return fmt.Errorf("there is no other qemu-system-x86_64 on PATH than the stand-in %s", self)
}
