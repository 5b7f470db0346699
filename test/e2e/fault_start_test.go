// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	bits "encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// An exporter that cannot use its folder ends with 1, and says which folder and
// what can be done; it never starts from 0 by itself.
func TestStartFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(t *testing.T, folder string)
		by    []string // program to start the exporter with
		says  []string
	}{
		"ReadOnlyFolder": {
			spoil: func(t *testing.T, folder string) { change(t, folder, 0o555) },
			by:    nobody(),
			says:  []string{"permission denied", "--storage.path"},
		},
		"MissingFolderInReadOnlyFolder": {
			spoil: func(t *testing.T, folder string) {
				if err := os.RemoveAll(folder); err != nil {
					t.Fatal(err)
				}
				change(t, filepath.Dir(folder), 0o555)
			},
			by:   nobody(),
			says: []string{"permission denied", "--storage.path"},
		},
		"FileOfSomebodyElse": {
			spoil: func(t *testing.T, folder string) { fillStore(t, folder); change(t, folder, 0o777) },
			by:    nobody(),
			says:  []string{"permission denied", "--storage.path"},
		},
		"NotADatabase": {
			spoil: func(t *testing.T, folder string) {
				write(t, folder, []byte(strings.Repeat("this is no database\n", 500)))
			},
			says: []string{"the store is damaged", "put a backup of didsms.db in its place"},
		},
		"GarbageInTheMiddle": {
			spoil: func(t *testing.T, folder string) {
				fillStore(t, folder)
				file := read(t, folder)
				for i := range 512 {
					file[len(file)/2+i] ^= byte(i | 1)
				}
				write(t, folder, file)
			},
			says: []string{"the store is damaged", "put a backup of didsms.db in its place"},
		},
		"HalfAFile": {
			spoil: func(t *testing.T, folder string) {
				fillStore(t, folder)
				file := read(t, folder)
				write(t, folder, file[:len(file)/8192*4096])
			},
			says: []string{"the store is damaged", "put a backup of didsms.db in its place"},
		},
		"NewerVersion": {
			spoil: func(t *testing.T, folder string) { fillStore(t, folder); setVersion(t, folder, 99) },
			says:  []string{"written by a newer version", "version 99", "use the program that wrote it"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := openFolder(t)
			test.spoil(t, folder)
			before := snapshot(t, folder)
			program := binary
			if test.by != nil {
				program = harness.Wrapped(t, executable(t), test.by...)
			}
			refuses(t, program, folder, test.says...)
			if before != snapshot(t, folder) {
				t.Error("the refused start changed the database")
			}
		})
	}
}

// Two exporters on one folder would each count what the other one did: the second
// ends, and the first does not notice.
func TestSecondExporter(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := harness.StartExporter(t, harness.Start{Binary: binary, Storage: folder, Env: accountOfEverybody()})
	first.AwaitReady(t)
	refuses(t, binary, folder, "another process uses the folder", "stop the other exporter")
	if answer := first.Send(t, harness.Receipt("447700900001", "DELIVRD")); answer != harness.Success {
		t.Errorf("the first exporter answers %v after the second one's start", answer)
	}
	first.Stop(t)
}

// refuses starts an exporter that is not able to use its folder.
func refuses(t *testing.T, program, folder string, says ...string) {
	t.Helper()
	exporter := harness.StartExporter(t, harness.Start{Binary: program, Storage: folder, Env: accountOfEverybody()})
	if code := exporter.Wait(t, 15*time.Second); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	for _, words := range append(says, folder) {
		if !strings.Contains(exporter.Stderr(), words) {
			t.Errorf("the message does not say %q", words)
		}
	}
	t.Logf("%s", exporter.Stderr())
}

