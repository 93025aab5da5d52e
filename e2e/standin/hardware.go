package main

import (
	"strconv"
	"strings"
)

// hardware is what a node can know of its machine: the parts of QEMU's command line that the stand-in plays.
type hardware struct {
	name        string
	cpus        int
	memoryMib   int
	tap         string
	mac         string
	configDrive string
	qmpSocket   string
}

// parseHardware reads the command line that the engine's QemuCommand writes. It is false for what only QEMU can be: another
// netdev than a tap (a firmware probe), a TPM, or another command line than a machine's.
func parseHardware(arguments []string) (hardware, bool) {
	var machine hardware
	for at := 0; at+1 < len(arguments); at++ {
		value := arguments[at+1]
		fields := options(value)
		switch arguments[at] {
		case "-name":
			machine.name = value
		case "-tpmdev":
			return machine, false
		case "-smp":
			machine.cpus, _ = strconv.Atoi(value)
		case "-m":
			machine.memoryMib, _ = strconv.Atoi(value)
		case "-netdev":
			machine.tap = fields["ifname"]
		case "-device":
			if mac, found := fields["mac"]; found {
				machine.mac = mac
			}
		case "-drive":
			if fields["id"] == "config" {
				machine.configDrive = fields["file"]
			}
		case "-qmp":
			machine.qmpSocket = strings.TrimPrefix(strings.SplitN(value, ",", 2)[0], "unix:")
		}
	}
	return machine, machine.cpus > 0 && machine.memoryMib > 0 && machine.tap != "" && machine.mac != "" &&
		machine.configDrive != "" && machine.qmpSocket != ""
}

// options reads NAME=VALUE,…; the engine's paths hold no commas.
func options(value string) map[string]string {
	fields := map[string]string{}
	for _, part := range strings.Split(value, ",") {
		if name, text, found := strings.Cut(part, "="); found {
			fields[name] = text
		}
	}
	return fields
}
