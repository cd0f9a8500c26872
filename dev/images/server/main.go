// A small HTTP server that logs every request as a line of JSON. /fail answers 500; /long logs a line that containerd splits in parts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// containerd splits a line at 16 KiB.
const longBytes = 20_000

func main() {
	address := flag.String("listen", ":8080", "where to listen")
	flag.Parse()
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	mux := http.NewServeMux()
	mux.HandleFunc("/", answering(log, http.StatusOK))
	mux.HandleFunc("/fail", answering(log, http.StatusInternalServerError))
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) {
		log.Info("long", "text", strings.Repeat("x", longBytes))
		w.WriteHeader(http.StatusNoContent)
	})
	server := &http.Server{Addr: *address, Handler: mux, ReadHeaderTimeout: 10 * time.Second}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = server.Shutdown(context.Background())
	}()
	log.Info("listening", "address", *address)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Error("cannot serve", "error", err.Error())
		os.Exit(1)
	}
}

func answering(log *slog.Logger, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		w.WriteHeader(status)
		name, _ := os.Hostname()
		fmt.Fprintf(w, "%s says %d\n", name, status)
		level := slog.LevelInfo
		if status >= 500 {
			level = slog.LevelError
		}
		log.Log(r.Context(), level, "request", "method", r.Method, "path", r.URL.Path, "status", status,
			"from", r.RemoteAddr, "took_us", time.Since(began).Microseconds())
	}
}
