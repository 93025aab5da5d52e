package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
)

// serveQmp answers QEMU's machine protocol, as far as the engine asks, on a unix socket.
func serveQmp(path string) error {
	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go answerQmp(connection)
		}
	}()
	return nil
}

func answerQmp(connection net.Conn) {
	defer connection.Close()
	fmt.Fprintln(connection, `{"QMP": {"version": {"qemu": {"major": 0, "minor": 0, "micro": 0}, "package": "stand-in"}, "capabilities": []}}`)
	lines := bufio.NewScanner(connection)
	for lines.Scan() {
		var request struct {
			Execute string `json:"execute"`
		}
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			fmt.Fprintln(connection, `{"error": {"class": "GenericError", "desc": "JSON parse error"}}`)
			continue
		}
		switch request.Execute {
		case "query-status":
			fmt.Fprintln(connection, `{"return": {"running": true, "status": "running"}}`)
		case "quit":
			fmt.Fprintln(connection, `{"return": {}}`)
			os.Exit(0)
		case "qmp_capabilities":
			fmt.Fprintln(connection, `{"return": {}}`)
		default:
			fmt.Fprintf(connection, `{"error": {"class": "CommandNotFound", "desc": "the stand-in does not play %q"}}`+"\n", request.Execute)
		}
	}
}
