// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// A full disk: the exporter stays alive, refuses with 503 and counts nothing that
// it refused; a retry of what it has counted is still a success. When there is
// room, it takes callbacks again by itself.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	folder := smallDisk(t, 8*mebibyte)
	ballast := []string{filepath.Join(folder, "ballast"), filepath.Join(folder, "rest")}
	if err := os.WriteFile(ballast[0], make([]byte, 4*mebibyte), 0o600); err != nil {
		t.Fatal(err)
	}
	start := harness.Start{
		Binary: binary, Storage: filepath.Join(folder, "data"), Args: []string{"--log.level=warn"},
		Config: configuration(t, "series_birth_hold: 0s"),
	}
	exporter := harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	v, random := &vendor{seed: 1}, rand.New(rand.NewPCG(1, 1))
	client := client()
	send := func() harness.Answer {
		return v.send(t.Context(), t, client, exporter.CallbackURL(), v.push(newMessage(random), "DELIVRD"))
	}
	for n := 0; send() == harness.Success; n++ {
		if n > 20_000 {
			t.Fatal("the disk does not fill")
		}
	}
	before := v.acknowledged()
	fill(t, ballast[1])
	// What is left of room, the sign of life uses up.
	harness.Eventually(t, 15*time.Second, func() error { return notReady(exporter) })
	for range 50 {
		if answer := send(); answer.Status != http.StatusServiceUnavailable {
			t.Fatalf("answer %v with a full disk", answer)
		}
	}
	if answer := v.send(t.Context(), t, client, exporter.CallbackURL(), v.pushes[0]); answer != harness.Success {
		t.Errorf("a retry of what is counted is answered %v with a full disk", answer)
	}
	if err := notReady(exporter); err != nil {
		t.Error(err)
	}
	samples := exporter.Samples(t)
	if got := counted(samples); got != v.acknowledged() {
		t.Errorf("%d counted, %d acknowledged with a full disk", got, v.acknowledged())
	}
	if up := samples.Sum("didsms_store_up"); up != 0 {
		t.Errorf("didsms_store_up is %v with a full disk", up)
	}
	if full := samples.Sum("didsms_store_commit_failures_total", "reason", "full"); full < 50 {
		t.Errorf("%v commits failed because the disk is full", full)
	}
	if all := samples.Sum("didsms_store_commit_failures_total"); all != samples.Sum("didsms_store_commit_failures_total", "reason", "full") {
		t.Errorf("%v commits failed, not all because the disk is full", all)
	}
	if found := events(t, exporter, "result=accepted&limit=1000"); found != min(1000, v.acknowledged()) {
		t.Errorf("the debug page has %d events", found)
	}

	empty(t, ballast...)
	freed := time.Now()
	exporter.AwaitReady(t) // no traffic, no restart
	recovered := time.Since(freed)
	if up := exporter.Samples(t).Sum("didsms_store_up"); up != 1 {
		t.Errorf("didsms_store_up is %v with room again", up)
	}
	v.settle(t, exporter.CallbackURL())
	v.compare(t, exporter.Samples(t))

	// Full once more, and this time it does not live to see the end of it.
	fill(t, ballast[1])
	harness.Eventually(t, 15*time.Second, func() error { send(); return notReady(exporter) })
	exporter.Kill(t)
	refuses(t, binary, start.Storage, "full")
	empty(t, ballast[1])
	exporter = harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	if got := counted(exporter.Samples(t)); got != v.acknowledged() {
		t.Errorf("%d counted after kill -9, %d acknowledged", got, v.acknowledged())
	}
	v.settle(t, exporter.CallbackURL())
	samples = exporter.Samples(t)
	v.compare(t, samples)
	exporter.Stop(t)
	checkTables(t, start.Storage, samples)
	t.Logf("full after %d callbacks, %d refused, ready again %v after space came back; %d acknowledged == %d counted",
		before, v.refused, recovered.Round(time.Millisecond), v.acknowledged(), counted(samples))
}

func empty(t *testing.T, files ...string) {
	t.Helper()
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}

// smallDisk mounts a file system of a few bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test mounts a tmpfs: run it as root")
	}
	folder := t.TempDir()
	printed, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=700", size), "tmpfs", folder).CombinedOutput()
	if err != nil {
		t.Fatalf("mount a tmpfs: %v: %s", err, printed)
	}
	t.Cleanup(func() {
		if printed, err := exec.Command("umount", folder).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, printed)
		}
	})
	return folder
}

// fill writes a file until there is no room.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	page := make([]byte, 4096)
	for err == nil {
		_, err = file.Write(page)
	}
	if closing := file.Close(); !errors.Is(err, syscall.ENOSPC) || closing != nil {
		t.Fatalf("fill the disk: %v, %v", err, closing)
	}
}

// notReady returns an error unless the exporter is alive and says that it cannot
// take callbacks.
func notReady(exporter *harness.Exporter) error {
	for path, want := range map[string]int{"/-/healthy": http.StatusOK, "/-/ready": http.StatusServiceUnavailable} {
		response, err := http.Get("http://" + exporter.Web + path)
		if err != nil {
			return err
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
		if response.StatusCode != want {
			return fmt.Errorf("%s answers %s", path, response.Status)
		}
	}
	return nil
}
