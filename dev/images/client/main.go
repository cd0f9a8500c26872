// Calls a URL again and again and logs each answer as a plain line: by a new connection each time, or over one that is kept.
package main

import (
	"context"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	url := flag.String("url", "", "what to call")
	every := flag.Duration("every", time.Second, "how long from one call to the next")
	keep := flag.Bool("keep-alive", false, "call over one connection that stays open")
	flag.Parse()
	log.SetOutput(os.Stdout)
	log.SetFlags(0)
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: !*keep}}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	for {
		call(client, *url)
		select {
		case <-stop:
			return
		case <-time.After(*every):
		}
	}
}

func call(client *http.Client, url string) {
	var own net.Addr
	trace := &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) { own = got.Conn.LocalAddr() }}
	began := time.Now()
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), trace), "GET", url, nil)
	if err != nil {
		log.Fatalf("ERROR %s is not a URL: %v", url, err)
	}
	response, err := client.Do(request)
	if err != nil {
		log.Printf("ERROR GET %s failed: %v", url, err)
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	log.Printf("INFO GET %s -> %d from %v in %v", url, response.StatusCode, own, time.Since(began).Round(time.Microsecond))
}
