package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

const (
	variables = "/sys/firmware/efi/efivars"
	// systemdVendor owns SystemdOptions, which systemd takes for a second kernel command line unless Secure Boot is on.
	systemdVendor = "-8cf2644b-4b0b-428f-9387-6d876050dc67"
)

// refusal is a machine that was tampered with: it is switched off, while one that merely fails stays with its console.
type refusal struct{ reason string }

func (r refusal) Error() string { return r.reason }

// checkFirmware refuses to start on EFI variables that would be input to the root's init without being measured. No
// program of the image writes one of systemd's; whoever can write the variable store from outside could.
func checkFirmware() error {
	if _, err := os.Stat("/sys/firmware/efi"); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("this kernel was not started by UEFI firmware")
	}
	if err := syscall.Mount("efivarfs", variables, "efivarfs", syscall.MS_RDONLY|syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("EFI variables cannot be looked at: %w", err)
	}
	entries, err := os.ReadDir(variables)
	if err != nil {
		return fmt.Errorf("EFI variables cannot be looked at: %w", err)
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return unmeasured(names)
}

// unmeasured judges the names of efivarfs, NAME-GUID each.
func unmeasured(names []string) error {
	for _, name := range names {
		if strings.HasSuffix(strings.ToLower(name), systemdVendor) {
			return refusal{fmt.Sprintf("EFI variable %q would give systemd options that nothing measures", name)}
		}
	}
	return nil
}
