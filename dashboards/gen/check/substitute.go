// SPDX-License-Identifier: Apache-2.0

package check

import "regexp"

// Substitute puts values in place of variables, in the forms $name, ${name} and
// ${name:format}. A name without a value stays, so that the parser refuses it.
func Substitute(expr string, values map[string]string) string {
	return variablePattern().ReplaceAllStringFunc(expr, func(found string) string {
		if value, ok := values[variableName(found)]; ok {
			return value
		}
		return found
	})
}

// Used lists the variables in a text.
func Used(text string) []string {
	var names []string
	for _, found := range variablePattern().FindAllString(text, -1) {
		names = append(names, variableName(found))
	}
	return names
}

func variablePattern() *regexp.Regexp {
	return regexp.MustCompile(`\$\{[A-Za-z_][\w.]*(:\w+)?\}|\$[A-Za-z_]\w*`)
}

func variableName(found string) string {
	return regexp.MustCompile(`[A-Za-z_][\w.]*`).FindString(found)
}
