// SPDX-License-Identifier: Apache-2.0

package layout_test

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const module = "didsms_exporter"

// mayImport lists, for every unit of the module, which other units its product
// code may import. A unit is the folder of a package and all below it. A unit
// that is missing here fails the test: a new package has to be given its place.
var mayImport = map[string][]string{
	".": {"internal/command"},
	"internal/command": {
		"receiver", "collector", "internal/web", "internal/forward", "internal/store",
		"internal/recent", "internal/traffic", "internal/config", "internal/nxcloud",
		"internal/sms", "internal/inspect", "dashboards", "alerts", "deploy", "docs",
	},
	// The two doors fill in and show recent's records, so it lies below them.
	"receiver":         {"internal/recent", "internal/nxcloud", "internal/sms"},
	"collector":        {"internal/nxcloud", "internal/sms"},
	"internal/web":     {"internal/recent", "internal/nxcloud", "internal/sms"},
	"internal/forward": {"internal/nxcloud", "internal/sms"},
	"internal/store":   {"internal/nxcloud", "internal/sms"},
	"internal/recent":  {"internal/nxcloud", "internal/sms"},
	"internal/traffic": {"internal/nxcloud", "internal/sms"},
	"internal/config":  {"internal/nxcloud", "internal/sms"},
	"internal/nxcloud": {"internal/sms"},
	"internal/sms":     {},
	"internal/inspect": {"internal/nxcloud", "internal/sms"},
	"internal/layout":  {},
	"dashboards":       {},
	"alerts":           {},
	"deploy":           {},
	"docs":             {},
}

// importers lists the big dependencies and the units that may know them: what
// one unit hides behind its own names can be exchanged there.
var importers = []struct {
	dependency string
	units      []string
}{
	{"github.com/prometheus/client_golang", []string{"collector"}},
	{"github.com/VictoriaMetrics/fastcache", []string{"internal/recent"}},
	{"github.com/urfave/cli", []string{"internal/command"}},
	{"github.com/ncruces/go-sqlite3", []string{"internal/store"}},
	{"go.yaml.in/yaml", []string{"internal/config"}},
	{"github.com/prometheus/exporter-toolkit", []string{"internal/command", "internal/web"}},
	{"github.com/prometheus/common/promslog", []string{"internal/command", "internal/web"}},
}

// standardLibraryOnly lists the units that depend on nothing from outside: the
// contract and the values of the program have to outlive every library.
var standardLibraryOnly = []string{"internal/nxcloud", "internal/sms"}

// source is one product file (not a test) of the module.
type source struct {
	file    string // relative to the root of the module
	unit    string
	imports []string
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		allowed, known := mayImport[s.unit]
		if !known {
			t.Errorf("%s: unit %q has no place in the layout: add it to mayImport", s.file, s.unit)
		}
		for _, imported := range s.imports {
			target, ours := unitOfImport(imported)
			if ours && target != s.unit && !slices.Contains(allowed, target) {
				t.Errorf("%s: %s may not import %s", s.file, s.unit, target)
			}
		}
	}
}

func TestBigDependenciesHaveOneImporter(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			for _, rule := range importers {
				if within(imported, rule.dependency) && !slices.Contains(rule.units, s.unit) {
					t.Errorf("%s: imports %s, which only %s may", s.file, imported, strings.Join(rule.units, " and "))
				}
			}
		}
	}
}

func TestContractUsesStandardLibraryOnly(t *testing.T) {
	for _, s := range sources(t) {
		if !slices.Contains(standardLibraryOnly, s.unit) {
			continue
		}
		for _, imported := range s.imports {
			if _, ours := unitOfImport(imported); !ours && strings.Contains(firstElement(imported), ".") {
				t.Errorf("%s: imports %s; %s uses the standard library only", s.file, imported, s.unit)
			}
		}
	}
}

// sources parses the imports of every product file. The files are read here and
// not by the go command, for two reasons: files of other systems and build tags
// count too, and the test cache sees what was read, so a result never outlives
// the imports it judged.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var found []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return enter(root, name)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		parsed, err := read(root, name)
		found = append(found, parsed)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if units := unitsOf(found); !slices.Contains(units, "internal/sms") {
		t.Fatalf("read only %v: the walk does not see the module", units)
	}
	return found
}

// enter says whether the walk goes into a folder: hidden folders, test data and
// modules of their own are not part of this module.
func enter(root, folder string) error {
	if folder == root {
		return nil
	}
	base := filepath.Base(folder)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "vendor" {
		return filepath.SkipDir
	}
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	if err == nil {
		return filepath.SkipDir
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func read(root, name string) (source, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return source{}, fmt.Errorf("read the imports of %s: %w", name, err)
	}
	file, err := filepath.Rel(root, name)
	if err != nil {
		return source{}, err
	}
	s := source{file: filepath.ToSlash(file)}
	s.unit = unitOfFolder(path.Dir(s.file))
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, fmt.Errorf("%s: %w", name, err)
		}
		s.imports = append(s.imports, imported)
	}
	return s, nil
}

// unitOfFolder gives the unit a folder lies in: its first element, or its first
// two under internal.
func unitOfFolder(folder string) string {
	elements := strings.Split(folder, "/")
	if elements[0] == "internal" && len(elements) > 1 {
		return path.Join(elements[:2]...)
	}
	return elements[0]
}

// unitOfImport gives the unit of an import path; ours is false for a package
// from outside the module.
func unitOfImport(imported string) (unit string, ours bool) {
	if !within(imported, module) {
		return "", false
	}
	folder := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
	if folder == "" {
		folder = "."
	}
	return unitOfFolder(folder), true
}

// within says whether an import path is a module or lies in it, in any major
// version.
func within(imported, module string) bool {
	return imported == module || strings.HasPrefix(imported, module+"/")
}

func firstElement(imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	return first
}

func unitsOf(found []source) []string {
	seen := map[string]bool{}
	for _, s := range found {
		seen[s.unit] = true
	}
	units := make([]string, 0, len(seen))
	for unit := range seen {
		units = append(units, unit)
	}
	sort.Strings(units)
	return units
}
