package main

import (
	"strings"
	"testing"
)

const hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func TestTheCommandLineNamesTheRoot(t *testing.T) {
	v, err := parseVerity("ro sigillo.roothash=" + hash + " sigillo.verity=1234:" + hash + " quiet\n")
	if err != nil || v.blocks != 1234 || v.rootHash != hash || v.salt != hash {
		t.Fatalf("%+v %v", v, err)
	}
	if want := "1 /dev/vda2 /dev/vda3 4096 4096 1234 1 sha256 " + hash + " " + hash + " 1 panic_on_corruption"; v.table("/dev/vda2", "/dev/vda3") != want {
		t.Fatal(v.table("/dev/vda2", "/dev/vda3"))
	}
}

func TestACommandLineWithoutAWholeRootHashIsRefused(t *testing.T) {
	for _, line := range []string{"", "sigillo.roothash=" + hash, "sigillo.roothash=" + hash[2:] + " sigillo.verity=1:" + hash,
		"sigillo.roothash=" + hash + " sigillo.verity=0:" + hash, "sigillo.roothash=" + hash + " sigillo.verity=x:" + hash} {
		if _, err := parseVerity(line); err == nil || !strings.Contains(err.Error(), "kernel command line") {
			t.Errorf("%q: %v", line, err)
		}
	}
}
