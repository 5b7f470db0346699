// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// pseudoTerminal makes a terminal: what a program writes into screen comes out of
// keeper.
func pseudoTerminal(t *testing.T, width uint16) (keeper, screen *os.File) {
	t.Helper()
	keeper, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	if err := unix.IoctlSetPointerInt(int(keeper.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(keeper.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	resize(t, screen, width)
	return keeper, screen
}

func resize(t *testing.T, screen *os.File, width uint16) {
	t.Helper()
	if err := unix.IoctlSetWinsize(int(screen.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: width}); err != nil {
		t.Fatal(err)
	}
}

// TestTerminalWidth: the terminal itself knows best, also after it was resized.
func TestTerminalWidth(t *testing.T) {
	t.Parallel()
	_, screen := pseudoTerminal(t, 37)
	streams := Streams{Out: screen, Getenv: func(string) string { return "132" }}
	if got := terminalWidth(streams); got != 37 {
		t.Errorf("got %d columns", got)
	}
	resize(t, screen, 25)
	if got := terminalWidth(streams); got != 25 {
		t.Errorf("resized: got %d columns", got)
	}
	resize(t, screen, 0) // as a serial line that was told nothing
	if got := terminalWidth(streams); got != 132 {
		t.Errorf("not told: got %d columns", got)
	}
}

// TestProgressIsCut: on a narrow terminal each state of the progress stays on one
// line, or the next could not take it back.
func TestProgressIsCut(t *testing.T) {
	t.Parallel()
	const width = 30
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "success")
	}))
	defer receiver.Close()
	keeper, screen := pseudoTerminal(t, width)
	shown := make(chan string)
	go func() {
		lines := bufio.NewScanner(keeper)
		var all strings.Builder
		for lines.Scan() {
			all.WriteString(lines.Text() + "\n")
			if strings.HasPrefix(lines.Text(), "END") {
				break
			}
		}
		shown <- all.String()
	}()
	var errors bytes.Buffer
	simulateTo(t.Context(), Streams{Out: screen, Err: &errors}, nil, "--url", receiver.URL, "--duration", "2s", "--rate", "20")
	fmt.Fprintln(screen, "END")
	states := strings.Split(<-shown, clearLine)
	if len(states) < 4 {
		t.Fatalf("%d states of the progress: %q, %s", len(states)-1, states, errors.String())
	}
	for _, state := range states[1 : len(states)-1] { // the last is the summary
		if displayWidth(state) >= width || strings.Contains(state, "\n") {
			t.Errorf("%d columns: %q", displayWidth(state), state)
		}
	}
}
