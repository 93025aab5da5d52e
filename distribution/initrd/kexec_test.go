package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheSwitchIsSetAndReadBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kexec_load_disabled")
	if err := os.WriteFile(file, []byte("0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := forbidKexec(file); err != nil {
		t.Fatal(err)
	}
	if set, _ := os.ReadFile(file); string(set) != "1\n" {
		t.Fatalf("the switch says %q", set)
	}
}

func TestASwitchThatStaysOffStopsTheNode(t *testing.T) {
	if err := forbidKexec("/dev/null"); err == nil {
		t.Fatal("a switch that took nothing was believed")
	}
	if err := forbidKexec(filepath.Join(t.TempDir(), "absent", "switch")); err == nil {
		t.Fatal("a switch that is not there was believed")
	}
}
