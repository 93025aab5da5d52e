// Program web is the workload of the end-to-end tests: it serves a text, fetches a URL once or without end, or waits. One
// static file, with Go's own resolver, so that an image needs nothing else.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	switch {
	case len(os.Args) == 4 && os.Args[1] == "serve":
		fmt.Println("serving")
		go leave()
		err := http.ListenAndServe(os.Args[2], http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(w, os.Args[3])
		}))
		fail(err)
	case len(os.Args) == 3 && os.Args[1] == "get":
		client := http.Client{Timeout: 20 * time.Second}
		answer, err := client.Get(os.Args[2])
		if err != nil {
			fail(err)
		}
		io.Copy(os.Stdout, answer.Body)
	case len(os.Args) == 3 && os.Args[1] == "load":
		load(os.Args[2])
	case len(os.Args) == 2 && os.Args[1] == "wait":
		time.Sleep(24 * time.Hour)
	default:
		fail(fmt.Errorf("usage: web serve ADDRESS TEXT | web get URL | web load URL | web wait"))
	}
}

// leave ends a server that was asked to go as servers should: it goes on until nobody sends it requests any more.
func leave() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	<-asked
	time.Sleep(20 * time.Second) // kube-proxy of an emulated node that others crowd hears of it late
	os.Exit(0)
}

// load fetches the URL five times a second, each time by a connection of its own, and prints a line for each failure and
// for each hundredth success.
func load(url string) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	good, bad := 0, 0
	for range time.Tick(200 * time.Millisecond) {
		answer, err := client.Get(url)
		if err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
		if err != nil {
			bad++
			fmt.Printf("failed %d: %v\n", bad, err)
			continue
		}
		good++
		if good%100 == 0 {
			fmt.Printf("good %d failed %d\n", good, bad)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
