// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/sms"
)

const sendHelp = `Signs one callback, posts it and prints the answer, and what to look at next
if it is not the wanted one. Exit code 0 means 200 and success, as the vendor
understands it; 1 means anything else. The account comes from the environment
or from --config.file, as for 'sign'.

What is accepted is counted and kept, like a real message: --price 0 keeps it
out of the spend.`

// fieldFlags are the flags that make up a body.
var fieldFlags = []string{"did", "peer", "status", "price", "size", "content", "message-id", "receive-time"}

func sendCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:        "send",
		Usage:       "sign and post one callback, and print the answer",
		Description: sendHelp,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "url", Usage: "`URL` of the receiver (required)"},
			&cli.StringFlag{Name: "did", Value: "18184505018", Usage: "our own `NUMBER`"},
			&cli.StringFlag{Name: "peer", Value: "12025550143", Usage: "`NUMBER` of the other side"},
			&cli.StringFlag{Name: "status", Value: "DELIVRD", Usage: "smsStatus `WORD`"},
			&cli.StringFlag{Name: "price", Value: "0.0360", Usage: "unit `PRICE`"},
			&cli.StringFlag{Name: "size", Value: "1", Usage: "`COUNT` of segments"},
			&cli.StringFlag{Name: "content", Value: "Test", Usage: "`TEXT` of the message"},
			&cli.StringFlag{Name: "message-id", Usage: "`ID` of the message", DefaultText: "a random one"},
			&cli.StringFlag{Name: "receive-time", Usage: "`TIME` in the body", DefaultText: "now"},
			&cli.StringFlag{Name: "body", Usage: "send this `FILE` instead, - is stdin"},
			&cli.DurationFlag{Name: "timeout", Value: 10 * time.Second, Usage: "how `LONG` to wait"},
			&cli.BoolFlag{Name: "json", DisableDefaultText: true, Usage: "print JSON"},
		}, signFlags()...),
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return send(c, streams)
		},
	},
		"didsms_exporter send --url http://127.0.0.1:8080/callback",
		"didsms_exporter send --url http://127.0.0.1:8080/callback --action dr")
}

// sendReport is the answer to one callback.
type sendReport struct {
	Accepted  bool    `json:"accepted"`
	URL       string  `json:"url"`
	Action    string  `json:"action"`
	MessageID string  `json:"message_id,omitempty"`
	Status    int     `json:"status,omitempty"`
	Answer    string  `json:"answer"`
	Seconds   float64 `json:"seconds"`
	Error     string  `json:"error,omitempty"`
	Next      string  `json:"next,omitempty"`
}

// errNotAccepted ends send with exit code 1 when everything has been said.
var errNotAccepted = errors.New("the callback was not accepted")

func send(c *cli.Context, streams Streams) error {
	if c.String("url") == "" {
		return usagef("--url is missing: where to send the callback, such as http://127.0.0.1:8080/callback\nSee 'didsms_exporter send --help'.")
	}
	target, err := parseTarget(c.String("url"))
	if err != nil {
		return usagef("--url %v", err)
	}
	if c.Duration("timeout") <= 0 {
		return usagef("--timeout must be above 0")
	}
	s, err := newSigner(c, streams)
	if err != nil {
		return err
	}
	report := sendReport{URL: target.Redacted(), Action: s.parameters.Action}
	body, err := sendBody(c, s, &report)
	if err != nil {
		return err
	}
	if err := post(c.Context, c.Duration("timeout"), target, s.sign(body), &report); err != nil {
		return err
	}
	if err := printSent(c, streams, &report); err != nil {
		return err
	}
	if !report.Accepted {
		return errNotAccepted
	}
	return nil
}

// sendBody reads the body or makes one of the flags.
func sendBody(c *cli.Context, s *signer, report *sendReport) ([]byte, error) {
	if c.IsSet("body") {
		for _, flag := range fieldFlags {
			if c.IsSet(flag) {
				return nil, usagef("--body is the whole body, so --%s has no place in it", flag)
			}
		}
		return readInput(c, c.String("body"), "--body")
	}
	report.MessageID = c.String("message-id")
	if report.MessageID == "" {
		id := make([]byte, 16)
		if _, err := rand.Read(id); err != nil {
			return nil, err
		}
		report.MessageID = hex.EncodeToString(id)
	}
	return s.compose(c, report.MessageID)
}

