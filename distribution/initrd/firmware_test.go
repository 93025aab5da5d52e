package main

import (
	"errors"
	"strings"
	"testing"
)

func TestVariablesOfFirmwareAndShimAreNoReasonToStop(t *testing.T) {
	if err := unmeasured([]string{"SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", "MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23"}); err != nil {
		t.Fatal(err)
	}
}

func TestAVariableOfSystemdsStopsTheMachine(t *testing.T) {
	for _, name := range []string{"SystemdOptions-8cf2644b-4b0b-428f-9387-6d876050dc67", "SystemdOptions-8CF2644B-4B0B-428F-9387-6D876050DC67", "Next-8cf2644b-4b0b-428f-9387-6d876050dc67"} {
		err := unmeasured([]string{"Boot0000-8be4df61-93ca-11d2-aa0d-00e098032b8c", name})
		if !errors.As(err, &refusal{}) || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAnEmulatedProcessorIsKnownByItsName(t *testing.T) {
	if !isEmulated("processor\t: 0\nmodel name\t: QEMU TCG CPU version 2.5+\n") || isEmulated("model name\t: Intel Xeon Processor\n") {
		t.Fatal("the model name decides")
	}
}
