// Program web is the workload of the end-to-end tests: it serves a text, fetches a URL, or waits. One static file, with
// Go's own resolver, so that an image needs nothing else.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	switch {
	case len(os.Args) == 4 && os.Args[1] == "serve":
		fmt.Println("serving")
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
	case len(os.Args) == 2 && os.Args[1] == "wait":
		time.Sleep(24 * time.Hour)
	default:
		fail(fmt.Errorf("usage: web serve ADDRESS TEXT | web get URL | web wait"))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
