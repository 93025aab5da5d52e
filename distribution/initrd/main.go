// The first program of a node. It is the whole initrd beside a few kernel modules: it opens the read-only root under
// dm-verity by the root hash on the kernel command line, makes an empty /var on the scratch disk, and hands over to
// the root's init. Firmware and GRUB have measured it (PCR 9) and its command line (PCR 8) before it runs.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	root        = "/root"
	osDisk      = "sigillo-os"
	scratchDisk = "sigillo-scratch"
	deviceWait  = 20 * time.Second
)

func main() {
	if err := boot(); err != nil {
		// Fail closed: no shell, no second try; the machine ends with the reason as its console's last words.
		fmt.Fprintf(os.Stderr, "sigillo-initrd: the node does not start: %v\n", err)
		time.Sleep(time.Second)
		how := syscall.LINUX_REBOOT_CMD_HALT
		if errors.As(err, &refusal{}) {
			how = syscall.LINUX_REBOOT_CMD_POWER_OFF
		}
		syscall.Reboot(how)
	}
}

func boot() error {
	if err := mountKernelFileSystems(); err != nil {
		return err
	}
	line, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return err
	}
	verity, err := parseVerity(string(line))
	if err != nil {
		return err
	}
	if err := forbidKexec("/proc/sys/kernel/kexec_load_disabled"); err != nil {
		return err
	}
	if err := measureEveryModule(); err != nil {
		return err
	}
	if err := loadModules("/modules"); err != nil {
		return err
	}
	if err := checkFirmware(); err != nil {
		return err
	}
	osDevice, err := findDisk(osDisk)
	if err != nil {
		return err
	}
	scratchDevice, err := findDisk(scratchDisk)
	if err != nil {
		return err
	}
	device, err := openVerity("root", verity, osDevice+"2", osDevice+"3")
	if err != nil {
		return fmt.Errorf("root file system: dm-verity refuses it: %w", err)
	}
	if err := syscall.Mount(device, root, "erofs", syscall.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("root file system: %s does not mount; it is not the one the root hash %s names: %w", device, verity.rootHash, err)
	}
	if err := enterRoot(); err != nil {
		return err
	}
	if err := makeVar(scratchDevice); err != nil {
		return err
	}
	if err := configureInit("/run/systemd/system.conf.d"); err != nil {
		return err
	}
	const init = "/usr/lib/systemd/systemd"
	return fmt.Errorf("starting %s: %w", init, syscall.Exec(init, []string{init}, []string{"PATH=/usr/sbin:/usr/bin", "TERM=linux"}))
}

func mountKernelFileSystems() error {
	for _, m := range []struct {
		source, target, kind string
		flags                uintptr
		data                 string
	}{
		{"devtmpfs", "/dev", "devtmpfs", syscall.MS_NOSUID, "mode=0755"},
		{"proc", "/proc", "proc", syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC, ""},
		{"sysfs", "/sys", "sysfs", syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC, ""},
		{"tmpfs", "/run", "tmpfs", syscall.MS_NOSUID | syscall.MS_NODEV, "mode=0755,size=20%"},
		{"securityfs", "/sys/kernel/security", "securityfs", syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC, ""},
	} {
		if err := syscall.Mount(m.source, m.target, m.kind, m.flags, m.data); err != nil && err != syscall.EBUSY {
			return fmt.Errorf("mounting %s on %s: %w", m.kind, m.target, err)
		}
	}
	return nil
}

// forbidKexec makes this the only kernel until the machine is reset: another one, started without a reset, would go on
// with registers that speak of this one. The switch works one way.
func forbidKexec(switchFile string) error {
	if err := os.WriteFile(switchFile, []byte("1\n"), 0); err != nil {
		return fmt.Errorf("kexec cannot be forbidden: %w", err)
	}
	set, err := os.ReadFile(switchFile)
	if err != nil || strings.TrimSpace(string(set)) != "1" {
		return fmt.Errorf("kexec is not forbidden: %s says %q (%v)", switchFile, set, err)
	}
	return nil
}

