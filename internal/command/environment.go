// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
)

// variablePrefix begins every variable of ours.
const variablePrefix = "DIDSMS_"

// envImage is read by the exported compose file, not by us: it is no slip.
const envImage = "DIDSMS_IMAGE"

// knownVariables are those that any command reads.
func knownVariables(commands []*cli.Command) []string {
	known := []string{
		config.EnvAccessKey, config.EnvAccessSecret, config.EnvAccessSecretFile, config.EnvCurrency, config.EnvTimeZone,
		envNextSecret, envNextSecretFile, envImage,
	}
	for _, command := range commands {
		for _, flag := range command.Flags {
			if documented, ok := flag.(cli.DocGenerationFlag); ok {
				known = append(known, documented.GetEnvVars()...)
			}
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}

// strayVariable is one that looks like ours, but nothing reads it.
type strayVariable struct {
	name string
	near string // what it was probably meant to be; may be empty
}

// strayVariables finds slips in the names of variables. Their values are none of its
// business: one of them may be a secret.
func strayVariables(streams Streams) (strays []strayVariable) {
	if streams.Environ == nil {
		return nil
	}
	known := knownVariables(newApp(streams).Commands)
	var names []string
	for _, variable := range streams.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if slices.Contains(known, name) || ofKubernetes(name, names) {
			continue
		}
		near := config.Nearest(strings.ToUpper(name), known)
		if near != "" || strings.HasPrefix(strings.ToUpper(name), variablePrefix) {
			strays = append(strays, strayVariable{name, near})
		}
	}
	return strays
}

// ofKubernetes reports whether a variable is one of those that Kubernetes sets in
// every pod for a service, which may well be named didsms.
func ofKubernetes(name string, all []string) bool {
	match := kubernetesVariable.FindStringSubmatch(name)
	return match != nil && slices.Contains(all, match[1]+"_SERVICE_HOST") && slices.Contains(all, match[1]+"_SERVICE_PORT")
}

var kubernetesVariable = regexp.MustCompile(`^(.+?)_(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$`)

// warnStrays says at the start, in one line, which variables nothing reads.
func warnStrays(logger *slog.Logger, streams Streams) {
	strays := strayVariables(streams)
	if len(strays) == 0 {
		return
	}
	words := make([]string, len(strays))
	for n, stray := range strays {
		words[n] = stray.name
		if stray.near != "" {
			words[n] += " (" + stray.near + "?)"
		}
	}
	logger.Warn("variables are set that nothing reads", "variables", strings.Join(words, ", "))
}

// environment says which variables nothing reads.
func (k *checker) environment(streams Streams) {
	for _, stray := range strayVariables(streams) {
		do := "unset it, or compare it with those of serve --help"
		if stray.near != "" {
			do = fmt.Sprintf("rename it, if %s was meant", stray.near)
		}
		k.find(config.LevelWarning, stray.name, "is set, but nothing reads it", do)
	}
}
