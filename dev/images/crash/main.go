// Starts, works for a moment, and panics: a stack trace of several lines, then exit code 2.
package main

import (
	"fmt"
	"time"
)

type ledger struct{ balance map[string]int }

func main() {
	fmt.Println("INFO opening the ledger")
	time.Sleep(500 * time.Millisecond)
	var none *ledger
	settle(none, "cart-17")
}

func settle(book *ledger, cart string) {
	fmt.Println("INFO settling", cart)
	book.balance[cart] = 0
}
