// SPDX-License-Identifier: Apache-2.0

package inspect

import "fmt"

// The mistakes that lie in the recording and not in the callback.

// rawRecording is how a recording keeps every byte.
const rawRecording = "Record the bytes: tcpdump -s 0 -w FILE, then in Wireshark \"Follow TCP Stream\", shown and saved as raw."

// causeDots: known says that the recording shows itself to be of such a tool.
func causeDots(known bool) Cause {
	c := Cause{
		Name: "dots",
		What: "The body holds runs of dots. tcpdump -A prints a dot in the place of each byte that is not ASCII, so a message with other letters cannot be verified from what it prints.",
		Do:   rawRecording + " If the text really has those dots, compare the key pair with NXCloud's console.",
	}
	if known {
		c.What = "This recording is of a tool that prints a dot in the place of each byte that is not ASCII (tcpdump -A, curl --trace-ascii), and there are runs of dots in the body: a message with other letters cannot be verified from it."
		c.Do = rawRecording + " curl has --trace FILE. Suspect the secret only if that recording does not verify either."
	}
	return c
}

func causeSortedNames() Cause {
	return Cause{
		Name: "sorted-keys",
		What: "The keys of the body are in alphabetical order, which is not NXCloud's: something read the body and wrote it again as JSON, and the order that was signed is lost.",
		Do:   rawBytes,
	}
}

func causeNoBody(recording string) Cause {
	return Cause{
		Name: "no-body",
		What: fmt.Sprintf("The recording (%s) does not show the body, and without its bytes no signature can be verified.", recording),
		Do:   "Give the headers with --header and the body's file with --body, or record with curl --trace FILE, which keeps every byte.",
	}
}

func causeUnread() Cause {
	return Cause{
		Name: "unread-headers",
		What: "Headers of the contract stand in the recording, but under other names or not as a header line of their own, so they could not be read.",
		Do:   "Write one header a line, as accesskey: VALUE, without anything in front, then an empty line and the body; or use --header for each.",
	}
}
