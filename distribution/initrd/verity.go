package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// verityRoot is what the command line says of the root: sigillo.roothash=HASH sigillo.verity=BLOCKS:SALT, 4096-byte blocks.
type verityRoot struct {
	rootHash, salt string
	blocks         uint64
}

func parseVerity(line string) (verityRoot, error) {
	var v verityRoot
	for _, word := range strings.Fields(line) {
		if value, is := strings.CutPrefix(word, "sigillo.roothash="); is {
			v.rootHash = value
		}
		if value, is := strings.CutPrefix(word, "sigillo.verity="); is {
			blocks, salt, _ := strings.Cut(value, ":")
			n, err := strconv.ParseUint(blocks, 10, 40)
			if err != nil {
				return v, fmt.Errorf("kernel command line: sigillo.verity=%s: want BLOCKS:SALT", value)
			}
			v.blocks, v.salt = n, salt
		}
	}
	if !isHex(v.rootHash, 32) || !isHex(v.salt, 32) || v.blocks == 0 {
		return v, fmt.Errorf("kernel command line: want sigillo.roothash=<64 hex digits> and sigillo.verity=<blocks>:<64 hex digits>, have %q", line)
	}
	return v, nil
}

func isHex(text string, size int) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == size
}

// table is the dm-verity target's parameters, Documentation/admin-guide/device-mapper/verity.rst. A block that differs
// from its hash stops the kernel: a node with a changed root must not run on with I/O errors.
func (v verityRoot) table(data, hashes string) string {
	return fmt.Sprintf("1 %s %s 4096 4096 %d 1 sha256 %s %s 1 panic_on_corruption", data, hashes, v.blocks, v.rootHash, v.salt)
}

// The device-mapper's ioctl interface, include/uapi/linux/dm-ioctl.h.
const (
	dmHeader     = 312
	dmTarget     = 40
	dmDevCreate  = 0xc138fd03
	dmDevSuspend = 0xc138fd06
	dmTableLoad  = 0xc138fd09
	dmReadOnly   = 1
)

func openVerity(name string, v verityRoot, data, hashes string) (string, error) {
	control, err := os.OpenFile("/dev/mapper/control", os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer control.Close()
	if err := dmIoctl(control, dmDevCreate, dmRequest(name, 0, 0, nil)); err != nil {
		return "", fmt.Errorf("create: %w", err)
	}
	if err := dmIoctl(control, dmTableLoad, dmRequest(name, dmReadOnly, 1, dmVerityTarget(v, data, hashes))); err != nil {
		return "", fmt.Errorf("table %q: %w", v.table(data, hashes), err)
	}
	if err := dmIoctl(control, dmDevSuspend, dmRequest(name, 0, 0, nil)); err != nil {
		return "", fmt.Errorf("resume: %w", err)
	}
	return "/dev/dm-0", nil // the only device-mapper device there is at this point
}

func dmRequest(name string, flags, targets uint32, payload []byte) []byte {
	b := make([]byte, dmHeader+len(payload))
	le := binary.LittleEndian
	le.PutUint32(b[0:], 4) // interface version 4.0.0
	le.PutUint32(b[12:], uint32(len(b)))
	le.PutUint32(b[16:], dmHeader)
	le.PutUint32(b[20:], targets)
	le.PutUint32(b[28:], flags)
	copy(b[48:48+127], name)
	copy(b[dmHeader:], payload)
	return b
}

func dmVerityTarget(v verityRoot, data, hashes string) []byte {
	parameters := v.table(data, hashes)
	b := make([]byte, (dmTarget+len(parameters)+1+7)/8*8)
	le := binary.LittleEndian
	le.PutUint64(b[8:], v.blocks*8) // length in 512-byte sectors
	le.PutUint32(b[20:], uint32(len(b)))
	copy(b[24:40], "verity")
	copy(b[dmTarget:], parameters)
	return b
}

// JUSTIFICATION: device-mapper and finit_module have no wrapper in the standard library, and the initrd takes no other.
// SAFETY: the kernel reads and writes no more than the size that the buffer's own header states, which is its length.
func dmIoctl(control *os.File, request uintptr, buffer []byte) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, control.Fd(), request, uintptr(unsafe.Pointer(&buffer[0]))); errno != 0 {
		return errno
	}
	return nil
}

// finitModule loads from the file itself, so that IMA measures the file.
func finitModule(fd uintptr, parameters *byte) error {
	const sysFinitModule = 313 // x86-64
	if _, _, errno := syscall.Syscall(sysFinitModule, fd, uintptr(unsafe.Pointer(parameters)), 0); errno != 0 && errno != syscall.EEXIST {
		return errno
	}
	return nil
}