// compose writes a body in the vendor's form and order of names.
func (s *signer) compose(c *cli.Context, messageID string) ([]byte, error) {
	to, from := c.String("did"), c.String("peer")
	if s.parameters.Action == sms.KindDR.String() && !s.account.DRDIDTo {
		to, from = from, to // a receipt belongs to a message that our number sent
	}
	received := c.String("receive-time")
	if received == "" {
		received = s.at.In(s.account.Zone).Format(time.DateTime)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		MessageID   string `json:"messageId"`
		ToPhone     string `json:"toPhone"`
		FromPhone   string `json:"fromPhone"`
		Content     string `json:"content"`
		Size        string `json:"size"`
		Price       string `json:"price"`
		ReceiveTime string `json:"receiveTime"`
		SMSStatus   string `json:"smsStatus"`
	}{messageID, to, from, c.String("content"), c.String("size"), c.String("price"), received, c.String("status")})
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// post sends a callback and notes the answer. Its error is an interrupt only: that
// nobody answers is an answer too.
func post(ctx context.Context, timeout time.Duration, target *url.URL, signed *callback, report *sendReport) error {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodPost, target.String(), bytes.NewReader(signed.body))
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "didsms_exporter/"+buildVersion().Version)
	for _, header := range signed.headers {
		request.Header.Set(header[0], header[1])
	}
	// The vendor is not known to follow a redirect.
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	began := time.Now()
	response, err := client.Do(request)
	var word []byte
	if err == nil {
		defer response.Body.Close()
		report.Status = response.StatusCode
		word, err = io.ReadAll(io.LimitReader(response.Body, 4096))
	}
	report.Seconds = time.Since(began).Seconds()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		report.Error = shortError(err)
	}
	report.Answer = string(word)
	report.Accepted = err == nil && report.Status == http.StatusOK && report.Answer == "success"
	if !report.Accepted {
		report.Next = nextStep(report)
	}
	return nil
}

// shortError leaves out the URL, which stands there already.
func shortError(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return err.Error()
}

// nextStep is what to look at after an answer that is not the wanted one.
func nextStep(report *sendReport) string {
	switch status := report.Status; {
	case report.Error != "" && status == 0:
		return "Nobody answered. Is the exporter running, and are host, port and scheme (http or https) those of its public door (--receiver.listen-address)?"
	case report.Error != "":
		return "The answer broke off. Look at the log of the receiver, and of the proxy in front of it."
	case status == http.StatusOK:
		return "200 without the bare word success: this is not the exporter's callback path, or something in front changes the answer. NXCloud takes the word as the answer."
	case status == http.StatusUnauthorized:
		return "Refused as not authentic. Does the exporter know this access key with this secret, and are both clocks right? Its page /debug/events shows the reason; the metric is didsms_callbacks_total."
	case status == http.StatusBadRequest:
		return "Authentic, but the body cannot be read: it must be one JSON object with a messageId. The exporter's page /debug/events shows the reason."
	case status == http.StatusNotFound:
		return "No such path. The exporter's is --receiver.path, /callback unless it is set; the private door (9911) takes no callbacks."
	case status == http.StatusMethodNotAllowed, status == http.StatusUnsupportedMediaType:
		return "The receiver does not take a JSON POST here: is this the public door, and does a proxy in front change the request?"
	case status == http.StatusRequestEntityTooLarge:
		return "The body is over the receiver's limit; the exporter's is --receiver.max-body-bytes."
	case status >= 300 && status < 400:
		return "A redirect. NXCloud is not known to follow one: use the URL it leads to."
	case status >= 500:
		return "The receiver is in trouble: it cannot store, or has too much to do. Look at its log, and at the proxy in front of it."
	}
	return "Not an answer of this exporter. Look at what listens at this URL."
}

func printSent(c *cli.Context, streams Streams, report *sendReport) error {
	if c.Bool("json") {
		line, err := json.Marshal(report)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(streams.Out, "%s\n", line)
		return err
	}
	var out strings.Builder
	what := report.Action
	if report.MessageID != "" {
		what += ", message " + escapeForTerminal([]byte(report.MessageID))
	}
	fmt.Fprintf(&out, "POST %s\n%s\n", report.URL, what)
	took := time.Duration(report.Seconds * float64(time.Second)).Round(100 * time.Microsecond)
	switch answer := escapeForTerminal([]byte(report.Answer[:min(len(report.Answer), 200)])); {
	case report.Error != "" && report.Status == 0:
		fmt.Fprintf(&out, "no answer after %s: %s\n", took, escapeForTerminal([]byte(report.Error)))
	case report.Error != "":
		fmt.Fprintf(&out, "%d after %s, then: %s\n", report.Status, took, escapeForTerminal([]byte(report.Error)))
	case answer == "":
		fmt.Fprintf(&out, "%d with an empty body in %s\n", report.Status, took)
	default:
		fmt.Fprintf(&out, "%d %s in %s\n", report.Status, answer, took)
	}
	if report.Accepted {
		out.WriteString("It counts there like a real message.\n")
	}
	if report.Next != "" {
		out.WriteString("\n" + wrapText(report.Next, "") + "\n")
	}
	_, err := fmt.Fprint(streams.Out, out.String())
	return err
}
