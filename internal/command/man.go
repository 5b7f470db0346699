// SPDX-License-Identifier: Apache-2.0

package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
)

func manCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:            "man",
		Usage:           "print the manual page",
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return deliver(streams.Out, manualPage(newApp(streams)))
		},
	},
		"didsms_exporter man > didsms_exporter.8",
		"didsms_exporter man | head -20")
}

// manualPage writes what --help says of each command as one page. The library's own
// has neither descriptions nor examples nor the words that stand for values.
func manualPage(app *cli.App) string {
	m := &manual{}
	m.line(`.TH didsms_exporter 8 "" "didsms_exporter"`)
	m.line(".nh") // neither hyphens nor gaps in names of options
	m.line(".ad l")
	m.line(".SH NAME")
	m.text(app.Name + ` - ` + app.Usage)
	m.line(".SH SYNOPSIS")
	m.line(`.B didsms_exporter`)
	m.line(`.RI [ command ] " " [ options ] " " [ argument ]`)
	m.line(".SH DESCRIPTION")
	m.description(app.Description)
	m.line(".PP")
	m.text("Without a command it does what " + defaultCommand + " does.")
	m.line(".SH COMMANDS")
	for _, command := range app.Commands {
		m.command(command)
	}
	m.line(".SH ENVIRONMENT")
	m.text("Each option of which a variable is named takes its value, if the option is not given. Besides:")
	for _, variable := range [][2]string{
		{config.EnvAccessKey, "access key of the one account that needs no file"},
		{config.EnvAccessSecret, "its secret"},
		{config.EnvAccessSecretFile, "the file that holds its secret, instead"},
		{config.EnvCurrency, "its currency, such as USD"},
		{config.EnvTimeZone, "its time zone, an offset such as +08:00 or a name such as Asia/Shanghai"},
		{envNextSecret, "the secret that simulate rotates to"},
		{envNextSecretFile, "the file that holds that one, instead"},
		{"COLUMNS", "width of a terminal that does not tell its own"},
	} {
		m.item(`\fB`+escapeRoff(variable[0])+`\fR`, variable[1])
	}
	m.line(".SH EXIT STATUS")
	for _, status := range [][2]string{
		{"0", "done"},
		{"1", "it ran, and the answer is no"},
		{"2", "wrong usage or configuration"},
		{"130", "interrupted; serve and demo end with 0"},
	} {
		m.item(`\fB`+status[0]+`\fR`, status[1])
	}
	return m.page.String()
}

// manual is a page in the making, in the language of man(7).
type manual struct{ page strings.Builder }

func (m *manual) line(line string) { m.page.WriteString(line + "\n") }

// text writes words that may be wrapped anew.
func (m *manual) text(text string) { m.line(escapeRoff(text)) }

// item writes something and what it means.
func (m *manual) item(head, text string) {
	m.line(".TP")
	m.line(head)
	m.text(text)
}

func (m *manual) command(command *cli.Command) {
	m.line(".SS " + command.Name)
	m.text(strings.ToUpper(command.Usage[:1]) + command.Usage[1:] + ".")
	m.example(synopsis(command))
	m.description(command.Description)
	for _, group := range optionsOf(command) {
		if group.name != "" {
			m.line(".PP")
			m.text(group.name)
		}
		for _, o := range group.options {
			head := `\fB` + escapeRoff(o.names) + `\fR`
			if o.value != "" {
				head += ` \fI` + escapeRoff(o.value) + `\fR`
			}
			text := o.text
			if o.env != "" {
				text += " [$" + o.env + "]"
			}
			m.item(head, text)
		}
	}
	m.line(".PP")
	m.text("Examples:")
	_, examples, _ := strings.Cut(command.CustomHelpTemplate, "EXAMPLES:\n")
	m.example(strings.TrimSuffix(strings.ReplaceAll(examples, "\n   ", "\n")[3:], "\n"))
}

// example writes lines as they are.
func (m *manual) example(text string) {
	m.line(".PP")
	m.line(".RS 4")
	m.line(".nf")
	m.text(text)
	m.line(".fi")
	m.line(".RE")
}

// description writes paragraphs. Lines that are moved to the right, such as those of
// a table, keep their shape.
func (m *manual) description(text string) {
	shaped := false
	shape := func(wanted bool) {
		if shaped != wanted {
			m.line(map[bool]string{true: ".nf", false: ".fi"}[wanted])
		}
		shaped = wanted
	}
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if paragraph == "" {
			continue
		}
		m.line(".PP")
		for line := range strings.SplitSeq(paragraph, "\n") {
			shape(strings.HasPrefix(line, "  "))
			m.text(line)
		}
		shape(false)
	}
}

// escapeRoff keeps what a text holds from being taken for requests, and its dashes
// from being turned into others than people type.
func escapeRoff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(text)
	lines := strings.Split(text, "\n")
	for n, line := range lines {
		if strings.HasPrefix(line, ".") {
			lines[n] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