// measureEveryModule makes IMA extend PCR 10 by every driver. With Secure Boot on, the kernel's own architecture policy
// already does; with it off nothing would. The kernel takes one policy per boot, so nobody can replace this one later.
func measureEveryModule() error {
	const policy = "/sys/kernel/security/ima/policy"
	if err := os.WriteFile(policy, []byte("measure func=MODULE_CHECK\n"), 0o200); err != nil {
		return fmt.Errorf("IMA policy: drivers would load unmeasured: %w", err)
	}
	return nil
}

// loadModules loads the files of a folder in the order of their names; the build numbers them by dependency.
func loadModules(dir string) error {
	files, err := filepath.Glob(dir + "/*.ko")
	if err != nil {
		return err
	}
	for _, file := range files { // Glob sorts
		if err := loadModule(file); err != nil {
			return fmt.Errorf("driver %s: %w", filepath.Base(file), err)
		}
	}
	return nil
}

func loadModule(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	parameters, err := syscall.BytePtrFromString("")
	if err != nil {
		return err
	}
	return finitModule(f.Fd(), parameters)
}

// configureInit has the programs of an emulated node, which are Go programs, use one processor each: theirs to wake one
// another for a few microseconds of work costs an emulator most of what an idle node takes.
func configureInit(folder string) error {
	cpu, err := os.ReadFile("/proc/cpuinfo")
	if err != nil || !isEmulated(string(cpu)) {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(folder+"/emulated.conf", []byte("[Manager]\nDefaultEnvironment=GOMAXPROCS=1\n"), 0o644)
}

// isEmulated tells QEMU's own translator from hardware virtualization by the name it gives its processor.
func isEmulated(cpuinfo string) bool {
	return strings.Contains(cpuinfo, "QEMU TCG CPU")
}

// findDisk names the virtio disk of a serial number: /dev/vda for "sigillo-os".
func findDisk(serial string) (string, error) {
	for deadline := time.Now().Add(deviceWait); ; time.Sleep(20 * time.Millisecond) {
		files, err := filepath.Glob("/sys/block/vd*/serial")
		if err != nil {
			return "", err
		}
		for _, file := range files {
			have, err := os.ReadFile(file)
			if err == nil && string(bytes.TrimSpace(have)) == serial {
				return "/dev/" + filepath.Base(filepath.Dir(file)), nil
			}
		}
		if time.Now().After(deadline) {
			return "", fmt.Errorf("no virtio disk with serial %q after %s; the machine must have one (seen: %s)", serial, deviceWait, strings.Join(files, " "))
		}
	}
}

// makeVar formats the scratch disk anew, so that no file of an earlier boot lives on.
func makeVar(device string) error {
	format := exec.Command("/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-O", "^has_journal,^resize_inode",
		"-E", "lazy_itable_init=1,nodiscard", "-N", "400000", device)
	format.Env = []string{"PATH=/usr/sbin:/usr/bin"}
	if said, err := format.CombinedOutput(); err != nil {
		return fmt.Errorf("formatting %s for /var: %w: %s", device, err, bytes.TrimSpace(said))
	}
	if err := syscall.Mount(device, "/var", "ext4", syscall.MS_NODEV|syscall.MS_NOATIME, "noinit_itable"); err != nil {
		return fmt.Errorf("mounting %s on /var: %w", device, err)
	}
	return nil
}

// enterRoot makes the verified root the root of everything, with the kernel's file systems in it.
func enterRoot() error {
	for _, dir := range []string{"/dev", "/proc", "/sys", "/run"} {
		if err := syscall.Mount(dir, root+dir, "", syscall.MS_MOVE, ""); err != nil {
			return fmt.Errorf("moving %s into the root: %w", dir, err)
		}
	}
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := syscall.Mount(".", "/", "", syscall.MS_MOVE, ""); err != nil {
		return fmt.Errorf("moving the root to /: %w", err)
	}
	if err := syscall.Chroot("."); err != nil {
		return err
	}
	return os.Chdir("/")
}