// Without a folder everything stays in memory, which the exporter says, and nothing
// is left on the disk.
func TestMemoryOnly(t *testing.T) {
	t.Parallel()
	exporter := harness.StartExporter(t, harness.Start{Binary: binary, Config: configuration(t, "series_birth_hold: 0s")})
	exporter.AwaitReady(t)
	if answer := exporter.Send(t, harness.Receipt("447700900001", "DELIVRD")); answer != harness.Success {
		t.Errorf("answer %v", answer)
	}
	samples := exporter.Samples(t)
	if got := counted(samples); got != 1 {
		t.Errorf("%d events counted", got)
	}
	for _, absent := range []string{"didsms_store_up{}", "didsms_downtime_seconds_total{}", "didsms_spend_month_to_date{}"} {
		if _, there := samples[absent]; there {
			t.Errorf("%s is on the page without a store", absent)
		}
	}
	if !strings.Contains(exporter.Stderr(), "memory only") {
		t.Error("the log does not say that everything stays in memory")
	}
	exporter.Stop(t)
	exporter = harness.StartExporter(t, harness.Start{Binary: binary, Config: configuration(t)})
	exporter.AwaitReady(t)
	if got := counted(exporter.Samples(t)); got != 0 {
		t.Errorf("%d events counted by a new process without a store", got)
	}
	if _, err := os.Stat("data"); !os.IsNotExist(err) {
		t.Errorf("a folder data was made: %v", err)
	}
	exporter.Stop(t)
}

// openFolder makes an empty folder that other users can reach.
func openFolder(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	change(t, filepath.Dir(root), 0o755)
	folder := filepath.Join(root, "data")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	return folder
}

// executable is the exporter in a place where other users can start it.
func executable(t *testing.T) string {
	t.Helper()
	folder := openFolder(t)
	change(t, folder, 0o755)
	path := filepath.Join(folder, filepath.Base(binary))
	program, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// nobody starts a program without any right.
func nobody() []string {
	return []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}
}

func change(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// fillStore leaves a store with some hundred events, after a clean end.
func fillStore(t *testing.T, folder string) {
	t.Helper()
	exporter := harness.StartExporter(t, harness.Start{Binary: binary, Storage: folder, Env: accountOfEverybody()})
	exporter.AwaitReady(t)
	for range 300 {
		exporter.Send(t, harness.Receipt("447700900001", "DELIVRD"))
	}
	exporter.Stop(t)
}

func read(t *testing.T, folder string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(folder, harness.DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func write(t *testing.T, folder string, file []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, harness.DatabaseFile), file, 0o600); err != nil {
		t.Fatal(err)
	}
}

func snapshot(t *testing.T, folder string) string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(folder, harness.DatabaseFile))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(file)
}

// setVersion changes user_version in the file's header, and the checksum at the end
// of its first page, as the program of another version would have done.
func setVersion(t *testing.T, folder string, version uint32) {
	t.Helper()
	const page, sum, userVersion = 4096, 8, 60
	file := read(t, folder)
	if got := checksum(file[:page-sum]); got != [8]byte(file[page-sum:page]) {
		t.Fatalf("the first page ends with %x, want its checksum %x", file[page-sum:page], got)
	}
	bits.BigEndian.PutUint32(file[userVersion:], version)
	changed := checksum(file[:page-sum])
	copy(file[page-sum:], changed[:])
	write(t, folder, file)
}

// checksum is the one of SQLite's cksumvfs.
func checksum(page []byte) (sum [8]byte) {
	var a, b uint32
	for ; len(page) > 0; page = page[8:] {
		a += bits.LittleEndian.Uint32(page) + b
		b += bits.LittleEndian.Uint32(page[4:]) + a
	}
	bits.LittleEndian.PutUint32(sum[:], a)
	bits.LittleEndian.PutUint32(sum[4:], b)
	return sum
}

// accountOfEverybody are the settings of an exporter that cannot read a file of
// ours.
func accountOfEverybody() []string {
	return []string{
		"DIDSMS_ACCESS_KEY=" + harness.TestAccount.AccessKey,
		"DIDSMS_ACCESS_SECRET=" + harness.TestAccount.Secret,
		"DIDSMS_CURRENCY=USD",
	}
}
